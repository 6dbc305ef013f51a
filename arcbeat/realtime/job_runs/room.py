"""Publish the changes of runs to the clients that follow them: one room, and one reader, per process."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Protocol

import orjson
import structlog

from arcbeat.concurrency import deadline
from arcbeat.domain.errors import StoreError
from arcbeat.domain.jobs.ports import RunWatch
from arcbeat.realtime.job_runs.feed import EncodedRun, RunFeed
from arcbeat.realtime.rooms.frames import Frame
from arcbeat.realtime.rooms.room import for_each_member
from arcbeat.realtime.sampling.row_encoding import encode

CHANGES_MAX = 1_000
"""The changes that are kept for clients that do not read; a client further behind gets `missed`."""
FIRST_READ_SECONDS_MAX = 10.0
"""How long a client that joins waits until the runs have been read for the first time."""
PAUSE_SECONDS = 0.05
"""The shortest time between two reads, so that a burst of notifications is read at once."""
FAILURE_PAUSE_SECONDS = 1.0
"""The time to the next read after an unexpected error."""

JobNames = frozenset[str]
"""The jobs that a client follows; empty for all."""

logger = structlog.get_logger(__name__)


class RunMember(Protocol):
    """One client that follows runs."""

    async def notify(self) -> None:
        """Learn that runs have changed. Nothing is sent with the notification, as in `rooms/room.py: Member`."""
        ...


class RunRoom:
    """The clients that follow runs. While there are any, one task reads the runs and notifies them.

    Attributes:
        position: how many changes there were so far.
    """

    def __init__(self, watch: RunWatch) -> None:
        self.position = 0
        self.members: set[RunMember] = set()
        self._watch = watch
        self._feed = RunFeed(watch)
        self._changes: deque[EncodedRun] = deque(maxlen=CHANGES_MAX)
        self._frames: dict[tuple[int, JobNames], Frame | None] = {}
        self._starting = asyncio.Lock()
        self._joining = 0
        self._reading: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def joined(self) -> AsyncIterator["RunRoom"]:
        """Yield the room when it knows the runs. It is open inside the block, and for as long as it has members.

        Raises:
            StoreError: the runs cannot be read.
        """
        self._joining += 1
        try:
            async with deadline(FIRST_READ_SECONDS_MAX), self._starting:
                if self._reading is None:
                    await self._feed.read()
                    self._reading = asyncio.create_task(self._follow())
            yield self
        finally:
            self._joining -= 1
            self._close_if_empty()

    def leave(self, member: RunMember) -> None:
        """Remove a member; the runs are no longer read when it was the last one."""
        self.members.discard(member)
        self._close_if_empty()

    def state(self, jobs: JobNames) -> bytes:
        """Return the runs that have not ended, as a JSON array."""
        return _array(run for run in self._feed.runs if not run.has_ended and _follows(jobs, run))

    def frame_since(self, position: int, jobs: JobNames) -> Frame | None:
        """Return the newest state of each run that changed after a position; None if none did."""
        key = (position, jobs)
        if key not in self._frames:
            self._frames[key] = self._frame_since(*key)
        return self._frames[key]

    async def aclose(self) -> None:
        """Stop reading, and wait until the connection to PostgreSQL is closed."""
        self.members.clear()
        self._close_if_empty()
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _frame_since(self, position: int, jobs: JobNames) -> Frame | None:
        changes = self.position - position
        missed = changes > len(self._changes)
        # What was dropped is replaced by all runs that are known; those that ended long ago are in the logs.
        runs = self._feed.runs if missed else list(self._changes)[len(self._changes) - changes :]
        newest = {run.id: run for run in runs if _follows(jobs, run)}
        if not newest and not missed:
            return None
        items = orjson.Fragment(_array(newest.values()))
        return Frame("job_runs", encode({"items": items, "missed": missed}))

    def _close_if_empty(self) -> None:
        if self._reading is not None and not self.members and not self._joining:
            self._reading.cancel()
            self._closing.add(self._reading)
            self._reading.add_done_callback(self._closing.discard)
            self._reading = None

    async def _follow(self) -> None:
        async with self._watch.listening() as changed:
            is_failing = False
            while True:
                try:
                    await changed()
                    await self._publish(await self._feed.read())
                    is_failing = False
                except StoreError as error:
                    if not is_failing:
                        logger.warning("runs_unreadable", detail=error.detail)
                    is_failing = True
                except Exception:
                    logger.exception("runs_failed")
                    await asyncio.sleep(FAILURE_PAUSE_SECONDS)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _publish(self, changed: Collection[EncodedRun]) -> None:
        if not changed:
            return
        self._frames.clear()
        self._changes.extend(changed)
        self.position += len(changed)
        await for_each_member(self.members, lambda member: member.notify())


class RunSubscription:
    """The changes of runs for one client: always the newest state, however many changes there were meanwhile.

    Attributes:
        position: the last change that the client was sent.
    """

    def __init__(self, room: RunRoom, jobs: JobNames) -> None:
        self.room = room
        self.jobs = jobs
        self.position = room.position

    def next_frame(self) -> Frame | None:
        before, self.position = self.position, self.room.position
        return None if before == self.position else self.room.frame_since(before, self.jobs)


def _follows(jobs: JobNames, run: EncodedRun) -> bool:
    return not jobs or run.job_name in jobs


def _array(runs: Iterable[EncodedRun]) -> bytes:
    return b"[%b]" % b",".join(run.body for run in runs)
