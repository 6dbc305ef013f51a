"""Writes and reads CSV as spreadsheets do: with a byte order mark, CR LF line ends and escaped formulas.

None and the empty string are both written as an empty cell.
"""

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from arcbeat.domain.files.formula_escaping import escape_formula, unescape_formula
from arcbeat.domain.files.tables import CELL_CHARACTERS_MAX, COLUMNS_MAX, ROWS_MAX, TableColumn, table_error
from arcbeat.domain.schema.columns import Value

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel decodes the file in the system's legacy encoding and shows Chinese text as garbage."""
ENCODINGS = ("utf-8-sig", "gb18030")
"""The encodings that spreadsheets write: UTF-8, or the GBK of Chinese Excel, of which GB 18030 is a superset."""
DELIMITERS = (",", ";", "\t")
LINE_CHARACTERS_MAX = COLUMNS_MAX * CELL_CHARACTERS_MAX
"""The csv module parses one line in one call that holds the GIL, so a line needs a limit."""


def rfc3339(ts: datetime) -> str:
    """Return a timestamp in RFC 3339, with Z for UTC."""
    return ts.isoformat().replace("+00:00", "Z")


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
    """Yield the file, one chunk per page."""
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


def read(body: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each row.

    Rows are numbered as in a spreadsheet: a quoted cell with two lines belongs to one row.

    Raises:
        InvalidValue: the file is not CSV.
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
    raise table_error("is encoded neither in UTF-8 nor in GB 18030", row=line)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(_lines(text), delimiter=delimiter, strict=True)


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > LINE_CHARACTERS_MAX:
            raise csv.Error(f"a line has more than {LINE_CHARACTERS_MAX} characters")
        yield line


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the header into the most columns."""
    return max(DELIMITERS, key=lambda delimiter: _header_width(text, delimiter))


def _header_width(text: str, delimiter: str) -> int:
    try:
        return len(next((row for row in islice(_rows(text, delimiter), ROWS_MAX) if row), []))
    except csv.Error:
        return 0  # read() reports the error
