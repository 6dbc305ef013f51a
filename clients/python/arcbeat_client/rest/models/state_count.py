from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="StateCount")


@_attrs_define
class StateCount:
    """The number of devices in one state.

    Attributes:
        state (None | str): The state; null for online devices whose readings contain no state. Example: 焊接.
        devices (int): Number of devices in this state. Example: 124.
    """

    state: None | str
    devices: int

    def to_dict(self) -> dict[str, Any]:
        state: None | str
        state = self.state

        devices = self.devices

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "state": state,
                "devices": devices,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_state(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        state = _parse_state(d.pop("state"))

        devices = d.pop("devices")

        state_count = cls(
            state=state,
            devices=devices,
        )

        return state_count
