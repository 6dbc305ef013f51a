"""CSV, as spreadsheets write and read it: with a byte order mark, lines that end in CR LF, and guarded text.

None and the empty text are both an empty cell.
"""

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from adapters.files.table_rows import NumberedRow
from arcbeat.domain.files.formula_escaping import escape_formula, unescape_formula
from arcbeat.domain.files.tables import CELL_CHARACTERS_MAX, COLUMNS_MAX, ROWS_MAX, TableColumn, table_error
from arcbeat.domain.readings.columns import Value

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the system's own encoding, and Chinese for something else."""
ENCODINGS = ("utf-8-sig", "gb18030")
"""What spreadsheets write: UTF-8, or what Chinese Excel calls CSV, of which GB 18030 is the whole."""
DELIMITERS = (",", ";", "\t")
LINE_CHARACTERS_MAX = COLUMNS_MAX * CELL_CHARACTERS_MAX
"""The csv module takes a line apart in one go, and nothing else runs meanwhile."""


def rfc3339(moment: datetime) -> str:
    """A timestamp with its offset, Z for none."""
    return moment.isoformat().replace("+00:00", "Z")


_TEXT: Mapping[type, Callable[..., str]] = {
    type(None): lambda _: "",
    bool: lambda value: "true" if value else "false",
    int: str,
    float: repr,
    datetime: rfc3339,
}


async def write(
    columns: Sequence[TableColumn], pages: AsyncIterator[Sequence[Sequence[Value]]]
) -> AsyncGenerator[bytes, None]:
    """The file in pieces, a page a piece."""
    head = BYTE_ORDER_MARK.encode() + _encode([[column.title for column in columns]])
    async for page in pages:
        yield head + await asyncio.to_thread(_encode, page)
        head = b""
    if head:
        yield head


def _encode(rows: Sequence[Sequence[Value]]) -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([[_TEXT.get(type(value), escape_formula)(value) for value in row] for row in rows])
    return lines.getvalue().encode()


def read(body: bytes) -> Iterator[NumberedRow]:
    """The rows of a file; they are counted as spreadsheets do, where a cell of two lines is in one row.

    Raises:
        InvalidInput: it is no CSV.
    """
    text = _decode(body)
    number = 0
    try:
        for number, cells in enumerate(_rows(text, _delimiter(text)), 1):
            yield number, [unescape_formula(cell) for cell in cells]
    except csv.Error as error:
        raise table_error(f"is not CSV: {error}", row=number + 1) from error


def _decode(body: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError as error:
            line = body.count(b"\n", 0, error.start) + 1
    raise table_error("is text neither in UTF-8 nor in GB 18030", row=line)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(_lines(text), delimiter=delimiter, strict=True)


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > LINE_CHARACTERS_MAX:
            raise csv.Error(f"a line has more than {LINE_CHARACTERS_MAX} characters")
        yield line


def _delimiter(text: str) -> str:
    """The one that parts the header into the most columns."""
    return max(DELIMITERS, key=lambda delimiter: _header_width(text, delimiter))


def _header_width(text: str, delimiter: str) -> int:
    try:
        return len(next((row for row in islice(_rows(text, delimiter), ROWS_MAX) if row), []))
    except csv.Error:
        return 0  # read() tells
