from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="AlarmAcknowledge")


@_attrs_define
class AlarmAcknowledge:
    """The alarm to acknowledge.

    Attributes:
        device_code (str): Code of the device. Example: 14412T0006.
        start (datetime.datetime): The `start` of the alarm, or any later moment before its end. Example:
            2026-03-02T08:00:00+08:00.
        note (str | Unset): A note. Default: ''. Example: 送丝机堵塞，已通知维修.
    """

    device_code: str
    start: datetime.datetime
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        device_code = self.device_code

        start = self.start.isoformat()

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device_code": device_code,
                "start": start,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        device_code = d.pop("device_code")

        start = datetime.datetime.fromisoformat(d.pop("start"))

        note = d.pop("note", UNSET)

        alarm_acknowledge = cls(
            device_code=device_code,
            start=start,
            note=note,
        )

        return alarm_acknowledge
