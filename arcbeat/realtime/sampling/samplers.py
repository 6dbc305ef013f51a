"""The samplers of one process: which device types are sampled, and for how long."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from datetime import datetime, timedelta
from functools import partial

import structlog

from arcbeat.caching import is_recent
from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.readings.snapshots import Delta
from arcbeat.domain.time.clock import Clock
from arcbeat.realtime.sampling.sample import SampleReader
from arcbeat.realtime.sampling.sampler import UNSHARED, Sampler, SamplerObserver, Sharing
from arcbeat.realtime.sampling.ticks import Tick, ticks

IDLE_MAX = timedelta(seconds=60)
"""How long a type is sampled after the last request for it, if no room watches it."""
SAMPLERS_MAX = 200
"""Types that are sampled at the same time; pages of other types are read from the stores."""
RETRY_AFTER_SECONDS = 60

Listener = Callable[[Sampler, Delta], None]
EndListener = Callable[[Sampler], None]
Ticks = AsyncGenerator[Tick, None]

logger = structlog.get_logger(__name__)


class Samplers:
    """Starts a sampler when a room, a request or another process needs its device type, and ends it afterwards.

    Args:
        ticks_of: returns the ticks of one sampler.
        samplers_max: 0 disables sampling, for a process that lives for one request.
    """

    def __init__(
        self,
        reader: SampleReader,
        clock: Clock,
        *,
        period_seconds: float,
        observer: SamplerObserver,
        ticks_of: Callable[[], Ticks] | None = None,
        samplers_max: int = SAMPLERS_MAX,
        sharing: Sharing = UNSHARED,
    ) -> None:
        self._reader = reader
        self._clock = clock
        self._period_seconds = period_seconds
        self._observer = observer
        self._ticks_of = ticks_of or partial(ticks, period_seconds, clock)
        self._samplers_max = samplers_max
        self._sharing = sharing
        self._listeners: list[Listener] = []
        self._end_listeners: list[EndListener] = []
        self._samplers: dict[str, Sampler] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        # The three reasons to sample a type: it is watched, was requested, or is wanted by another process.
        self._watchers: Counter[str] = Counter()
        self._requested_at: dict[str, datetime] = {}
        self._remote_types: frozenset[str] = frozenset()

    def add_listener(self, listener: Listener) -> None:
        """Call ``listener`` with every delta of every sampler."""
        self._listeners.append(listener)

    def add_end_listener(self, listener: EndListener) -> None:
        """Call ``listener`` with every sampler that ends."""
        self._end_listeners.append(listener)

    @contextmanager
    def watch(self, type_code: str) -> Iterator[Sampler]:
        """Sample a type while the context is entered.

        Raises:
            TooManyRequests: as many types as possible are sampled already.
        """
        sampler = self._find_or_start(type_code)
        if sampler is None:
            raise self._too_many_types()
        self._watchers[type_code] += 1
        try:
            yield sampler
        finally:
            self._watchers[type_code] -= 1
            if not self._watchers[type_code]:
                del self._watchers[type_code]

    def request(self, type_code: str) -> Sampler | None:
        """Sample a type for the next minute; return None if as many types as possible are sampled already."""
        sampler = self._find_or_start(type_code)
        if sampler is not None:
            self._requested_at[type_code] = self._clock()
        return sampler

    def require(self, type_code: str) -> Sampler:
        """Sample a type for the next minute.

        Raises:
            TooManyRequests: as many types as possible are sampled already.
        """
        sampler = self.request(type_code)
        if sampler is None:
            raise self._too_many_types()
        return sampler

    def find(self, spelling: str) -> Sampler | None:
        """Return the running sampler of the type with this code or alias, if there is one."""
        sampler = self._samplers.get(spelling)
        if sampler is not None:
            return sampler
        return next((each for each in self._samplers.values() if _is_spelled(each, spelling)), None)

    def find_by_device(self, device_code: str) -> Sampler | None:
        """Return the running sampler whose newest snapshot contains this device, if there is one."""
        return next(
            (each for each in self._samplers.values() if each.snapshot and device_code in each.snapshot.rows), None
        )

    def __iter__(self) -> Iterator[Sampler]:
        return iter(tuple(self._samplers.values()))

    def local_types(self) -> Sequence[str]:
        """Return the types that this process samples for its own rooms and requests."""
        return [type_code for type_code in self._samplers if self._is_wanted_here(type_code)]

    def set_remote_types(self, type_codes: Iterable[str]) -> None:
        """Also sample these types, for other processes; replaces the types of the call before."""
        self._remote_types = frozenset(type_codes)
        for type_code in self._remote_types:
            self._find_or_start(type_code)

    def sizes(self) -> dict[str, float]:
        """Return how many types are sampled, and how many devices they have."""
        snapshots = [sampler.snapshot for sampler in self._samplers.values()]
        return {
            "types": float(len(snapshots)),
            "devices": float(sum(len(each.rows) for each in snapshots if each is not None)),
        }

    async def aclose(self) -> None:
        """End all samplers."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _too_many_types(self) -> TooManyRequests:
        return TooManyRequests(
            f"This process samples {self._samplers_max} device types, which is the limit; "
            "try again later, when others are no longer used.",
            retry_after_seconds=RETRY_AFTER_SECONDS,
        )

    def _find_or_start(self, type_code: str) -> Sampler | None:
        sampler = self._samplers.get(type_code)
        if sampler is None and len(self._samplers) < self._samplers_max:
            sampler = self._samplers[type_code] = Sampler(
                type_code,
                self._reader,
                self._clock,
                period_seconds=self._period_seconds,
                publish=self._publish,
                observer=self._observer,
                sharing=self._sharing,
            )
            self._running[type_code] = asyncio.create_task(self._run(sampler))
        return sampler

    async def _run(self, sampler: Sampler) -> None:
        try:
            async with aclosing(self._ticks_while_wanted(sampler.type_code)) as wanted:
                await sampler.run(wanted)
        finally:
            del self._samplers[sampler.type_code], self._running[sampler.type_code]
            self._requested_at.pop(sampler.type_code, None)
            await sampler.aclose()
            for listener in self._end_listeners:
                listener(sampler)

    async def _ticks_while_wanted(self, type_code: str) -> Ticks:
        async with aclosing(self._ticks_of()) as all_ticks:
            async for tick in all_ticks:
                if not self._is_wanted(type_code):
                    return
                yield tick

    def _is_wanted(self, type_code: str) -> bool:
        return type_code in self._remote_types or self._is_wanted_here(type_code)

    def _is_wanted_here(self, type_code: str) -> bool:
        if self._watchers[type_code] > 0:
            return True
        requested_at = self._requested_at.get(type_code)
        return requested_at is not None and is_recent(requested_at, self._clock(), IDLE_MAX)

    def _publish(self, sampler: Sampler, delta: Delta) -> None:
        for listener in self._listeners:
            try:
                listener(sampler, delta)
            except Exception:
                # One listener that fails must not keep the delta from the others.
                logger.exception("listener_failed", type_code=sampler.type_code)


def _is_spelled(sampler: Sampler, spelling: str) -> bool:
    return sampler.device_type is not None and spelling in sampler.device_type.spellings
