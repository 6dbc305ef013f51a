from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="JobAlertAcknowledgementType0")


@_attrs_define
class JobAlertAcknowledgementType0:
    """Who deals with the alert, so that it is not escalated; null if no person has acknowledged it.

    Attributes:
        note (str): The note; empty if there is none. Example: The store is being restarted..
        acknowledged_by (str): The user, or the name of the API key. Example: liming.
        acknowledged_at (datetime.datetime): When the alert was acknowledged. Example: 2026-03-02T08:20:10+08:00.
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

        job_alert_acknowledgement_type_0 = cls(
            note=note,
            acknowledged_by=acknowledged_by,
            acknowledged_at=acknowledged_at,
        )

        return job_alert_acknowledgement_type_0
