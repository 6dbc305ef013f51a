from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.retry_strategy import RetryStrategy

T = TypeVar("T", bound="RetryPolicy")


@_attrs_define
class RetryPolicy:
    """How often, and after which delays, a job repeats a failed attempt.

    Attributes:
        strategy (RetryStrategy): How the delay before an attempt is computed: always the same, growing by the same
            amount, growing by `multiplier`, or
            growing by `multiplier` and adapted to the errors of the run.
             Example: exponential_backoff.
        max_attempts (int): Maximum number of attempts of a run including the first one. Example: 3.
        delay_seconds (float): Delay in seconds before the second attempt. Example: 1.
        delay_seconds_max (float): Maximum delay in seconds before an attempt. Example: 60.
        multiplier (float): Factor by which the delays of `exponential_backoff` and `adaptive` grow. Example: 2.
        jitter (float): Up to this share of a delay is subtracted at random. Example: 0.1.
        attempt_timeout_seconds (float): Time limit of one attempt in seconds. Example: 60.
        timeout_extension (float): Factor by which `adaptive` extends the time limit of an attempt, once per run.
            Example: 1.5.
    """

    strategy: RetryStrategy
    max_attempts: int
    delay_seconds: float
    delay_seconds_max: float
    multiplier: float
    jitter: float
    attempt_timeout_seconds: float
    timeout_extension: float

    def to_dict(self) -> dict[str, Any]:
        strategy = self.strategy.value

        max_attempts = self.max_attempts

        delay_seconds = self.delay_seconds

        delay_seconds_max = self.delay_seconds_max

        multiplier = self.multiplier

        jitter = self.jitter

        attempt_timeout_seconds = self.attempt_timeout_seconds

        timeout_extension = self.timeout_extension

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "strategy": strategy,
                "max_attempts": max_attempts,
                "delay_seconds": delay_seconds,
                "delay_seconds_max": delay_seconds_max,
                "multiplier": multiplier,
                "jitter": jitter,
                "attempt_timeout_seconds": attempt_timeout_seconds,
                "timeout_extension": timeout_extension,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        strategy = RetryStrategy(d.pop("strategy"))

        max_attempts = d.pop("max_attempts")

        delay_seconds = d.pop("delay_seconds")

        delay_seconds_max = d.pop("delay_seconds_max")

        multiplier = d.pop("multiplier")

        jitter = d.pop("jitter")

        attempt_timeout_seconds = d.pop("attempt_timeout_seconds")

        timeout_extension = d.pop("timeout_extension")

        retry_policy = cls(
            strategy=strategy,
            max_attempts=max_attempts,
            delay_seconds=delay_seconds,
            delay_seconds_max=delay_seconds_max,
            multiplier=multiplier,
            jitter=jitter,
            attempt_timeout_seconds=attempt_timeout_seconds,
            timeout_extension=timeout_extension,
        )

        return retry_policy
