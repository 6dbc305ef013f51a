from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.error_category import ErrorCategory
from ..models.retry_strategy import RetryStrategy

if TYPE_CHECKING:
    from ..models.adaptive_adjustments import AdaptiveAdjustments


T = TypeVar("T", bound="RetryContextType0")


@_attrs_define
class RetryContextType0:
    """Why and how an attempt is repeated; null for rows that record no retry.

    Attributes:
        strategy_name (RetryStrategy): How the delay before an attempt is computed: always the same, growing by the same
            amount, growing by `multiplier`, or
            growing by `multiplier` and adapted to the errors of the run.
             Example: exponential_backoff.
        delay_seconds (float): Planned delay before the attempt in seconds. Example: 1.94.
        attempt_number (int): Number of the attempt that follows; the first attempt is 1. Example: 2.
        max_attempts (int): Maximum number of attempts. Example: 3.
        error_category (ErrorCategory): Why an attempt failed. After `auth_error`, `data_error` and `conflict` there is
            no further attempt, because it would fail in
            the same way.
             Example: network_error.
        adaptive_adjustments (AdaptiveAdjustments): What the adaptive strategy changed.
    """

    strategy_name: RetryStrategy
    delay_seconds: float
    attempt_number: int
    max_attempts: int
    error_category: ErrorCategory
    adaptive_adjustments: AdaptiveAdjustments

    def to_dict(self) -> dict[str, Any]:
        strategy_name = self.strategy_name.value

        delay_seconds = self.delay_seconds

        attempt_number = self.attempt_number

        max_attempts = self.max_attempts

        error_category = self.error_category.value

        adaptive_adjustments = self.adaptive_adjustments.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "strategy_name": strategy_name,
                "delay_seconds": delay_seconds,
                "attempt_number": attempt_number,
                "max_attempts": max_attempts,
                "error_category": error_category,
                "adaptive_adjustments": adaptive_adjustments,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.adaptive_adjustments import AdaptiveAdjustments

        d = dict(src_dict)
        strategy_name = RetryStrategy(d.pop("strategy_name"))

        delay_seconds = d.pop("delay_seconds")

        attempt_number = d.pop("attempt_number")

        max_attempts = d.pop("max_attempts")

        error_category = ErrorCategory(d.pop("error_category"))

        adaptive_adjustments = AdaptiveAdjustments.from_dict(d.pop("adaptive_adjustments"))

        retry_context_type_0 = cls(
            strategy_name=strategy_name,
            delay_seconds=delay_seconds,
            attempt_number=attempt_number,
            max_attempts=max_attempts,
            error_category=error_category,
            adaptive_adjustments=adaptive_adjustments,
        )

        return retry_context_type_0
