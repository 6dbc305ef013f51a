from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.error_counts import ErrorCounts


T = TypeVar("T", bound="RetryStatisticsType0")


@_attrs_define
class RetryStatisticsType0:
    """What the attempts of a run add up to; null unless the row is the root row of a run that has ended.

    Attributes:
        attempts (int): Number of attempts. Example: 3.
        retries (int): Number of attempts after the first one. Example: 2.
        wait_seconds (float): Sum of the actual waits in seconds. Example: 2.9.
        strategy_changes (int): Number of changes of the retry strategy. Example: 0.
        errors_by_category (ErrorCounts): Number of failed attempts by error category. Example: {'network_error': 2}.
    """

    attempts: int
    retries: int
    wait_seconds: float
    strategy_changes: int
    errors_by_category: ErrorCounts

    def to_dict(self) -> dict[str, Any]:
        attempts = self.attempts

        retries = self.retries

        wait_seconds = self.wait_seconds

        strategy_changes = self.strategy_changes

        errors_by_category = self.errors_by_category.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "attempts": attempts,
                "retries": retries,
                "wait_seconds": wait_seconds,
                "strategy_changes": strategy_changes,
                "errors_by_category": errors_by_category,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.error_counts import ErrorCounts

        d = dict(src_dict)
        attempts = d.pop("attempts")

        retries = d.pop("retries")

        wait_seconds = d.pop("wait_seconds")

        strategy_changes = d.pop("strategy_changes")

        errors_by_category = ErrorCounts.from_dict(d.pop("errors_by_category"))

        retry_statistics_type_0 = cls(
            attempts=attempts,
            retries=retries,
            wait_seconds=wait_seconds,
            strategy_changes=strategy_changes,
            errors_by_category=errors_by_category,
        )

        return retry_statistics_type_0
