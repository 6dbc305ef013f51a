from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="DeviceDetailsType0")


@_attrs_define
class DeviceDetailsType0:
    """The master data of the device. Only with `include=device`. Null if none is known, because PostgreSQL is unavailable.

    Attributes:
        device_name (str): Name of the device (设备名称). Example: 一号焊机.
        team_name (None | str): Team of the device (班组名称) in the master data; the reading has its own. Example: 班组一.
        is_locked (bool): Whether the device is locked (是否锁定) in the master data. Example: False.
        install_location (None | str): Location (安装位置). Example: 一号车间.
    """

    device_name: str
    team_name: None | str
    is_locked: bool
    install_location: None | str

    def to_dict(self) -> dict[str, Any]:
        device_name = self.device_name

        team_name: None | str
        team_name = self.team_name

        is_locked = self.is_locked

        install_location: None | str
        install_location = self.install_location

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device_name": device_name,
                "team_name": team_name,
                "is_locked": is_locked,
                "install_location": install_location,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        device_name = d.pop("device_name")

        def _parse_team_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        team_name = _parse_team_name(d.pop("team_name"))

        is_locked = d.pop("is_locked")

        def _parse_install_location(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        install_location = _parse_install_location(d.pop("install_location"))

        device_details_type_0 = cls(
            device_name=device_name,
            team_name=team_name,
            is_locked=is_locked,
            install_location=install_location,
        )

        return device_details_type_0
