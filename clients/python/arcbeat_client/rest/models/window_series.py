from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.reading_window import ReadingWindow


T = TypeVar("T", bound="WindowSeries")


@_attrs_define
class WindowSeries:
    """The windows of one device.

    Attributes:
        device_code (str): Code of the device (设备生产编码). Example: 14412T0006.
        windows (list[ReadingWindow]): The windows, ordered by time.
    """

    device_code: str
    windows: list[ReadingWindow]

    def to_dict(self) -> dict[str, Any]:
        device_code = self.device_code

        windows = []
        for windows_item_data in self.windows:
            windows_item = windows_item_data.to_dict()
            windows.append(windows_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "device_code": device_code,
                "windows": windows,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.reading_window import ReadingWindow

        d = dict(src_dict)
        device_code = d.pop("device_code")

        windows = []
        _windows = d.pop("windows")
        for windows_item_data in _windows:
            windows_item = ReadingWindow.from_dict(windows_item_data)

            windows.append(windows_item)

        window_series = cls(
            device_code=device_code,
            windows=windows,
        )

        return window_series
