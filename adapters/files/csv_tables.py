"""Writes and reads CSV as spreadsheets do: with a byte order mark, CR LF line ends and escaped formulas.

None and the empty string are both written as an empty cell.
"""

import asyncio
import codecs
import csv
import io
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice

from arcbeat.domain.errors import UnsupportedMediaType
from arcbeat.domain.files.formula_escaping import escape_formula, unescape_formula
from arcbeat.domain.files.tables import CELL_CHARACTERS_MAX, COLUMNS_MAX, ROWS_MAX, TableColumn, TableRow, table_error
from arcbeat.domain.schema.columns import Value
from arcbeat.domain.visible_text import is_blank

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel decodes the file in the system's legacy encoding and shows Chinese text as garbage."""
ENCODING_ADVICE = (
    "save it as CSV UTF-8, or declare its encoding in Content-Type, for example text/csv; charset=gb18030 for a CSV"
    " file of Chinese Excel"
)
_CHARSETS: Mapping[str, str] = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "us-ascii": "utf-8-sig",
    "utf-16": "utf-16",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
}
"""The codec of each charset. GB 18030 is a superset of GBK and GB 2312."""
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 comes before UTF-16, whose mark is its beginning."""
_ENCODING_NAMES: Mapping[str, str] = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "gb18030": "GB 18030",
}
BLANK_BYTES = b" \t,;|"
DELIMITERS = (",", ";", "\t", "|")
_WITHOUT_DELIMITERS = str.maketrans("", "", "".join(DELIMITERS))
ROWS_TRIED = 5
"""Rows that are split to find the delimiter."""
_SEPARATOR_LINE = re.compile(r'"?sep=([^"\r\n])"?[,;\t|]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_QUOTED_TEXT = re.compile(r'="([^"]*)"\Z')
"""The spelling that makes Excel keep the zeros of ="00012" in CSV."""
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


def read(body: bytes, charset: str | None = None) -> Iterator[TableRow]:
    """Yield the rows; ``charset`` is the encoding that the client declared.

    Rows are numbered as in a spreadsheet: a quoted cell with two lines belongs to one row, and a first line such as
    ``sep=;``, which names the separator for Excel, is not a row.

    Raises:
        InvalidValue: the file is not CSV, or its encoding is in doubt.
        UnsupportedMediaType: the charset is not supported.
    """
    text = _decode(body, charset)
    declared = _SEPARATOR_LINE.match(text)
    if declared:
        text = text[declared.end() :]
    delimiter = _declared_delimiter(declared.group(1)) if declared else _delimiter(text)
    number = 0
    try:
        for number, cells in enumerate(_rows(text, delimiter), 1):
            yield _row(number, cells)
    except csv.Error as error:
        raise table_error(f"is not CSV: {error}", row=number + 1) from error


def _row(number: int, cells: Sequence[str]) -> TableRow:
    errors = {
        index: "is a formula; write its result, or put an apostrophe in front of a text that starts with ="
        for index, cell in enumerate(cells)
        if cell.startswith("=") and not _QUOTED_TEXT.match(cell)
    }
    return TableRow(number, tuple(map(_text, cells)), errors)


def _text(cell: str) -> str:
    quoted = _QUOTED_TEXT.match(cell)
    return quoted.group(1) if quoted else unescape_formula(cell)


def _decode(body: bytes, charset: str | None) -> str:
    """Return the text of a file, whose encoding must be certain.

    It is certain by a byte order mark, by the charset that the client declared, by being valid UTF-8, or by a Chinese
    header in GB 2312. Almost any bytes are valid GB 18030, so validity alone proves nothing.
    """
    declared = _declared_encoding(charset)
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if body.startswith(mark)), None)
    if declared and marked and declared != marked:
        raise table_error(
            f"starts with the byte order mark of {_ENCODING_NAMES[marked]}, but its Content-Type says charset={charset}"
        )
    if declared == "utf-16" and not marked:
        raise table_error(f"has no byte order mark, which UTF-16 needs; {ENCODING_ADVICE}")
    encoding = marked or declared or ("utf-8-sig" if _is_utf8(body) or not _has_chinese_header(body) else "gb18030")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise table_error(f"is not {_ENCODING_NAMES[encoding]}; {ENCODING_ADVICE}", row=line) from error


def _declared_encoding(charset: str | None) -> str | None:
    if charset is None:
        return None
    encoding = _CHARSETS.get(charset.lower())
    if encoding is None:
        raise UnsupportedMediaType(f"The charset of a CSV file must be one of {', '.join(_CHARSETS)}.")
    return encoding


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_chinese_header(body: bytes) -> bool:
    head = body[:LINE_CHARACTERS_MAX].splitlines()
    line = next((line for line in head if line.strip(BLANK_BYTES) and not line.startswith(b"sep=")), b"")
    if _is_utf8(line):
        return False
    try:
        line.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(_lines(text), delimiter=delimiter, strict=True)


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > LINE_CHARACTERS_MAX:
            raise csv.Error(f"a line has more than {LINE_CHARACTERS_MAX} characters")
        yield line


def _declared_delimiter(delimiter: str) -> str:
    if delimiter not in DELIMITERS:
        raise table_error(f"names the separator {delimiter}, which must be a comma, semicolon, tab or |", row=1)
    return delimiter


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the header into the most columns; if there are several, the rows below it."""
    return max(DELIMITERS, key=lambda delimiter: _widths(text, delimiter))


def _widths(text: str, delimiter: str) -> list[int]:
    """Return the number of cells of the first rows that are not blank."""
    widths: list[int] = []
    with suppress(csv.Error):  # read() reports it
        for row in islice(_rows(text, delimiter), ROWS_MAX):
            if not is_blank("".join(row).translate(_WITHOUT_DELIMITERS)):
                widths.append(len(row))
            if len(widths) == ROWS_TRIED:
                break
    return widths
