"""Writes XLSX for people who open the file in Excel.

- Timestamps are Excel date-times with milliseconds, in the local time of their own zone, so that they sort, filter and
  plot. Excel has no time zones, so the title of the column names the zone. Timestamps before March 1900, which Excel
  cannot represent, are text.
- Numbers are numbers. Integers with more than 15 digits, which Excel would round, are text. Doubles have 16 digits.
- Text is always a text cell, so no formula is escaped. Only text that the reader would take for escaped gets one
  more apostrophe. As in Excel, text is cut after 32 767 UTF-16 code units, and characters that XML does not allow are
  written as _x0000_.
- When a sheet is full, the rows continue in the next sheet.

An XLSX file starts with a directory that is complete only at the end, so the file is built on disk before it is sent.
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
from arcbeat.domain.schema.columns import ColumnType, Value

ROWS_PER_SHEET_MAX = 1_048_575
"""The limit of Excel, without the header."""
SHEETS_MAX = 5
EXACT_BELOW = 10**15
"""Excel keeps 15 digits of a number."""
TEXT_UNITS_MAX = 32_767
FIRST_DAY = datetime(1900, 3, 1, tzinfo=UTC)
TIMESTAMP_FORMAT = "yyyy-mm-dd hh:mm:ss.000"
TIMESTAMP_WIDTH = len(TIMESTAMP_FORMAT)
CHUNK_BYTES = 64 * 1024
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
    "use_zip64": True,
}
DISK_FULL_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Rows = Sequence[Sequence[Value]]


async def write(
    columns: Sequence[TableColumn],
    pages: AsyncIterator[Rows],
    *,
    scratch: Path | None = None,
    rows_per_sheet: int = ROWS_PER_SHEET_MAX,
) -> AsyncGenerator[bytes, None]:
    """Yield the file in chunks, once it is complete.

    Raises:
        TooManyRows: the rows need more than SHEETS_MAX sheets.
        OutOfSpace: the disk is full.
    """
    book = _Book(columns, scratch, rows_per_sheet)
    # One dedicated thread runs the steps in order. So the folder is deleted only after the last write to it, and it is
    # deleted even if this generator is cancelled and no longer waits for the deletion.
    thread = ThreadPoolExecutor(1, "xlsx")
    run = partial(asyncio.get_running_loop().run_in_executor, thread)
    try:
        await run(book.open)
        async for page in pages:
            await run(book.append, page)
        file = await run(book.close)
        while chunk := await run(file.read, CHUNK_BYTES):
            yield chunk
    finally:
        discarded = run(book.discard)
        thread.shutdown(wait=False)
        await asyncio.shield(discarded)


class _Book:
    """A workbook in a temporary folder of its own; not thread-safe."""

    def __init__(self, columns: Sequence[TableColumn], scratch: Path | None, rows_per_sheet: int) -> None:
        self._columns = columns
        self._scratch = scratch
        self._rows_per_sheet = rows_per_sheet
        self._opened = ExitStack()

    def open(self) -> None:
        with _translate_disk_full():
            folder = Path(self._opened.enter_context(TemporaryDirectory(prefix="arcbeat-xlsx-", dir=self._scratch)))
            self._path = folder / "table.xlsx"
            self._workbook = Workbook(self._path, {**OPTIONS, "tmpdir": str(folder)})
            self._opened.callback(_close_parts, self._workbook)
            self._timestamp_format = self._workbook.add_format({"num_format": TIMESTAMP_FORMAT})
            self._add_sheet()

    def append(self, rows: Rows) -> None:
        with _translate_disk_full():
            for row in rows:
                if self._row == self._rows_per_sheet:
                    self._add_sheet()
                self._row += 1
                for column, value in enumerate(row):
                    self._cells.get(type(value), self._cells[str])(self._row, column, value)

    def close(self) -> IO[bytes]:
        with _translate_disk_full():
            self._workbook.close()
        return self._opened.enter_context(self._path.open("rb"))

    def discard(self) -> None:
        self._opened.close()

    def _add_sheet(self) -> None:
        if len(self._workbook.worksheets()) == SHEETS_MAX:
            raise TooManyRows(
                f"An XLSX file holds at most {SHEETS_MAX * self._rows_per_sheet} rows; request CSV or NDJSON instead."
            )
        sheet = self._workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        self._row = 0
        self._cells = _cells(sheet, self._timestamp_format)
        for index, column in enumerate(self._columns):
            self._cells[str](self._row, index, column.title)
            if column.type is ColumnType.TIMESTAMP:
                sheet.set_column(index, index, TIMESTAMP_WIDTH)


def _cells(sheet: Worksheet, timestamp_format: Format) -> Mapping[type, Callable[[int, int, Any], object]]:
    """Return the function that writes a value of each type; rows and columns count from 0."""

    def text(row: int, column: int, value: str) -> None:
        cut = _cut(escape_formula(value) if value.startswith(APOSTROPHE) else value)
        if cut.startswith("<r>") and cut.endswith("</r>"):
            # write_string treats this as rich-text markup and writes it unescaped
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
            sheet.write_datetime(row, column, value.replace(tzinfo=None), timestamp_format)

    plain = Format()
    return {
        type(None): sheet.write_blank,  # writes nothing, because no format is given
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
def _translate_disk_full() -> Iterator[None]:
    """Raise OutOfSpace if the disk is full, also where xlsxwriter wraps the error."""
    try:
        yield
    except (OSError, FileCreateError) as error:
        cause = error if isinstance(error, OSError) else error.args[0]
        if cause.errno in DISK_FULL_ERRORS:
            raise OutOfSpace from error
        raise


def _close_parts(workbook: Workbook) -> None:
    """Close the files that xlsxwriter leaves open when a write fails or the workbook is abandoned."""
    handles = [workbook.fh, *(handle for sheet in workbook.worksheets() for handle in (sheet.fh, sheet.row_data_fh))]
    for handle in handles:
        if handle is not None:
            with suppress(OSError):  # flushing the rest may fail again; the file is discarded anyway
                handle.close()
