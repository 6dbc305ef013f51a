"""Keeps log rows on disk while PostgreSQL is unavailable, until they are stored, in their order.

A spool is a file per run. Its first line is the run, each further line an operation. The process that writes it holds a
lock on it, so that the next process to start on this machine can tell the spools of dead processes from those in use.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError

from arcbeat.domain.errors import OUTAGE_ERRORS, LeaseLost, StoreError
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.ports import JobLogs, RunQueue
from arcbeat.domain.jobs.runs import Run

SPOOL_BYTES_MAX = 4 * 2**20
"""The size of the spool of one run; further rows are dropped and counted."""

RUN = TypeAdapter(Run)
LOG = TypeAdapter(SyncJobLog)

logger = structlog.get_logger(__name__)


class Write(StrEnum):
    """What to do with a row of the log."""

    APPEND = "append"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class LogWrite:
    """A row of the log that is to be stored, or whose end is to be stored."""

    write: Write
    log: SyncJobLog

    async def send(self, logs: JobLogs, run: Run) -> None:
        """Store it; it is safe to store it again.

        Raises:
            LeaseLost: Another process holds the run, or it has ended.
            StoreError: It may or may not have been stored.
        """
        if self.write is Write.APPEND:
            await logs.append(run, [self.log])
        else:
            await logs.complete(run, self.log)


class Spool:
    """The spool of one run. The file exists only while something is in it. Close it at the end of the run."""

    def __init__(self, folder: Path, run: Run, bytes_max: int = SPOOL_BYTES_MAX) -> None:
        self.path = folder / f"run-{run.id}-{run.fence}.jsonl"
        self._run = run
        self._bytes_max = bytes_max
        self._handle: int | None = None
        self._size = 0
        self._writes: list[LogWrite] = []
        self.dropped = 0

    @property
    def writes(self) -> Sequence[LogWrite]:
        """What is to be stored, in order."""
        return tuple(self._writes)

    def add(self, write: LogWrite) -> None:
        """Append to the file, and wait until the disk has it; a row beyond the size limit is dropped and counted.

        If the file cannot be written, because the disk is full or the folder is missing, the row is kept in memory:
        it is lost only if the process dies before PostgreSQL is available again.
        """
        line = _line({"write": write.write, "log": LOG.dump_python(write.log, mode="json")})
        if self._size + len(line) > self._bytes_max:
            self.dropped += 1
            logger.error("job_log_dropped", run_id=self._run.id, spool_bytes_max=self._bytes_max)
            return
        self._size += len(line)
        self._writes.append(write)
        try:
            _append(self._opened(), line)
        except OSError as error:
            logger.warning("job_log_only_in_memory", run_id=self._run.id, path=str(self.path), error=str(error))

    def remove_first(self) -> None:
        """Forget the first write, which is stored; the file goes with the last one."""
        self._writes.pop(0)
        if not self._writes:
            self.delete()

    def delete(self) -> None:
        """Delete the file."""
        self._writes.clear()
        self._size = 0
        if self._handle is not None:
            self.path.unlink(missing_ok=True)
            self.close()

    def close(self) -> None:
        """Release the file; it stays if something is in it, for the next process to store."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _opened(self) -> int:
        if self._handle is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.fstat(self._handle).st_size:
            _append(self._handle, _line(RUN.dump_python(self._run, mode="json")))
        return self._handle


def _append(handle: int, line: bytes) -> None:
    """Append a line and wait until the disk has it, or leave the file as it was: half a line would hide those behind.

    Raises:
        OSError: The line cannot be written.
    """
    size = os.fstat(handle).st_size
    try:
        written = 0
        while written < len(line):
            written += os.pwrite(handle, line[written:], size + written)
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise


async def store_leftovers(folder: Path, logs: JobLogs, queue: RunQueue) -> int:
    """Store what processes that have died left in their spools; return how many rows were stored.

    Their runs are released, so that they are taken up again at once. Rows of a run that another process has taken over
    meanwhile are dropped: its log has gone on without them.

    Raises:
        StoreError: The database is unavailable; what is not stored stays in the spools.
    """
    stored = 0
    for path in _spools(folder):
        for run, writes in _unlocked(path):
            try:
                stored += await _store(logs, queue, run, writes)
            except OUTAGE_ERRORS:
                raise
            except StoreError as error:
                # The database rejects a row. The spool stays, and does not hold up the other runs of this machine.
                logger.error("job_logs_rejected", run_id=run.id, path=path.name, error=error.detail)  # noqa: TRY400 -- expected
            else:
                path.unlink(missing_ok=True)
    return stored


def _spools(folder: Path) -> Sequence[Path]:
    return sorted(folder.glob("run-*.jsonl"))


async def _store(logs: JobLogs, queue: RunQueue, run: Run, writes: Sequence[LogWrite]) -> int:
    stored = 0
    try:
        for write in writes:
            await write.send(logs, run)
            stored += 1
        await queue.release(run)
    except LeaseLost:
        logger.warning("job_logs_dropped", run_id=run.id, fence=run.fence, rows=len(writes) - stored)
    return stored


def _unlocked(path: Path) -> Iterator[tuple[Run, Sequence[LogWrite]]]:
    """Yield the content of a spool while holding its lock; nothing if a live process uses it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:  # another process has just stored it
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Its process may have deleted it between the two calls.
        if os.fstat(handle).st_nlink and (content := _parse(path)) is not None:
            yield content
    except BlockingIOError:
        return
    finally:
        os.close(handle)


def _parse(path: Path) -> tuple[Run, Sequence[LogWrite]] | None:
    """Return the content of a spool; None if it is not one. A line that the process could not finish is left out."""
    first, *rest = path.read_bytes().split(b"\n")
    try:
        run = RUN.validate_json(first)
    except ValidationError:
        logger.warning("spool_unreadable", path=path.name)
        return None
    writes = []
    for line in rest:
        try:
            value = json.loads(line)
            writes.append(LogWrite(Write(value["write"]), LOG.validate_python(value["log"])))
        except (ValueError, KeyError, TypeError):
            break
    return run, writes


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
