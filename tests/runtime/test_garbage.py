"""Garbage is collected between ticks."""

import asyncio
import gc
import weakref
from datetime import UTC, datetime
from itertools import count

import pytest

from arcbeat.runtime.garbage import ALL, THRESHOLDS, YOUNG, GarbageCollector
from tests.support.clocks import Clock


class Cycle:
    """An object that refers to itself, so that reference counting does not free it."""

    def __init__(self) -> None:
        self.itself = self


class Sleep:
    """A sleep that ends when a test says so, and moves the clock by its duration."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._may_end = asyncio.Event()
        self.durations: asyncio.Queue[float] = asyncio.Queue()

    async def __call__(self, seconds: float) -> None:
        self.durations.put_nowait(seconds)
        await self._may_end.wait()
        self._may_end.clear()
        self._clock.pass_seconds(seconds)

    async def end(self) -> float:
        """End the present sleep, and return the duration of the next one."""
        self._may_end.set()
        return await self.durations.get()


def clock_at(second: float) -> Clock:
    return Clock(datetime.fromtimestamp(1_800_000_000 + second, UTC))


def collections(generation: int) -> int:
    return int(gc.get_stats()[generation]["collections"])


@pytest.mark.parametrize(
    ("period_seconds", "second", "first_sleep"), [(5.0, 0, 2.5), (5.0, 3, 4.5), (60.0, 10, 20.0), (0.5, 0.25, 0.5)]
)
async def test_garbage_is_collected_halfway_between_two_ticks(
    period_seconds: float, second: float, first_sleep: float
) -> None:
    clock = clock_at(second)
    sleep = Sleep(clock)
    async with GarbageCollector(period_seconds, clock, sleep=sleep).running():
        slept = await sleep.durations.get()
        unreachable = weakref.ref(Cycle())
        slept_then = await sleep.end()

        assert (slept, slept_then) == (first_sleep, period_seconds)
        assert unreachable() is None


async def test_all_generations_are_collected_every_half_minute() -> None:
    clock = clock_at(0)
    sleep = Sleep(clock)
    async with GarbageCollector(5.0, clock, sleep=sleep, monotonic=lambda: 0.0).running():
        await sleep.durations.get()
        before = collections(YOUNG), collections(ALL)
        for _ in range(12):
            await sleep.end()

        assert (collections(YOUNG) - before[0], collections(ALL) - before[1]) == (10, 2)


async def test_a_collection_of_all_generations_that_took_long_is_repeated_later() -> None:
    clock = clock_at(0)
    sleep = Sleep(clock)
    moments = count(0, 0.005)  # a collection takes 5 ms, so that the next one is due after 50 seconds
    async with GarbageCollector(5.0, clock, sleep=sleep, monotonic=lambda: next(moments)).running():
        await sleep.durations.get()
        before = collections(ALL)
        for _ in range(37):
            await sleep.end()

        assert collections(ALL) - before == 3


async def test_what_survived_is_not_examined_again_until_all_is() -> None:
    clock = clock_at(0)
    sleep = Sleep(clock)
    async with GarbageCollector(5.0, clock, sleep=sleep, monotonic=lambda: 0.0).running():
        await sleep.durations.get()
        survivor = Cycle()
        await sleep.end()
        unreachable = weakref.ref(survivor)
        del survivor
        await sleep.end()
        assert unreachable() is not None
        for _ in range(6):
            await sleep.end()

        assert unreachable() is None

    assert gc.get_freeze_count() == 0


async def test_cpython_rarely_collects_by_itself_meanwhile() -> None:
    before = gc.get_threshold()
    clock = clock_at(0)
    async with GarbageCollector(5.0, clock, sleep=Sleep(clock)).running():
        assert gc.get_threshold() == THRESHOLDS

    assert gc.get_threshold() == before
