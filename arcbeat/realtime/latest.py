"""The newest readings through a short cache: no device is asked for twice within a sampling, or twice at once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import LRUCache

from arcbeat.domain.ports import Clock, LatestSource, Sampled
from arcbeat.domain.readings import Latest, SuperTable

MAX_DEVICES = 200_000

Key = tuple[SuperTable, str]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store said of one device; ``latest`` is None where it has no reading."""

    latest: Latest | None
    asked_at: datetime


class CachedLatest:
    """Reads through to the store, a batch for all devices that are not known or known for too long.

    Args:
        max_age_seconds: how long an answer is good for.
        max_devices: how many devices are remembered; the least recently used go first.
    """

    def __init__(
        self, store: LatestSource, clock: Clock, *, max_age_seconds: float, max_devices: int = MAX_DEVICES
    ) -> None:
        self._store = store
        self._clock = clock
        self._max_age = timedelta(seconds=max_age_seconds)
        self._known: LRUCache[Key, _Known] = LRUCache(max_devices)
        self._asking: dict[Key, asyncio.Task[Mapping[str, _Known]]] = {}

    async def read(self, table: SuperTable, device_codes: Sequence[str]) -> Sampled:
        """The newest readings of these devices.

        Raises:
            StoreError: the store was asked and failed.
        """
        now = self._clock()
        device_codes = tuple(dict.fromkeys(device_codes))
        answers = {code: known for code in device_codes if (known := self._fresh((table, code), now))}
        missing = [code for code in device_codes if code not in answers]
        for task in self._ask(table, missing):
            # shielded: others may wait for the same answer when this client goes away
            answers.update(await asyncio.shield(task))
        latest = {code: answers[code].latest for code in device_codes}
        asked_at = min((answers[code].asked_at for code in device_codes), default=now)
        return Sampled({code: each for code, each in latest.items() if each is not None}, asked_at)

    def _fresh(self, key: Key, now: datetime) -> _Known | None:
        known = self._known.get(key)
        return known if known is not None and now - known.asked_at < self._max_age else None

    def _ask(self, table: SuperTable, codes: Sequence[str]) -> set[asyncio.Task[Mapping[str, _Known]]]:
        unasked = [code for code in codes if (table, code) not in self._asking]
        if unasked:
            task = asyncio.create_task(self._fetch(table, unasked))
            for code in unasked:
                self._asking[table, code] = task
            task.add_done_callback(lambda done: self._forget(done, table, unasked))
        return {self._asking[table, code] for code in codes}

    async def _fetch(self, table: SuperTable, codes: Sequence[str]) -> Mapping[str, _Known]:
        asked_at = self._clock()
        latest = await self._store.latest(table, codes)
        answers = {code: _Known(latest.get(code), asked_at) for code in codes}
        self._known.update({(table, code): known for code, known in answers.items()})
        return answers

    def _forget(self, done: asyncio.Task[Mapping[str, _Known]], table: SuperTable, codes: Sequence[str]) -> None:
        for code in codes:
            del self._asking[table, code]
        if not done.cancelled():
            done.exception()  # who waits is told; when everybody has gone, asyncio need not complain
