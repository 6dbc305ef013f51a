"""Archives months of sync_job_log: a compressed file and a manifest per month, verified before the month is dropped."""

import asyncio
import csv
import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from psycopg import sql

from adapters.postgres.jobs.fence import pass_fence
from adapters.postgres.jobs.runs import LEASE_SECONDS
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.errors import Conflict, OutOfSpace
from arcbeat.domain.jobs.ports import ArchivedMonth
from arcbeat.domain.jobs.runs import Run

ARCHIVE_SECONDS = 600.0
"""The time limit of archiving one month."""
LOCK_SECONDS = 2
"""How long the drop waits for a lock. Programs that use the log wait behind it for as long."""
CHUNK_BYTES = 2**20
FIELD_CHARACTERS_MAX = 2**30
"""The length of a text in PostgreSQL. The csv module counts rows of at most 128 KiB per field by default."""

SET_LOCK_TIMEOUT = f"set local lock_timeout = '{LOCK_SECONDS}s'"
# Reads go on; a program that writes to the month waits, and then finds no partition.
LOCK_MONTH = sql.SQL("lock table {} in share mode")
COPY_MONTH = sql.SQL("copy (select * from {} order by id) to stdout with (format csv, header)")
COUNT_ROWS = sql.SQL("select count(*) as rows from {}")
OPEN_RUNS = """
select count(*) as open_runs from sync_job_run
 where state in ('queued', 'running') and run_started_at >= %(start)s::timestamp at time zone 'UTC'
   and run_started_at < (%(start)s::timestamp + interval '1 month') at time zone 'UTC'"""
DROP_MONTH = sql.SQL("drop table {}")


@dataclass(frozen=True, slots=True)
class _File:
    rows: int
    sha256: str
    size_bytes: int


class PostgresLogArchive:
    """Implements LogArchive on sync_job_log and a folder.

    Args:
        folder: Must survive the process, and be backed up: it holds the only copy of what was dropped.
    """

    def __init__(self, database: Database, folder: Path, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._folder = folder
        self._lease = timedelta(seconds=lease_seconds)

    async def archive(self, run: Run, month: date) -> ArchivedMonth:
        table = sql.Identifier(f"sync_job_log_{month:%Y_%m}")
        async with self._database.connection(ARCHIVE_SECONDS) as connection, connection.transaction():
            await connection.execute(SET_LOCK_TIMEOUT)
            await connection.execute(LOCK_MONTH.format(table))
            await _check_no_open_runs(connection, month)
            rows = await _count(connection, table)
            with _disk_errors():
                archived = await self._write(connection, table, month, rows)
            # Only now: the fence locks the run, and its heartbeat would wait for the whole copy.
            await pass_fence(connection, run, self._lease)
            await connection.execute(DROP_MONTH.format(table))
        return archived

    async def _write(self, connection: Connection, table: sql.Identifier, month: date, rows: int) -> ArchivedMonth:
        """Write the file and its manifest.

        Raises:
            Conflict: What was read back is not what was written.
        """
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"sync_job_log_{month:%Y_%m}.csv.gz"
        partial = path.with_name(f"{path.name}.partial")
        copied = hashlib.sha256()
        with gzip.open(partial, "wb") as out:
            async with connection.cursor() as cursor, cursor.copy(COPY_MONTH.format(table)) as copy:
                buffer = bytearray()
                async for data in copy:
                    buffer += data
                    if len(buffer) >= CHUNK_BYTES:
                        await asyncio.to_thread(_add, out, copied, bytes(buffer))
                        buffer.clear()
                await asyncio.to_thread(_add, out, copied, bytes(buffer))
        read = await asyncio.to_thread(_read_back, partial)
        if (read.rows, read.sha256) != (rows, copied.hexdigest()):
            raise Conflict(f"The archive of {month:%Y-%m} does not hold what was copied; the month was not dropped.")
        archived = ArchivedMonth(month, rows, path.name, read.sha256, read.size_bytes)
        await asyncio.to_thread(_publish, partial, path, archived)
        return archived


async def _check_no_open_runs(connection: Connection, month: date) -> None:
    row = await (await connection.execute(OPEN_RUNS, {"start": month})).fetchone()
    if row is None or row["open_runs"]:
        raise Conflict(f"Runs of {month:%Y-%m} have not ended; the month was not dropped.")


async def _count(connection: Connection, table: sql.Identifier) -> int:
    row = await (await connection.execute(COUNT_ROWS.format(table))).fetchone()
    return int(row["rows"]) if row else 0


def _add(out: gzip.GzipFile, copied: "hashlib._Hash", chunk: bytes) -> None:
    copied.update(chunk)
    out.write(chunk)


def _read_back(path: Path) -> _File:
    """Decompress a file, count its rows without the header, and hash its content."""
    digest = hashlib.sha256()
    with gzip.open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    csv.field_size_limit(FIELD_CHARACTERS_MAX)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        rows = sum(1 for _ in csv.reader(text)) - 1
    return _File(rows, digest.hexdigest(), path.stat().st_size)


def _publish(partial: Path, path: Path, archived: ArchivedMonth) -> None:
    """Give the file its name and write the manifest; both are on disk afterwards."""
    manifest = path.with_name(f"{path.name}.json")
    draft = path.with_name(f"{manifest.name}.partial")
    facts = {**asdict(archived), "month": f"{archived.month:%Y-%m}", "format": "csv, gzip; sha256 of the csv"}
    draft.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    for source, target in ((partial, path), (draft, manifest)):
        _sync(source)
        source.replace(target)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        detail = f"The archive folder cannot be written ({error.strerror}); the month was not dropped."
        raise OutOfSpace(detail) from error
