"""XLSX, as people want it who open it in Excel.

- Timestamps are Excel's own, by the clock of the zone that they come in and to the millisecond, so that they sort,
  filter and draw; Excel knows no time zones, the title of the column has to say it. Those before March 1900, which
  Excel cannot count, are text.
- Numbers are numbers; integers of more than 15 digits, which Excel would round, are text. Doubles have 16 digits.
- Text is text whatever it looks like, so no formula is escaped; only what reading takes for escaped has an apostrophe
  more. Beyond 32 767 characters (of UTF-16) it is cut, and what XML cannot say is written _x0000_: both as Excel does.
- Rows go on in the next sheet where one is full.

The format begins with a directory of what is not known before the end, so the file is put together on disk.
"""

import asyncio
import errno
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from adapters.files.csv_tables import rfc3339
from arcbeat.domain.errors import OutOfSpace, TooManyRows
from arcbeat.domain.files.formula_escaping import APOSTROPHE, escape_formula
from arcbeat.domain.files.tables import TableColumn
from arcbeat.domain.readings.columns import ColumnType, Value

ROWS_A_SHEET = 1_048_575
"""What Excel holds, without the header."""
SHEETS_MAX = 5
EXACT_BELOW = 10**15
TEXT_UNITS_MAX = 32_767
FIRST_DAY = datetime(1900, 3, 1, tzinfo=UTC)
TIMESTAMP_FORMAT = "yyyy-mm-dd hh:mm:ss.000"
TIMESTAMP_WIDTH = len(TIMESTAMP_FORMAT)
PIECE_BYTES = 64 * 1024
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
    "use_zip64": True,
}
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Rows = Sequence[Sequence[Value]]


async def write(
    columns: Sequence[TableColumn],
    pages: AsyncIterator[Rows],
    *,
    scratch: Path | None = None,
    rows_a_sheet: int = ROWS_A_SHEET,
) -> AsyncGenerator[bytes, None]:
    """The file in pieces, once it is there as a whole.

    Raises:
        TooManyRows: they need more than SHEETS_MAX sheets.
        OutOfSpace: the disk is full.
    """
    book = _Book(columns, scratch, rows_a_sheet)
    # A thread of its own does one thing after the other: the folder goes when nobody is at work in it any more, and it
    # goes also when nobody waits for that.
    thread = ThreadPoolExecutor(1, "xlsx")
    run = partial(asyncio.get_running_loop().run_in_executor, thread)
    try:
        await run(book.open)
        async for page in pages:
            await run(book.append, page)
        file = await run(book.close)
        while piece := await run(file.read, PIECE_BYTES):
            yield piece
    finally:
        discarded = run(book.discard)
        thread.shutdown(wait=False)
        await asyncio.shield(discarded)


class _Book:
    """A workbook that grows in a folder of its own; one thread at a time."""

    def __init__(self, columns: Sequence[TableColumn], scratch: Path | None, rows_a_sheet: int) -> None:
        self._columns = columns
        self._scratch = scratch
        self._rows_a_sheet = rows_a_sheet
        self._opened = ExitStack()

    def open(self) -> None:
        with _room():
            folder = Path(self._opened.enter_context(TemporaryDirectory(prefix="arcbeat-xlsx-", dir=self._scratch)))
            self._path = folder / "table.xlsx"
            self._workbook = Workbook(self._path, {**OPTIONS, "tmpdir": str(folder)})
            self._opened.callback(_close_parts, self._workbook)
            self._stamp = self._workbook.add_format({"num_format": TIMESTAMP_FORMAT})
            self._add_sheet()

    def append(self, rows: Rows) -> None:
        with _room():
            for row in rows:
                if self._row == self._rows_a_sheet:
                    self._add_sheet()
                self._row += 1
                for column, value in enumerate(row):
                    self._cells.get(type(value), self._cells[str])(self._row, column, value)

    def close(self) -> IO[bytes]:
        with _room():
            self._workbook.close()
        return self._opened.enter_context(self._path.open("rb"))

    def discard(self) -> None:
        self._opened.close()

    def _add_sheet(self) -> None:
        if len(self._workbook.worksheets()) == SHEETS_MAX:
            raise TooManyRows(
                f"An XLSX file holds {SHEETS_MAX * self._rows_a_sheet} rows at most; CSV and NDJSON hold more."
            )
        sheet = self._workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        self._row = 0
        self._cells = _cells(sheet, self._stamp)
        for place, column in enumerate(self._columns):
            self._cells[str](self._row, place, column.title)
            if column.type is ColumnType.TIMESTAMP:
                sheet.set_column(place, place, TIMESTAMP_WIDTH)


def _cells(sheet: Worksheet, stamp: Format) -> Mapping[type, Callable[[int, int, Any], object]]:
    """How a value of each type is written into its row and column, which count from 0."""

    def text(row: int, column: int, value: str) -> None:
        cut = _cut(escape_formula(value) if value.startswith(APOSTROPHE) else value)
        if cut.startswith("<r>") and cut.endswith("</r>"):
            # write_string would take it for markup of its own and pass it on as it is
            sheet.write_rich_string(row, column, cut[0], plain, cut[1:])
        else:
            sheet.write_string(row, column, cut)

    def integer(row: int, column: int, value: int) -> None:
        if abs(value) < EXACT_BELOW:
            sheet.write_number(row, column, value)
        else:
            sheet.write_string(row, column, str(value))

    def timestamp(row: int, column: int, value: datetime) -> None:
        if value.replace(tzinfo=UTC) < FIRST_DAY:
            sheet.write_string(row, column, rfc3339(value))
        else:
            sheet.write_datetime(row, column, value.replace(tzinfo=None), stamp)

    plain = Format()
    return {
        type(None): sheet.write_blank,  # nothing, as it has no format
        bool: sheet.write_boolean,
        int: integer,
        float: sheet.write_number,
        datetime: timestamp,
        str: text,
    }


def _cut(text: str) -> str:
    if len(text) <= TEXT_UNITS_MAX // 2:
        return text
    return text.encode("utf-16-le")[: 2 * TEXT_UNITS_MAX].decode("utf-16-le", errors="ignore")


@contextmanager
def _room() -> Iterator[None]:
    """A full disk is told as such, also where xlsxwriter wraps the error."""
    try:
        yield
    except (OSError, FileCreateError) as error:
        cause = error if isinstance(error, OSError) else error.args[0]
        if cause.errno in NO_ROOM:
            raise OutOfSpace from error
        raise


def _close_parts(workbook: Workbook) -> None:
    """xlsxwriter leaves open what it was writing when it failed, or when it was left before the end."""
    handles = [workbook.fh, *(handle for sheet in workbook.worksheets() for handle in (sheet.fh, sheet.row_data_fh))]
    for handle in handles:
        if handle is not None:
            with suppress(OSError):  # that the rest of it cannot be written either is no matter any more
                handle.close()
