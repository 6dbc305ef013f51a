"""What nobody can reach is looked for between ticks."""

import asyncio
import gc
import weakref
from datetime import UTC, datetime

import pytest

from arcbeat.runtime.garbage import ALL, THRESHOLDS, YOUNG, BetweenTicks
from tests.support.clocks import Clock


class Knot:
    """Something that refers to itself, which counting references never frees."""

    def __init__(self) -> None:
        self.itself = self


class Sleep:
    """Passes its time on the clock whenever it is let go on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._may_end = asyncio.Event()
        self.asked: asyncio.Queue[float] = asyncio.Queue()

    async def __call__(self, seconds: float) -> None:
        self.asked.put_nowait(seconds)
        await self._may_end.wait()
        self._may_end.clear()
        self._clock.pass_seconds(seconds)

    async def ended(self) -> float:
        """The next sleep, which ends when there is another."""
        self._may_end.set()
        return await self.asked.get()


def clock_at(second: float) -> Clock:
    return Clock(datetime.fromtimestamp(1_800_000_000 + second, UTC))


def collections(generation: int) -> int:
    return int(gc.get_stats()[generation]["collections"])


@pytest.mark.parametrize(
    ("period_seconds", "second", "first_sleep"), [(5.0, 0, 2.5), (5.0, 3, 4.5), (60.0, 10, 20.0), (0.5, 0.25, 0.5)]
)
async def test_garbage_is_collected_in_the_middle_between_two_ticks(
    period_seconds: float, second: float, first_sleep: float
) -> None:
    clock = clock_at(second)
    sleep = Sleep(clock)
    async with BetweenTicks(period_seconds, clock, sleep=sleep).running():
        slept = await sleep.asked.get()
        unreachable = weakref.ref(Knot())
        slept_then = await sleep.ended()

        assert (slept, slept_then) == (first_sleep, period_seconds)
        assert unreachable() is None


async def test_all_there_is_is_looked_through_every_half_a_minute() -> None:
    clock = clock_at(0)
    sleep = Sleep(clock)
    async with BetweenTicks(5.0, clock, sleep=sleep).running():
        await sleep.asked.get()
        before = collections(YOUNG), collections(ALL)
        for _ in range(12):
            await sleep.ended()

        assert (collections(YOUNG) - before[0], collections(ALL) - before[1]) == (10, 2)


async def test_python_hardly_begins_by_itself_meanwhile() -> None:
    before = gc.get_threshold()
    clock = clock_at(0)
    async with BetweenTicks(5.0, clock, sleep=Sleep(clock)).running():
        assert gc.get_threshold() == THRESHOLDS

    assert gc.get_threshold() == before
