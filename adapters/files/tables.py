"""Tables as files: the ports, in front of one module a format and direction."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path

from adapters.files import csv_tables, ndjson_tables, xlsx_reading, xlsx_writing
from adapters.files.table_rows import NumberedRow, to_table
from arcbeat.domain.errors import PayloadTooLarge, TooManyRequests, UnsupportedMediaType
from arcbeat.domain.files.tables import FILE_BYTES_MAX, Table, TableColumn, TableFormat
from arcbeat.domain.readings.columns import Value

ROWS_A_STEP = 500
"""As many rows are encoded in one go, in a thread; of 16 columns they take some ms, in an XLSX file some tens."""
WRITERS_AT_ONCE = 4
"""XLSX files that are put together at a time: each has a thread, and some 140 MB of disk for 100 000 rows."""
RETRY_AFTER_SECONDS = 10
READERS_AT_ONCE = 2
"""A file may be written so that reading it takes a hundred times its size in memory."""

Rows = Sequence[Sequence[Value]]
Write = Callable[[Sequence[TableColumn], AsyncIterator[Rows]], AsyncGenerator[bytes, None]]
Read = Callable[[bytes], Iterable[NumberedRow]]

_READERS: Mapping[str, Read] = {
    TableFormat.CSV.media_type: csv_tables.read,
    TableFormat.XLSX.media_type: xlsx_reading.read,
}


class TableFiles:
    """Writes and reads tables."""

    def __init__(self, scratch: Path | None = None) -> None:
        """``scratch`` is where XLSX files are put together; None is the system's own folder for temporary files."""
        self._writers: Mapping[TableFormat, Write] = {
            TableFormat.CSV: csv_tables.write,
            TableFormat.NDJSON: ndjson_tables.write,
            TableFormat.XLSX: self._write_xlsx,
        }
        self._scratch = scratch
        self._writing = 0
        self._readers = asyncio.Semaphore(READERS_AT_ONCE)

    def write(
        self, table_format: TableFormat, columns: Sequence[TableColumn], pages: AsyncIterator[Rows]
    ) -> AsyncGenerator[bytes, None]:
        """See :class:`arcbeat.domain.files.tables.TableWriter`."""
        return self._writers[table_format](columns, _in_steps(pages))

    async def _write_xlsx(
        self, columns: Sequence[TableColumn], pages: AsyncIterator[Rows]
    ) -> AsyncGenerator[bytes, None]:
        if self._writing >= WRITERS_AT_ONCE:
            raise TooManyRequests(
                f"{WRITERS_AT_ONCE} XLSX files are being made; try again later, or take CSV.",
                retry_after_seconds=RETRY_AFTER_SECONDS,
            )
        self._writing += 1
        try:
            async with aclosing(xlsx_writing.write(columns, pages, scratch=self._scratch)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            self._writing -= 1

    async def read(self, media_type: str, body: AsyncIterator[bytes]) -> Table:
        """See :class:`arcbeat.domain.files.tables.TableReader`."""
        read = _READERS.get(media_type.partition(";")[0].strip().lower())
        if read is None:
            raise UnsupportedMediaType(f"A table is read from {' or '.join(_READERS)}.")
        gathered = await _gather(body)
        async with self._readers:
            return await asyncio.to_thread(lambda: to_table(read(gathered)))


async def _in_steps(pages: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
    async for page in pages:
        for start in range(0, len(page), ROWS_A_STEP):
            yield page[start : start + ROWS_A_STEP]


async def _gather(body: AsyncIterator[bytes]) -> bytes:
    gathered = bytearray()
    async for piece in body:
        gathered += piece
        if len(gathered) > FILE_BYTES_MAX:
            raise PayloadTooLarge(f"The file may have {FILE_BYTES_MAX} bytes.")
    return bytes(gathered)
