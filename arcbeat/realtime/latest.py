"""The newest readings through a short memory: no device is asked for twice within a sampling, or twice at once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import LRUCache

from arcbeat.domain.latest import KnownLatest
from arcbeat.domain.ports import Clock, LatestSource
from arcbeat.domain.readings import SuperTable
from arcbeat.realtime.memory import AWAY, MAX_OUTDATED, PATIENCE_SECONDS, is_recent, patience

MAX_DEVICES = 200_000

Key = tuple[SuperTable, str]
Answers = Mapping[str, KnownLatest]


@dataclass(frozen=True, slots=True)
class Sampled:
    """The newest readings of some devices, in the order in which they were asked for.

    Attributes:
        asked_at: all of it was true then or later.
        outdated: the store is away; this is what it said last.
    """

    rows: Sequence[KnownLatest]
    asked_at: datetime
    outdated: bool = False


class LatestMemory:
    """Reads through to the store, a batch for all devices that are not known or known for too long.

    Args:
        max_age_seconds: how long an answer is good for unless a caller says otherwise.
        max_devices: how many devices are remembered; the least recently used go first.
    """

    def __init__(
        self, store: LatestSource, clock: Clock, *, max_age_seconds: float, max_devices: int = MAX_DEVICES
    ) -> None:
        self._store = store
        self._clock = clock
        self._max_age = timedelta(seconds=max_age_seconds)
        self._known: LRUCache[Key, KnownLatest] = LRUCache(max_devices)
        self._asking: dict[Key, asyncio.Task[Answers]] = {}

    def __len__(self) -> int:
        return len(self._known)

    async def read(
        self, table: SuperTable, device_codes: Sequence[str], max_age_seconds: float | None = None
    ) -> Sampled:
        """The newest readings, at most ``max_age_seconds`` old unless the store is away; 0 asks, whatever is known.

        Raises:
            StoreError: the store is away and not all devices are known, or 0 was given.
        """
        codes = tuple(dict.fromkeys(device_codes))
        if max_age_seconds == 0:
            return self._sampled(codes, await self._fetch(table, codes))
        max_age = self._max_age if max_age_seconds is None else timedelta(seconds=max_age_seconds)
        known = self._recall(table, codes, max_age)
        missing = [code for code in codes if code not in known]
        if not missing:
            return self._sampled(codes, known)
        outdated = self._recall(table, codes, MAX_OUTDATED)
        all_known = len(outdated) == len(codes)
        try:
            async with patience(PATIENCE_SECONDS if all_known else None):
                return self._sampled(codes, {**known, **await self._ask(table, missing)})
        except AWAY:
            if not all_known:
                raise
            return self._sampled(codes, outdated, outdated=True)

    def _recall(self, table: SuperTable, codes: Sequence[str], max_age: timedelta) -> dict[str, KnownLatest]:
        now = self._clock()
        found = ((code, self._known.get((table, code))) for code in codes)
        return {code: known for code, known in found if known is not None and is_recent(known.asked_at, now, max_age)}

    def _sampled(self, codes: Sequence[str], answers: Answers, *, outdated: bool = False) -> Sampled:
        rows = [answers[code] for code in codes]
        return Sampled(rows, min((row.asked_at for row in rows), default=self._clock()), outdated)

    async def _ask(self, table: SuperTable, codes: Sequence[str]) -> Answers:
        unasked = [code for code in codes if (table, code) not in self._asking]
        if unasked:
            task = asyncio.create_task(self._fetch(table, unasked))
            self._asking.update(dict.fromkeys(((table, code) for code in unasked), task))
            task.add_done_callback(lambda done: self._answered(done, table, unasked))
        answers: dict[str, KnownLatest] = {}
        for task in {self._asking[table, code] for code in codes}:
            # shielded: others may wait for the same answer when this client goes away
            answers.update(await asyncio.shield(task))
        return answers

    async def _fetch(self, table: SuperTable, codes: Sequence[str]) -> Answers:
        asked_at = self._clock()
        latest = await self._store.latest(table, codes) if codes else {}
        answers = {code: KnownLatest(code, latest.get(code), asked_at) for code in codes}
        self._known.update({(table, code): known for code, known in answers.items()})
        return answers

    def _answered(self, done: asyncio.Task[Answers], table: SuperTable, codes: Sequence[str]) -> None:
        for code in codes:
            del self._asking[table, code]
        if not done.cancelled():
            done.exception()  # who waits is told; when everybody has gone, asyncio need not complain
