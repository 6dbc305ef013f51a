"""When a failed attempt is repeated: a pure decision, made before the wait and logged as it was made."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from arcbeat.domain.jobs.errors import ErrorCategory

DELAY_MULTIPLIER_MIN = 0.5
DELAY_MULTIPLIER_MAX = 8.0
"""The bounds of the multiplier of the adaptive strategy."""

_SIGNS_OF_LOAD = frozenset(
    {ErrorCategory.NETWORK_ERROR, ErrorCategory.UNAVAILABLE, ErrorCategory.RESOURCE_EXHAUSTED, ErrorCategory.TIMEOUT}
)


class StrategyName(StrEnum):
    """How the delay before an attempt is computed."""

    FIXED = "fixed"
    LINEAR = "linear"
    EXPONENTIAL_BACKOFF = "exponential_backoff"
    ADAPTIVE = "adaptive"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often, and after which delays, a job repeats a failed attempt.

    Attributes:
        max_attempts: All attempts of a run, the first one included.
        delay_seconds: The delay before the second attempt.
        delay_seconds_max: No delay is longer.
        multiplier: By how much each delay of exponential_backoff and adaptive is longer than the one before.
        jitter: Up to this share of a delay is taken off at random, so that many runs do not come back together.
        attempt_timeout_seconds: The time limit of one attempt.
        timeout_extension: The adaptive strategy extends the time limit by this factor, once per run.
    """

    strategy: StrategyName = StrategyName.EXPONENTIAL_BACKOFF
    max_attempts: int = 3
    delay_seconds: float = 1.0
    delay_seconds_max: float = 60.0
    multiplier: float = 2.0
    jitter: float = 0.1
    attempt_timeout_seconds: float = 60.0
    timeout_extension: float = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryState:
    """What a run has learned from its attempts so far.

    Attributes:
        attempt_number: Of the attempt that is under way or ended last, from 1.
        delay_multiplier: Of the adaptive strategy: above 1 while a store shows signs of load.
        timeout_extended: Whether the time limit of an attempt has been extended.
    """

    attempt_number: int = 1
    delay_multiplier: float = 1.0
    timeout_extended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryDecision:
    """What happens after a failed attempt.

    Attributes:
        gives_up: There will be no further attempt.
        attempt_number: The number of the next attempt, or of the last one when it gives up.
        delay_seconds: The planned delay before the next attempt; 0 when it gives up.
        timeout_seconds: The time limit of the next attempt.
        strategy_changed: The delay multiplier or the time limit is another one than before.
    """

    category: ErrorCategory
    strategy: StrategyName
    gives_up: bool
    attempt_number: int
    max_attempts: int
    delay_seconds: float
    delay_multiplier: float
    timeout_extended: bool
    timeout_seconds: float
    strategy_changed: bool

    @property
    def state(self) -> RetryState:
        """Return the state with which the next attempt begins."""
        return RetryState(
            attempt_number=self.attempt_number,
            delay_multiplier=self.delay_multiplier,
            timeout_extended=self.timeout_extended,
        )


def decide(policy: RetryPolicy, state: RetryState, category: ErrorCategory, chance: float) -> RetryDecision:
    """Decide what happens after the attempt that ``state`` describes failed with an error of this category.

    Args:
        chance: A random number from 0 to 1, which places the delay within its jitter.
    """
    gives_up = category.is_permanent or state.attempt_number >= policy.max_attempts
    adapted = state if gives_up else _adapt(policy, state, category)
    return RetryDecision(
        category=category,
        strategy=policy.strategy,
        gives_up=gives_up,
        attempt_number=state.attempt_number + (not gives_up),
        max_attempts=policy.max_attempts,
        delay_seconds=0.0 if gives_up else _delay_seconds(policy, adapted, chance),
        delay_multiplier=adapted.delay_multiplier,
        timeout_extended=adapted.timeout_extended,
        timeout_seconds=timeout_seconds(policy, adapted),
        strategy_changed=adapted != state,
    )


def after_success(policy: RetryPolicy, state: RetryState) -> RetryState:
    """Return the state after an operation that succeeded: the adaptive strategy waits less from now on."""
    if policy.strategy is not StrategyName.ADAPTIVE:
        return state
    return replace(state, delay_multiplier=max(DELAY_MULTIPLIER_MIN, state.delay_multiplier / 2))


def timeout_seconds(policy: RetryPolicy, state: RetryState) -> float:
    """Return the time limit of an attempt."""
    return policy.attempt_timeout_seconds * (policy.timeout_extension if state.timeout_extended else 1)


def _adapt(policy: RetryPolicy, state: RetryState, category: ErrorCategory) -> RetryState:
    if policy.strategy is not StrategyName.ADAPTIVE:
        return state
    multiplier = state.delay_multiplier
    if category in _SIGNS_OF_LOAD:
        multiplier = min(DELAY_MULTIPLIER_MAX, multiplier * 2)
    extended = state.timeout_extended or category is ErrorCategory.TIMEOUT
    return replace(state, delay_multiplier=multiplier, timeout_extended=extended)


def _delay_seconds(policy: RetryPolicy, state: RetryState, chance: float) -> float:
    longest = min(policy.delay_seconds_max, _growing_delay_seconds(policy, state))
    return longest * (1 - policy.jitter * chance)


def _growing_delay_seconds(policy: RetryPolicy, state: RetryState) -> float:
    failures = state.attempt_number
    if policy.strategy is StrategyName.FIXED:
        return policy.delay_seconds
    if policy.strategy is StrategyName.LINEAR:
        return policy.delay_seconds * failures
    try:
        grown = policy.delay_seconds * policy.multiplier ** (failures - 1)
    except OverflowError:
        return policy.delay_seconds_max
    return grown * state.delay_multiplier


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryStats:
    """What the attempts of a run add up to; stored in ``retry_statistics`` of the root row.

    Attributes:
        attempts: All attempts, the first one included.
        wait_seconds: The sum of the actual waits.
        errors_by_category: How many attempts failed, by category.
    """

    attempts: int = 0
    retries: int = 0
    wait_seconds: float = 0.0
    strategy_changes: int = 0
    errors_by_category: Mapping[ErrorCategory, int] = field(default_factory=dict)

    def with_attempt(self) -> "RetryStats":
        """Count an attempt that begins."""
        return replace(self, attempts=self.attempts + 1, retries=max(0, self.attempts))

    def with_error(self, decision: RetryDecision) -> "RetryStats":
        """Count a failed attempt and what was decided about it."""
        errors = dict(self.errors_by_category)
        errors[decision.category] = errors.get(decision.category, 0) + 1
        changes = self.strategy_changes + decision.strategy_changed
        return replace(self, errors_by_category=errors, strategy_changes=changes)

    def with_wait(self, seconds: float) -> "RetryStats":
        """Count an actual wait."""
        return replace(self, wait_seconds=self.wait_seconds + seconds)
