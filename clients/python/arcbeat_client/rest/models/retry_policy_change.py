from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.retry_strategy import RetryStrategy
from ..types import UNSET, Unset

T = TypeVar("T", bound="RetryPolicyChange")


@_attrs_define
class RetryPolicyChange:
    """The properties of the retry policy to change. Omitted properties keep their value.

    Attributes:
        strategy (RetryStrategy | Unset): How the delay before an attempt is computed: always the same, growing by the
            same amount, growing by `multiplier`, or
            growing by `multiplier` and adapted to the errors of the run.
             Example: exponential_backoff.
        max_attempts (int | Unset): Maximum number of attempts of a run including the first one. Example: 3.
        delay_seconds (float | Unset): Delay in seconds before the second attempt. Example: 1.
        delay_seconds_max (float | Unset): Maximum delay in seconds before an attempt. Example: 60.
        multiplier (float | Unset): Factor by which the delays of `exponential_backoff` and `adaptive` grow. Example: 2.
        jitter (float | Unset): Up to this share of a delay is subtracted at random. Example: 0.1.
        attempt_timeout_seconds (float | Unset): Time limit of one attempt in seconds. Example: 60.
        timeout_extension (float | Unset): Factor by which `adaptive` extends the time limit of an attempt, once per
            run. Example: 1.5.
    """

    strategy: RetryStrategy | Unset = UNSET
    max_attempts: int | Unset = UNSET
    delay_seconds: float | Unset = UNSET
    delay_seconds_max: float | Unset = UNSET
    multiplier: float | Unset = UNSET
    jitter: float | Unset = UNSET
    attempt_timeout_seconds: float | Unset = UNSET
    timeout_extension: float | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        strategy: str | Unset = UNSET
        if not isinstance(self.strategy, Unset):
            strategy = self.strategy.value

        max_attempts = self.max_attempts

        delay_seconds = self.delay_seconds

        delay_seconds_max = self.delay_seconds_max

        multiplier = self.multiplier

        jitter = self.jitter

        attempt_timeout_seconds = self.attempt_timeout_seconds

        timeout_extension = self.timeout_extension

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if strategy is not UNSET:
            field_dict["strategy"] = strategy
        if max_attempts is not UNSET:
            field_dict["max_attempts"] = max_attempts
        if delay_seconds is not UNSET:
            field_dict["delay_seconds"] = delay_seconds
        if delay_seconds_max is not UNSET:
            field_dict["delay_seconds_max"] = delay_seconds_max
        if multiplier is not UNSET:
            field_dict["multiplier"] = multiplier
        if jitter is not UNSET:
            field_dict["jitter"] = jitter
        if attempt_timeout_seconds is not UNSET:
            field_dict["attempt_timeout_seconds"] = attempt_timeout_seconds
        if timeout_extension is not UNSET:
            field_dict["timeout_extension"] = timeout_extension

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        _strategy = d.pop("strategy", UNSET)
        strategy: RetryStrategy | Unset
        if isinstance(_strategy, Unset):
            strategy = UNSET
        else:
            strategy = RetryStrategy(_strategy)

        max_attempts = d.pop("max_attempts", UNSET)

        delay_seconds = d.pop("delay_seconds", UNSET)

        delay_seconds_max = d.pop("delay_seconds_max", UNSET)

        multiplier = d.pop("multiplier", UNSET)

        jitter = d.pop("jitter", UNSET)

        attempt_timeout_seconds = d.pop("attempt_timeout_seconds", UNSET)

        timeout_extension = d.pop("timeout_extension", UNSET)

        retry_policy_change = cls(
            strategy=strategy,
            max_attempts=max_attempts,
            delay_seconds=delay_seconds,
            delay_seconds_max=delay_seconds_max,
            multiplier=multiplier,
            jitter=jitter,
            attempt_timeout_seconds=attempt_timeout_seconds,
            timeout_extension=timeout_extension,
        )

        return retry_policy_change
