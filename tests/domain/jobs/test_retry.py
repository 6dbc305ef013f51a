"""Properties of retry decisions."""

from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.retry import (
    DELAY_MULTIPLIER_MAX,
    DELAY_MULTIPLIER_MIN,
    RetryDecision,
    RetryPolicy,
    RetryState,
    StrategyName,
    after_success,
    decide,
)

POLICIES = st.builds(
    RetryPolicy,
    strategy=st.sampled_from(StrategyName),
    max_attempts=st.integers(1, 50),
    delay_seconds=st.floats(0, 1e6),
    delay_seconds_max=st.floats(0, 1e6),
    multiplier=st.floats(1, 100),
    jitter=st.floats(0, 1),
    attempt_timeout_seconds=st.floats(0.001, 1e6),
    timeout_extension=st.floats(1, 10),
)
CATEGORIES = st.lists(st.sampled_from(ErrorCategory), max_size=60)
CHANCE = st.floats(0, 1)


def decisions(policy: RetryPolicy, categories: list[ErrorCategory], chance: float) -> list[RetryDecision]:
    """Return the decisions of a run that fails with these categories, one attempt after another, until it gives up."""
    made: list[RetryDecision] = []
    state = RetryState()
    for category in categories:
        made.append(decide(policy, state, category, chance))
        if made[-1].gives_up:
            break
        state = made[-1].state
    return made


@given(POLICIES, CATEGORIES, CHANCE)
def test_a_run_never_has_more_attempts_than_the_policy_allows(
    policy: RetryPolicy, categories: list[ErrorCategory], chance: float
) -> None:
    made = decisions(policy, categories, chance)

    assert all(each.attempt_number <= policy.max_attempts for each in made)
    assert len(made) <= policy.max_attempts


@given(POLICIES, CATEGORIES, CHANCE)
def test_a_permanent_error_is_never_repeated(
    policy: RetryPolicy, categories: list[ErrorCategory], chance: float
) -> None:
    assert all(each.gives_up for each in decisions(policy, categories, chance) if each.category.is_permanent)


@given(POLICIES, CATEGORIES, CHANCE)
def test_a_delay_stays_within_its_bounds(policy: RetryPolicy, categories: list[ErrorCategory], chance: float) -> None:
    assert all(0 <= each.delay_seconds <= policy.delay_seconds_max for each in decisions(policy, categories, chance))


@given(POLICIES, CATEGORIES, CHANCE)
def test_jitter_shortens_a_delay_by_at_most_its_share(
    policy: RetryPolicy, categories: list[ErrorCategory], chance: float
) -> None:
    longest, shortest = decisions(policy, categories, 0), decisions(policy, categories, 1)

    for jittered, without, most in zip(decisions(policy, categories, chance), longest, shortest, strict=True):
        assert most.delay_seconds <= jittered.delay_seconds <= without.delay_seconds
        assert most.delay_seconds >= without.delay_seconds * (1 - policy.jitter) * (1 - 1e-9)


@given(POLICIES, st.lists(st.just(ErrorCategory.UNAVAILABLE), max_size=60))
def test_delays_never_shrink_while_a_store_stays_away(policy: RetryPolicy, categories: list[ErrorCategory]) -> None:
    delays = [each.delay_seconds for each in decisions(policy, categories, 0) if not each.gives_up]

    assert delays == sorted(delays)


@given(POLICIES, CATEGORIES, CHANCE)
def test_the_multiplier_stays_within_its_bounds_and_the_time_limit_is_extended_once(
    policy: RetryPolicy, categories: list[ErrorCategory], chance: float
) -> None:
    for each in decisions(policy, categories, chance):
        assert DELAY_MULTIPLIER_MIN <= each.delay_multiplier <= DELAY_MULTIPLIER_MAX
        extension = policy.timeout_extension if each.timeout_extended else 1
        assert each.timeout_seconds == policy.attempt_timeout_seconds * extension


@given(POLICIES, CATEGORIES, CHANCE)
def test_only_the_adaptive_strategy_changes_anything(
    policy: RetryPolicy, categories: list[ErrorCategory], chance: float
) -> None:
    changed = any(each.strategy_changed for each in decisions(policy, categories, chance))

    assert policy.strategy is StrategyName.ADAPTIVE or not changed


@given(POLICIES, st.integers(0, 20))
def test_successes_shrink_the_multiplier_of_the_adaptive_strategy_to_its_bound(
    policy: RetryPolicy, successes: int
) -> None:
    state = RetryState(delay_multiplier=DELAY_MULTIPLIER_MAX)
    for _ in range(successes):
        after = after_success(policy, state)
        assert DELAY_MULTIPLIER_MIN <= after.delay_multiplier <= state.delay_multiplier
        state = after
