"""Copies a table out as CSV, into a compressed file or only into a hash."""

import asyncio
import gzip
import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from psycopg import sql

from adapters.postgres.jobs.archive.contents import CHUNK_BYTES, Content, read_content
from adapters.postgres.jobs.archive.files import partial_path
from adapters.postgres.pool import Connection
from arcbeat.domain.errors import ArchiveDamaged

COPY = sql.SQL("copy (select * from {} order by id) to stdout with (format csv, header)")


async def hash_table(connection: Connection, table: sql.Identifier) -> Content:
    """Return what a copy of a table would hold."""
    return await _copy(connection, table, len)


async def write_table(connection: Connection, table: sql.Identifier, folder: Path, month: date) -> Content:
    """Write a table to the partial file of a month, and read the file back.

    Raises:
        ArchiveDamaged: What was read back is not what was written.
        OSError: The file cannot be written.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
    partial = partial_path(folder, month)
    try:
        with gzip.open(partial, "wb") as out:
            copied = await _copy(connection, table, out.write)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    if await asyncio.to_thread(read_content, partial) != copied:
        raise ArchiveDamaged(f"The file of {month:%Y-%m} does not hold what was copied. The month was not dropped.")
    return copied


async def _copy(connection: Connection, table: sql.Identifier, write: Callable[[bytes], int]) -> Content:
    digest = hashlib.sha256()

    def add(chunk: bytes) -> None:
        digest.update(chunk)
        write(chunk)

    async with connection.cursor() as cursor:
        async with cursor.copy(COPY.format(table)) as copy:
            buffer = bytearray()
            async for data in copy:
                buffer += data
                if len(buffer) >= CHUNK_BYTES:
                    await asyncio.to_thread(add, bytes(buffer))
                    buffer.clear()
            await asyncio.to_thread(add, bytes(buffer))
        return Content(cursor.rowcount, digest.hexdigest())
