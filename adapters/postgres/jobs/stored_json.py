"""Checks the JSON columns of jobs and runs, which people edit by hand, so any JSON may be there."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from arcbeat.domain.jobs.jobs import Parameter, Parameters
from arcbeat.domain.jobs.retry import RetryPolicy, StrategyName

RETRY_EXAMPLE = '{"max_attempts": 3}'
PARAMETERS_EXAMPLE = '{"limit": 10}'

Seconds = Annotated[float, Field(ge=0, le=86_400)]
Factor = Annotated[float, Field(ge=1, le=10)]


_DEFAULTS = RetryPolicy()


@dataclass(frozen=True, kw_only=True)
class _StoredRetry:
    """The properties of a retry policy, with the limits of the contract."""

    strategy: StrategyName = _DEFAULTS.strategy
    max_attempts: Annotated[int, Field(ge=1, le=100)] = _DEFAULTS.max_attempts
    delay_seconds: Seconds = _DEFAULTS.delay_seconds
    delay_seconds_max: Seconds = _DEFAULTS.delay_seconds_max
    multiplier: Factor = _DEFAULTS.multiplier
    jitter: Annotated[float, Field(ge=0, le=1)] = _DEFAULTS.jitter
    attempt_timeout_seconds: Annotated[float, Field(gt=0, le=86_400)] = _DEFAULTS.attempt_timeout_seconds
    timeout_extension: Factor = _DEFAULTS.timeout_extension


_STORED_RETRY = TypeAdapter(_StoredRetry)


class Damaged(ValueError):
    """A column does not hold what it must; the text names the column, what is wrong and what would be right."""


def to_retry(value: object, column: str) -> RetryPolicy:
    """Return a retry policy; a property that is missing has its default.

    Raises:
        Damaged: It is no object, or a property has the wrong type or is out of range.
    """
    if not isinstance(value, dict):
        raise Damaged(f"{column} is not a JSON object; an object would be right, for example {RETRY_EXAMPLE}.")
    try:
        return RetryPolicy(**asdict(_STORED_RETRY.validate_python(value)))
    except ValidationError as error:
        wrong = "; ".join(f"`{'.'.join(map(str, each['loc']))}`: {each['msg']}" for each in error.errors())
        raise Damaged(f"{column} has invalid properties: {wrong}.") from None


def to_parameters(value: object, column: str) -> Parameters:
    """Return the parameters of a job or of a run.

    Raises:
        Damaged: They are no object, or a value is an array, an object, or a number that is not finite.
    """
    if not isinstance(value, dict):
        raise Damaged(f"{column} is not a JSON object; an object would be right, for example {PARAMETERS_EXAMPLE}.")
    if wrong := _names(value, lambda each: not isinstance(each, Parameter)):
        raise Damaged(
            f"{column} has values that are arrays or objects: {wrong}; a string, a number, true, false or null would "
            "be right."
        )
    if wrong := _names(value, lambda each: isinstance(each, float) and not math.isfinite(each)):
        raise Damaged(f"{column} has numbers that are too large: {wrong}; a number below 1e308 would be right.")
    return value


def _names(values: dict[str, object], is_wrong: Callable[[object], bool]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(values) if is_wrong(values[name]))
