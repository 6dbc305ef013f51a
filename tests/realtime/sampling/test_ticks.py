"""Ticks on the wall clock."""

from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from arcbeat.realtime.sampling.ticks import Tick, ticks

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Sleeper:
    """A clock that moves by the duration of each sleep; a sleep may be some seconds too short or too long."""

    def __init__(self, start: datetime, *error_seconds: float) -> None:
        self.now = start
        self._error_seconds = list(error_seconds)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds + (self._error_seconds.pop(0) if self._error_seconds else 0))


async def first(count: int, sleeper: Sleeper, *busy_seconds: float, period_seconds: float = 5) -> list[Tick]:
    """Return the first ticks of a task that is busy for some seconds after each of them."""
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


async def test_the_first_tick_is_at_once_and_the_others_at_whole_periods_of_the_wall_clock() -> None:
    found = await first(4, Sleeper(NOON + timedelta(seconds=3.2)))

    assert seconds_after_noon(found) == [0, 5, 10, 15]
    assert [tick.skipped for tick in found] == [0, 0, 0, 0]


async def test_all_processes_have_the_same_ticks_whenever_they_started() -> None:
    early, late = [await first(3, Sleeper(NOON + timedelta(seconds=seconds))) for seconds in (0.1, 4.9)]

    assert early[1:] == late[1:]


async def test_a_period_may_be_a_fraction_of_a_second() -> None:
    found = await first(4, Sleeper(NOON), period_seconds=0.2)

    assert [round(seconds, 6) for seconds in seconds_after_noon(found)] == [0, 0.2, 0.4, 0.6]


async def test_ticks_that_pass_while_one_is_handled_are_skipped_and_counted() -> None:
    found = await first(4, Sleeper(NOON), 1, 12, 4.9)

    assert seconds_after_noon(found) == [0, 5, 20, 25]
    assert [tick.skipped for tick in found] == [0, 0, 2, 0]


async def test_a_slow_first_tick_skips_ticks_too() -> None:
    found = await first(2, Sleeper(NOON), 7)

    assert [(tick.number - found[0].number, tick.skipped) for tick in found] == [(0, 0), (2, 1)]


async def test_a_sleep_that_ends_early_does_not_repeat_a_tick() -> None:
    found = await first(4, Sleeper(NOON, -0.01, -0.01))

    assert seconds_after_noon(found) == [0, 5, 10, 15]


async def test_a_sleep_that_ends_late_within_the_period_skips_no_tick() -> None:
    found = await first(3, Sleeper(NOON, 4.9))

    assert [tick.skipped for tick in found] == [0, 0, 0]


async def test_a_clock_that_is_set_back_skips_no_tick() -> None:
    found = await first(4, Sleeper(NOON), 0, -3600)

    assert seconds_after_noon(found) == [0, 5, 5 - 3600 + 5, 5 - 3600 + 10]
    assert [tick.skipped for tick in found] == [0, 0, 0, 0]


async def test_a_clock_that_is_set_forward_skips_the_ticks_between() -> None:
    found = await first(3, Sleeper(NOON), 0, 3600)

    assert seconds_after_noon(found) == [0, 5, 5 + 3600 + 5]
    assert found[-1].skipped == 3600 / 5
