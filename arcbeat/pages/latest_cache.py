"""The newest readings through a short memory: no device is asked for twice within a sampling, or twice at once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from arcbeat.caching import MAX_OUTDATED, PATIENCE_SECONDS
from arcbeat.concurrency import deadline
from arcbeat.domain.errors import AWAY_ERRORS
from arcbeat.domain.readings.latest import CachedLatest
from arcbeat.domain.readings.ports import LatestSource
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import Clock

MAX_DEVICES = 200_000
"""Of each super table so many are remembered; those that were asked for longest ago go first."""

Answers = Mapping[str, CachedLatest]


@dataclass(frozen=True, slots=True)
class LatestBatch:
    """The newest readings of some devices, in the order in which they were asked for.

    Attributes:
        asked_at: all of it was true then or later.
        outdated: the store is away; this is what it said last.
    """

    rows: Sequence[CachedLatest]
    asked_at: datetime
    outdated: bool = False


class LatestCache:
    """Reads through to the store, a batch for all devices that are not known or known for too long.

    Args:
        max_age_seconds: how long an answer is good for unless a caller says otherwise.
        max_devices: how many devices of each super table are remembered.
    """

    def __init__(
        self, store: LatestSource, clock: Clock, *, max_age_seconds: float, max_devices: int = MAX_DEVICES
    ) -> None:
        self._store = store
        self._clock = clock
        self._max_age_seconds = max_age_seconds
        self._max_devices = max_devices
        self._tables: dict[SuperTable, _TableCache] = {}

    def __len__(self) -> int:
        return sum(len(table.known) for table in self._tables.values())

    async def read(
        self, table: SuperTable, device_codes: Sequence[str], max_age_seconds: float | None = None
    ) -> LatestBatch:
        """The newest readings, at most ``max_age_seconds`` old unless the store is away; 0 asks, whatever is known.

        Raises:
            StoreError: the store is away and not all devices are known, or 0 was given.
        """
        memory = self._tables.get(table)
        if memory is None:
            memory = self._tables[table] = _TableCache(table, self._store, self._clock, self._max_devices)
        age = self._max_age_seconds if max_age_seconds is None else max_age_seconds
        return await memory.read(tuple(dict.fromkeys(device_codes)), timedelta(seconds=age))


class _TableCache:
    """What is known of one super table, by device code."""

    def __init__(self, table: SuperTable, store: LatestSource, clock: Clock, max_devices: int) -> None:
        self._table = table
        self._store = store
        self._clock = clock
        self._max_devices = max_devices
        self.known: dict[str, CachedLatest] = {}
        self._asking: dict[str, asyncio.Task[Answers]] = {}

    async def read(self, codes: Sequence[str], max_age: timedelta) -> LatestBatch:
        if not max_age:
            return self._sampled(codes, await self._fetch(codes))
        known = self._recall(codes, max_age)
        if len(known) == len(codes):
            return self._sampled(codes, known)
        outdated = self._recall(codes, MAX_OUTDATED)
        all_known = len(outdated) == len(codes)
        missing = [code for code in codes if code not in known]
        try:
            async with deadline(PATIENCE_SECONDS if all_known else None):
                return self._sampled(codes, {**known, **await self._ask(missing)})
        except AWAY_ERRORS:
            if not all_known:
                raise
            return self._sampled(codes, outdated, outdated=True)

    def _recall(self, codes: Sequence[str], max_age: timedelta) -> dict[str, CachedLatest]:
        now = self._clock()
        # what was asked in the future was asked before the clock was set back
        found, oldest = map(self.known.get, codes), now - max_age
        return {row.device_code: row for row in found if row is not None and oldest < row.read_at <= now}

    def _sampled(self, codes: Sequence[str], answers: Answers, *, outdated: bool = False) -> LatestBatch:
        rows = [answers[code] for code in codes]
        return LatestBatch(rows, min((row.read_at for row in rows), default=self._clock()), outdated)

    async def _ask(self, codes: Sequence[str]) -> Answers:
        unasked = [code for code in codes if code not in self._asking]
        if unasked:
            task = asyncio.create_task(self._fetch(unasked))
            self._asking.update(dict.fromkeys(unasked, task))
            task.add_done_callback(lambda done: self._answered(done, unasked))
        answers: dict[str, CachedLatest] = {}
        for task in {self._asking[code] for code in codes}:
            # shielded: others may wait for the same answer when this client goes away
            answers.update(await asyncio.shield(task))
        return answers

    async def _fetch(self, codes: Sequence[str]) -> Answers:
        asked_at = self._clock()
        latest = await self._store.latest(self._table, codes) if codes else {}
        answers = {code: CachedLatest(code, latest.get(code), asked_at) for code in codes}
        self._remember(answers)
        return answers

    def _remember(self, answers: Answers) -> None:
        """The dictionary is in the order in which devices were asked for."""
        for code in answers:
            self.known.pop(code, None)
        self.known.update(answers)
        for code in list(islice(self.known, max(0, len(self.known) - self._max_devices))):
            del self.known[code]

    def _answered(self, done: asyncio.Task[Answers], codes: Sequence[str]) -> None:
        for code in codes:
            del self._asking[code]
        if not done.cancelled():
            done.exception()  # who waits is told; when everybody has gone, asyncio need not complain
