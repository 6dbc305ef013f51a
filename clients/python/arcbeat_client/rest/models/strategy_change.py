from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.strategy_change_error_category import StrategyChangeErrorCategory

if TYPE_CHECKING:
    from ..models.new_adjustments_type_0 import NewAdjustmentsType0
    from ..models.previous_adjustments_type_0 import PreviousAdjustmentsType0


T = TypeVar("T", bound="StrategyChange")


@_attrs_define
class StrategyChange:
    """A change that the adaptive strategy made between two attempts.

    Attributes:
        log_id (int): Id of the log row. Example: 90213.
        changed_at (datetime.datetime): When it was made, which is when the attempt before failed. Example:
            2026-03-02T08:15:02+08:00.
        attempt_number (int | None): Number of the attempt that follows. Example: 2.
        error_category (StrategyChangeErrorCategory): Why the attempt before failed, as in ErrorCategory. Example:
            network_error.
        message (str): The change in words. Example: Delays are multiplied by 2, and an attempt may take 60 s..
        before (None | PreviousAdjustmentsType0): What was in force before; null for a row of another program that does
            not tell.
        after (NewAdjustmentsType0 | None): What is in force from then on; null for a row of another program that does
            not tell.
    """

    log_id: int
    changed_at: datetime.datetime
    attempt_number: int | None
    error_category: StrategyChangeErrorCategory
    message: str
    before: None | PreviousAdjustmentsType0
    after: NewAdjustmentsType0 | None

    def to_dict(self) -> dict[str, Any]:
        from ..models.new_adjustments_type_0 import NewAdjustmentsType0
        from ..models.previous_adjustments_type_0 import PreviousAdjustmentsType0

        log_id = self.log_id

        changed_at = self.changed_at.isoformat()

        attempt_number: int | None
        attempt_number = self.attempt_number

        error_category = self.error_category.value

        message = self.message

        before: dict[str, Any] | None
        if isinstance(self.before, PreviousAdjustmentsType0):
            before = self.before.to_dict()
        else:
            before = self.before

        after: dict[str, Any] | None
        if isinstance(self.after, NewAdjustmentsType0):
            after = self.after.to_dict()
        else:
            after = self.after

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "log_id": log_id,
                "changed_at": changed_at,
                "attempt_number": attempt_number,
                "error_category": error_category,
                "message": message,
                "before": before,
                "after": after,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.new_adjustments_type_0 import NewAdjustmentsType0
        from ..models.previous_adjustments_type_0 import PreviousAdjustmentsType0

        d = dict(src_dict)
        log_id = d.pop("log_id")

        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))

        def _parse_attempt_number(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        attempt_number = _parse_attempt_number(d.pop("attempt_number"))

        error_category = StrategyChangeErrorCategory(d.pop("error_category"))

        message = d.pop("message")

        def _parse_before(data: object) -> None | PreviousAdjustmentsType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_previous_adjustments_type_0 = PreviousAdjustmentsType0.from_dict(data)

                return componentsschemas_previous_adjustments_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PreviousAdjustmentsType0, data)

        before = _parse_before(d.pop("before"))

        def _parse_after(data: object) -> NewAdjustmentsType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_new_adjustments_type_0 = NewAdjustmentsType0.from_dict(data)

                return componentsschemas_new_adjustments_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NewAdjustmentsType0 | None, data)

        after = _parse_after(d.pop("after"))

        strategy_change = cls(
            log_id=log_id,
            changed_at=changed_at,
            attempt_number=attempt_number,
            error_category=error_category,
            message=message,
            before=before,
            after=after,
        )

        return strategy_change
