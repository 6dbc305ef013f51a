"""Ticks on the wall clock."""

from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from arcbeat.realtime.sampling.ticks import Tick, ticks

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Sleeper:
    """A clock that goes on while somebody sleeps; each sleep may be off by some seconds."""

    def __init__(self, start: datetime, *off_seconds: float) -> None:
        self.now = start
        self._off_seconds = list(off_seconds)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds + (self._off_seconds.pop(0) if self._off_seconds else 0))


async def first(count: int, sleeper: Sleeper, *busy_seconds: float, period_seconds: float = 5) -> list[Tick]:
    """So many ticks of somebody who is busy for a time after each."""
    busy, found = list(busy_seconds), []
    async with aclosing(ticks(period_seconds, sleeper, sleeper.sleep)) as endless:
        async for tick in endless:
            found.append(tick)
            if len(found) == count:
                break
            sleeper.now += timedelta(seconds=busy.pop(0) if busy else 0)
    return found


def seconds_after_noon(found: list[Tick]) -> list[float]:
    return [(tick.at - NOON).total_seconds() for tick in found]


async def test_the_first_is_at_once_and_the_others_at_whole_periods_of_the_wall_clock() -> None:
    found = await first(4, Sleeper(NOON + timedelta(seconds=3.2)))

    assert seconds_after_noon(found) == [0, 5, 10, 15]
    assert [tick.skipped for tick in found] == [0, 0, 0, 0]


async def test_everybody_has_the_same_ticks_whenever_they_began() -> None:
    early, late = [await first(3, Sleeper(NOON + timedelta(seconds=seconds))) for seconds in (0.1, 4.9)]

    assert early[1:] == late[1:]


async def test_a_period_may_be_a_fraction_of_a_second() -> None:
    found = await first(4, Sleeper(NOON), period_seconds=0.2)

    assert [round(seconds, 6) for seconds in seconds_after_noon(found)] == [0, 0.2, 0.4, 0.6]


async def test_what_passes_while_nobody_is_ready_is_skipped_and_counted() -> None:
    found = await first(4, Sleeper(NOON), 1, 12, 4.9)

    assert seconds_after_noon(found) == [0, 5, 20, 25]
    assert [tick.skipped for tick in found] == [0, 0, 2, 0]


async def test_a_first_one_that_takes_long_skips_too() -> None:
    found = await first(2, Sleeper(NOON), 7)

    assert [(tick.number - found[0].number, tick.skipped) for tick in found] == [(0, 0), (2, 1)]


async def test_a_sleep_that_ends_early_makes_no_tick_twice() -> None:
    found = await first(4, Sleeper(NOON, -0.01, -0.01))

    assert seconds_after_noon(found) == [0, 5, 10, 15]


async def test_a_sleep_that_ends_late_skips_nothing_within_the_period() -> None:
    found = await first(3, Sleeper(NOON, 4.9))

    assert [tick.skipped for tick in found] == [0, 0, 0]


async def test_a_clock_that_is_set_back_goes_on_from_there_and_skips_nothing() -> None:
    found = await first(4, Sleeper(NOON), 0, -3600)

    assert seconds_after_noon(found) == [0, 5, 5 - 3600 + 5, 5 - 3600 + 10]
    assert [tick.skipped for tick in found] == [0, 0, 0, 0]


async def test_a_clock_that_is_set_forward_skips_what_it_left_out() -> None:
    found = await first(3, Sleeper(NOON), 0, 3600)

    assert seconds_after_noon(found) == [0, 5, 5 + 3600 + 5]
    assert found[-1].skipped == 3600 / 5
