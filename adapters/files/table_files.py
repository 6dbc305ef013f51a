"""Reads and writes tables as CSV, NDJSON and XLSX files: the ports, in front of one module per format."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path

from werkzeug.http import parse_options_header

from adapters.files import csv_tables, ndjson_tables, xlsx_reader
from arcbeat.domain.errors import PayloadTooLarge, TooManyRequests, UnsupportedMediaType
from arcbeat.domain.files.tables import (
    CELL_CHARACTERS_MAX,
    COLUMNS_MAX,
    FILE_BYTES_MAX,
    ROWS_MAX,
    Table,
    TableColumn,
    TableFormat,
    TableRow,
    table_error,
)
from arcbeat.domain.schema.columns import Value
from arcbeat.domain.visible_text import is_blank

ROWS_PER_STEP = 500
"""Rows that a worker thread encodes in one call: a few ms for 16 columns of CSV, tens of ms for XLSX."""
WRITERS_AT_ONCE_MAX = 4
"""XLSX files written at the same time. Each takes one thread, and about 140 MB of disk per 100 000 rows."""
RETRY_AFTER_SECONDS = 10
READERS_AT_ONCE_MAX = 2
"""Files read at the same time. A malicious file may take a hundred times its size in memory."""

Rows = Sequence[Sequence[Value]]
Write = Callable[[Sequence[TableColumn], AsyncIterator[Rows]], AsyncGenerator[bytes, None]]
Read = Callable[[bytes, str | None], Iterable[TableRow]]
"""Reads the rows of a file. The second argument is the ``charset`` of its media type."""

_READERS: Mapping[str, Read] = {
    TableFormat.CSV.media_type: csv_tables.read,
    TableFormat.XLSX.media_type: lambda body, _charset: xlsx_reader.read(body),
}
# What Excel, WPS and LibreOffice show instead of a value.
_ERROR_VALUE = re.compile(
    r"#(N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|EXTERNAL!|PYTHON!"
    r"|GETTING_DATA)\Z|Err:[0-9]{3}\Z"
)
_TOO_NARROW = re.compile(r"#{2,}\Z")


class TableFiles:
    """Implements TableWriter and TableReader."""

    def __init__(self, scratch: Path | None = None) -> None:
        """``scratch`` is the folder for unfinished XLSX files; it defaults to the system's temporary folder."""
        self._writers: Mapping[TableFormat, Write] = {
            TableFormat.CSV: csv_tables.write,
            TableFormat.NDJSON: ndjson_tables.write,
            TableFormat.XLSX: self._write_xlsx,
        }
        self._scratch = scratch
        self._writing = 0
        self._readers = asyncio.Semaphore(READERS_AT_ONCE_MAX)

    def write(
        self, table_format: TableFormat, columns: Sequence[TableColumn], pages: AsyncIterator[Rows]
    ) -> AsyncGenerator[bytes, None]:
        """See :class:`arcbeat.domain.files.tables.TableWriter`."""
        return self._writers[table_format](columns, _split_pages(pages))

    async def _write_xlsx(
        self, columns: Sequence[TableColumn], pages: AsyncIterator[Rows]
    ) -> AsyncGenerator[bytes, None]:
        # Rejected at once instead of queued: a waiting export would hold its client's connection without a byte.
        if self._writing >= WRITERS_AT_ONCE_MAX:
            raise TooManyRequests(
                f"{WRITERS_AT_ONCE_MAX} XLSX files are being written; try again later, or request CSV.",
                retry_after_seconds=RETRY_AFTER_SECONDS,
            )
        self._writing += 1
        try:
            write = await asyncio.to_thread(_xlsx_writer)
            async with aclosing(write(columns, pages, scratch=self._scratch)) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            self._writing -= 1

    async def read(self, media_type: str, body: AsyncIterator[bytes]) -> Table:
        """See :class:`arcbeat.domain.files.tables.TableReader`."""
        plain_type, parameters = parse_options_header(media_type)
        read = _READERS.get(plain_type.lower())
        if read is None:
            raise UnsupportedMediaType(f"The Content-Type of a table must be {' or '.join(_READERS)}.")
        content = await _collect(body)
        async with self._readers:
            return await asyncio.to_thread(lambda: to_table(read(content, parameters.get("charset"))))


