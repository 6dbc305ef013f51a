"""The circuit breaker, with a simulated clock."""

from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from adapters.breaker import Breaker, BreakerLimits, BreakerState
from arcbeat.domain.errors import (
    StatementTimeout,
    StoreBadValue,
    StoreError,
    StoreObjectMissing,
    StoreOverloaded,
    StoreProtocolError,
    StoreTakesNoWrites,
    StoreTimeout,
    StoreUnauthorised,
    StoreUnavailable,
)

LIMITS = BreakerLimits(failures_max=3, cool_down_seconds=10.0, jitter=0.5)
FAILURES = (StoreUnavailable, StoreTimeout)
ANSWERS = (
    StoreBadValue,
    StoreObjectMissing,
    StoreProtocolError,
    StoreTakesNoWrites,
    StoreUnauthorised,
    StatementTimeout,
)


class Clock:
    """A clock that changes only when a test changes it."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def new_breaker(clock: Clock, chance: Callable[[], float] = lambda: 0.0) -> Breaker:
    return Breaker(LIMITS, monotonic=clock, chance=chance)


def fail(breaker: Breaker, error: type[BaseException] = StoreUnavailable, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(error), breaker.call():
            raise error


def succeed(breaker: Breaker) -> None:
    with breaker.call():
        pass


@pytest.mark.parametrize("error", FAILURES)
def test_it_opens_after_consecutive_failures_and_then_rejects_calls_at_once(error: type[StoreError]) -> None:
    breaker = new_breaker(Clock())

    fail(breaker, error, times=3)

    assert breaker.state is BreakerState.OPEN
    with pytest.raises(StoreUnavailable, match="tried again within seconds"), breaker.call():
        pytest.fail("the call was let through")
    with pytest.raises(StoreUnavailable, match="tried again within seconds"):
        breaker.check()


def test_an_answer_between_failures_starts_the_count_anew() -> None:
    breaker = new_breaker(Clock())

    for _ in range(5):
        fail(breaker, times=2)
        succeed(breaker)

    assert breaker.state is BreakerState.CLOSED


def test_calls_that_did_not_reach_the_store_do_not_count() -> None:
    breaker = new_breaker(Clock())

    fail(breaker, StoreOverloaded, times=10)
    fail(breaker, times=2)
    fail(breaker, StoreOverloaded, times=10)

    assert breaker.state is BreakerState.CLOSED


def test_a_probe_that_did_not_reach_the_store_leaves_the_next_call_as_the_probe() -> None:
    clock = Clock()
    breaker = new_breaker(clock)
    fail(breaker, times=3)
    clock.seconds += 10

    fail(breaker, StoreOverloaded)
    succeed(breaker)

    assert breaker.state is BreakerState.CLOSED


@pytest.mark.parametrize("error", ANSWERS)
def test_an_error_that_shows_the_store_alive_is_no_failure(error: type[StoreError]) -> None:
    breaker = new_breaker(Clock())

    fail(breaker, times=2)
    fail(breaker, error)
    fail(breaker, times=2)

    assert breaker.state is BreakerState.CLOSED


def test_after_the_cool_down_one_call_probes_and_the_others_are_refused() -> None:
    clock = Clock()
    breaker = new_breaker(clock)
    fail(breaker, times=3)
    clock.seconds += 10.0

    states = []
    with breaker.call():
        states.append(breaker.state)
        with pytest.raises(StoreUnavailable), breaker.call():
            pytest.fail("a second probe was let through")
    states.append(breaker.state)

    assert states == [BreakerState.HALF_OPEN, BreakerState.CLOSED]


def test_a_probe_that_fails_opens_it_for_another_cool_down() -> None:
    clock = Clock()
    breaker = new_breaker(clock)
    fail(breaker, times=3)
    clock.seconds += 10.0

    fail(breaker)

    clock.seconds += 9.9
    with pytest.raises(StoreUnavailable):
        breaker.check()
    clock.seconds += 0.1
    breaker.check()


def test_after_a_cancelled_probe_the_next_call_is_the_probe() -> None:
    clock = Clock()
    breaker = new_breaker(clock)
    fail(breaker, times=3)
    clock.seconds += 10.0

    fail(breaker, KeyboardInterrupt)
    succeed(breaker)

    assert breaker.state is BreakerState.CLOSED


def test_the_cool_down_is_extended_by_a_random_share() -> None:
    clock = Clock()
    breaker = new_breaker(clock, chance=lambda: 1.0)
    fail(breaker, times=3)

    clock.seconds += 14.9
    with pytest.raises(StoreUnavailable):
        breaker.check()
    clock.seconds += 0.1
    breaker.check()


def test_calls_that_started_before_it_opened_are_ignored() -> None:
    clock = Clock()
    breaker = new_breaker(clock)

    with breaker.call():
        fail(breaker, times=3)

    assert breaker.state is BreakerState.OPEN
    clock.seconds += 10.0
    breaker.check()


class Calls(RuleBasedStateMachine):
    """Calls that start and end in any order and at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.breaker = new_breaker(self.clock)
        self.under_way: list[tuple[object, bool]] = []

    @rule(seconds=st.floats(min_value=0, max_value=20))
    def wait(self, seconds: float) -> None:
        self.clock.seconds += seconds

    @rule()
    def begin(self) -> None:
        was = self.breaker.state
        call = self.breaker.call()
        try:
            call.__enter__()
        except StoreUnavailable:
            assert was is not BreakerState.CLOSED
        else:
            self.under_way.append((call, was is BreakerState.OPEN))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), outcome=st.sampled_from([None, *FAILURES, *ANSWERS, KeyboardInterrupt]))
    def end(self, data: st.DataObject, outcome: type[BaseException] | None) -> None:
        call, _ = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        error = outcome() if outcome else None
        assert not call.__exit__(outcome, error, None)  # type: ignore[attr-defined]

    @invariant()
    def at_most_one_probe_is_under_way(self) -> None:
        probes = sum(is_probe for _, is_probe in self.under_way)
        assert probes == (self.breaker.state is BreakerState.HALF_OPEN)


TestCalls = Calls.TestCase
