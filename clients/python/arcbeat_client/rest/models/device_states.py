from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.day_states import DayStates


T = TypeVar("T", bound="DeviceStates")


@_attrs_define
class DeviceStates:
    """The days of one device.

    Attributes:
        device_code (str): Code of the device (设备生产编码). Example: 14412T0006.
        days (list[DayStates]): The days of the range, without those that have not begun.
    """

    device_code: str
    days: list[DayStates]

    def to_dict(self) -> dict[str, Any]:
        device_code = self.device_code

        days = []
        for days_item_data in self.days:
            days_item = days_item_data.to_dict()
            days.append(days_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device_code": device_code,
                "days": days,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.day_states import DayStates

        d = dict(src_dict)
        device_code = d.pop("device_code")

        days = []
        _days = d.pop("days")
        for days_item_data in _days:
            days_item = DayStates.from_dict(days_item_data)

            days.append(days_item)

        device_states = cls(
            device_code=device_code,
            days=days,
        )

        return device_states