def _xlsx_writer() -> "Callable[..., AsyncGenerator[bytes, None]]":
    """Return what writes XLSX. It is imported here, because most processes write none."""
    from adapters.files.xlsx_writer import write

    return write


async def _split_pages(pages: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
    async for page in pages:
        for start in range(0, len(page), ROWS_PER_STEP):
            yield page[start : start + ROWS_PER_STEP]


async def _collect(body: AsyncIterator[bytes]) -> bytes:
    content = bytearray()
    async for chunk in body:
        content += chunk
        if len(content) > FILE_BYTES_MAX:
            raise PayloadTooLarge(f"The file has more than {FILE_BYTES_MAX} bytes; split it into smaller files.")
    return bytes(content)


def to_table(rows: Iterable[TableRow]) -> Table:
    """Return the rows as a table: the first row that is not blank is the header.

    Blank rows, and blank cells beyond the header, are ignored. A cell that cannot be read without doubt has an error.

    Raises:
        InvalidValue: the rows exceed a limit, or the names of the header are not distinct.
    """
    filled = (_checked(row) for row in rows if row.errors or not all(map(is_blank, row.cells)))
    header_row = next(filled, None)
    if header_row is None:
        raise table_error("is empty")
    header = header_row.cells[: _width(header_row)]
    _check_header(header_row, header)
    return Table(header, tuple(_fitted(row, len(header)) for row in filled), header_row.number)


def _checked(row: TableRow) -> TableRow:
    if row.number > ROWS_MAX + 1:
        raise table_error(f"is beyond the limit of one header and {ROWS_MAX} rows", row=row.number)
    width = _width(row)
    if width > COLUMNS_MAX:
        raise table_error(f"has more than {COLUMNS_MAX} columns", row=row.number)
    for column, cell in enumerate(row.cells[:width], 1):
        if len(cell) > CELL_CHARACTERS_MAX:
            raise table_error(f"has more than {CELL_CHARACTERS_MAX} characters", row=row.number, column=column)
        if "\x00" in cell:
            raise table_error("contains a null character", row=row.number, column=column)
    return row


def _width(row: TableRow) -> int:
    """Return the number of cells without the blank ones at the end."""
    width = len(row.cells)
    while width and is_blank(row.cells[width - 1]):
        width -= 1
    return width


def _check_header(row: TableRow, header: Sequence[str]) -> None:
    for column, name in enumerate(header, 1):
        if column - 1 in row.errors:
            raise table_error(row.errors[column - 1], row=row.number, column=column)
        if is_blank(name):
            raise table_error("has no name", row=row.number, column=column)
        if header.index(name) != column - 1:
            raise table_error("has the same name as an earlier column", row=row.number, column=column)


def _fitted(row: TableRow, width: int) -> TableRow:
    """Return the row with as many cells as the header has, and with an error for each doubtful cell."""
    cells = row.cells[:width] + ("",) * (width - len(row.cells))
    errors = {index: error for index, cell in enumerate(cells) if (error := row.errors.get(index) or _cell_error(cell))}
    if _width(row) > width:
        errors[width] = f"has no header: the row has more cells than the {width} of the header"
    beyond = next((cell for cell in row.cells[width:] if not is_blank(cell)), "")
    return TableRow(row.number, cells, errors, row.kinds, beyond)


def _cell_error(cell: str) -> str | None:
    if not cell.startswith(("#", "E")):
        return None
    if _ERROR_VALUE.match(cell):
        return f"is the error value {cell}; correct the formula, or type the value"
    if _TOO_NARROW.match(cell):
        return "shows only # because its column was too narrow; widen the column and save the file again"
    return None
