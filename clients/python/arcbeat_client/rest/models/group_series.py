from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.reading_window import ReadingWindow


T = TypeVar("T", bound="GroupSeries")


@_attrs_define
class GroupSeries:
    """The windows of one group of devices.

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        team_name (None | str): The team in the master data; null for devices without a team, and with
            `group_by=type_code`. Example: 班组一.
        devices (int): Number of devices in the group whether or not they have readings. Example: 12.
        windows (list[ReadingWindow]): The windows, ordered by time.
    """

    type_code: str
    team_name: None | str
    devices: int
    windows: list[ReadingWindow]

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        team_name: None | str
        team_name = self.team_name

        devices = self.devices

        windows = []
        for windows_item_data in self.windows:
            windows_item = windows_item_data.to_dict()
            windows.append(windows_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "team_name": team_name,
                "devices": devices,
                "windows": windows,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.reading_window import ReadingWindow

        d = dict(src_dict)
        type_code = d.pop("type_code")

        def _parse_team_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        team_name = _parse_team_name(d.pop("team_name"))

        devices = d.pop("devices")

        windows = []
        _windows = d.pop("windows")
        for windows_item_data in _windows:
            windows_item = ReadingWindow.from_dict(windows_item_data)

            windows.append(windows_item)

        group_series = cls(
            type_code=type_code,
            team_name=team_name,
            devices=devices,
            windows=windows,
        )

        return group_series
