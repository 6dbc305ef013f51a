from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="AcknowledgementType0")


@_attrs_define
class AcknowledgementType0:
    """A note about an alarm, by the person or program that has taken notice of it.

    Attributes:
        note (str): The note; empty if there is none. Example: 送丝机堵塞，已通知维修.
        acknowledged_by (str): The user, or the name of the API key. Example: liming.
        acknowledged_at (datetime.datetime): When the alarm was acknowledged. Example: 2026-03-02T08:01:10+08:00.
    """

    note: str
    acknowledged_by: str
    acknowledged_at: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        note = self.note

        acknowledged_by = self.acknowledged_by

        acknowledged_at = self.acknowledged_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "note": note,
                "acknowledged_by": acknowledged_by,
                "acknowledged_at": acknowledged_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        note = d.pop("note")

        acknowledged_by = d.pop("acknowledged_by")

        acknowledged_at = datetime.datetime.fromisoformat(d.pop("acknowledged_at"))

        acknowledgement_type_0 = cls(
            note=note,
            acknowledged_by=acknowledged_by,
            acknowledged_at=acknowledged_at,
        )

        return acknowledgement_type_0
