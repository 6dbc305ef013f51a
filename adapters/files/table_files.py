"""Reads and writes tables as CSV, NDJSON and XLSX files: the ports, in front of one module per format."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path

from adapters.files import csv_tables, ndjson_tables, xlsx_reader, xlsx_writer
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

ROWS_PER_STEP = 500
"""Rows that a worker thread encodes in one call: a few ms for 16 columns of CSV, tens of ms for XLSX."""
WRITERS_AT_ONCE_MAX = 4
"""XLSX files written at the same time. Each takes one thread, and about 140 MB of disk per 100 000 rows."""
RETRY_AFTER_SECONDS = 10
READERS_AT_ONCE_MAX = 2
"""Files read at the same time. A malicious file may take a hundred times its size in memory."""

Rows = Sequence[Sequence[Value]]
NumberedRow = tuple[int, Sequence[str]]
"""A row number as a spreadsheet shows it, and the cells of the row."""
Write = Callable[[Sequence[TableColumn], AsyncIterator[Rows]], AsyncGenerator[bytes, None]]
Read = Callable[[bytes], Iterable[NumberedRow]]

_READERS: Mapping[str, Read] = {
    TableFormat.CSV.media_type: csv_tables.read,
    TableFormat.XLSX.media_type: xlsx_reader.read,
}


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
            async with aclosing(xlsx_writer.write(columns, pages, scratch=self._scratch)) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            self._writing -= 1

    async def read(self, media_type: str, body: AsyncIterator[bytes]) -> Table:
        """See :class:`arcbeat.domain.files.tables.TableReader`."""
        read = _READERS.get(media_type.partition(";")[0].strip().lower())
        if read is None:
            raise UnsupportedMediaType(f"The Content-Type of a table must be {' or '.join(_READERS)}.")
        content = await _collect(body)
        async with self._readers:
            return await asyncio.to_thread(lambda: to_table(read(content)))


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


def to_table(rows: Iterable[NumberedRow]) -> Table:
    """Return the rows as a table: the first row that is not empty is the header.

    Empty rows and empty cells at the end of a row are ignored.

    Raises:
        InvalidValue: the rows exceed a limit or do not fit the header.
    """
    filled = ((number, cells) for number, cells in map(_check_limits, rows) if cells)
    number, header = next(filled, (0, ()))
    if not header:
        raise table_error("is empty")
    _check_header(number, header)
    return Table(header, tuple(_table_row(number, cells, len(header)) for number, cells in filled))


def _check_limits(row: NumberedRow) -> tuple[int, tuple[str, ...]]:
    number, cells = row
    if number > ROWS_MAX + 1:
        raise table_error(f"is beyond the limit of one header and {ROWS_MAX} rows", row=number)
    width = len(cells)
    while width and not cells[width - 1]:
        width -= 1
    if width > COLUMNS_MAX:
        raise table_error(f"has more than {COLUMNS_MAX} columns", row=number)
    for column, cell in enumerate(cells[:width], 1):
        if len(cell) > CELL_CHARACTERS_MAX:
            raise table_error(f"has more than {CELL_CHARACTERS_MAX} characters", row=number, column=column)
        if "\x00" in cell:
            raise table_error("contains a null character", row=number, column=column)
    return number, tuple(cells[:width])


def _check_header(number: int, header: Sequence[str]) -> None:
    for column, name in enumerate(header, 1):
        if not name:
            raise table_error("has no name", row=number, column=column)
        if header.index(name) != column - 1:
            raise table_error("has the same name as an earlier column", row=number, column=column)


def _table_row(number: int, cells: tuple[str, ...], width: int) -> TableRow:
    if len(cells) > width:
        raise table_error(f"has more cells than the {width} of the header", row=number)
    return TableRow(number, cells + ("",) * (width - len(cells)))
