from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.field import Field
    from ..models.window_series import WindowSeries


T = TypeVar("T", bound="WindowsResponse")


@_attrs_define
class WindowsResponse:
    """Aggregates by interval, one series per device.

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        interval (str): The requested interval, or the one that was chosen for `max_points`. Example: 15m.
        time_zone (str): The time zone of the days. Example: Asia/Shanghai.
        series (list[WindowSeries]): One series per device, ordered by device_code.
        fields_version (int): Version of the fields of the device type. Example: 1.
        fields (list[Field]): The aggregated fields.
    """

    type_code: str
    interval: str
    time_zone: str
    series: list[WindowSeries]
    fields_version: int
    fields: list[Field]

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        interval = self.interval

        time_zone = self.time_zone

        series = []
        for series_item_data in self.series:
            series_item = series_item_data.to_dict()
            series.append(series_item)

        fields_version = self.fields_version

        fields = []
        for fields_item_data in self.fields:
            fields_item = fields_item_data.to_dict()
            fields.append(fields_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "interval": interval,
                "time_zone": time_zone,
                "series": series,
                "fields_version": fields_version,
                "fields": fields,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.field import Field
        from ..models.window_series import WindowSeries

        d = dict(src_dict)
        type_code = d.pop("type_code")

        interval = d.pop("interval")

        time_zone = d.pop("time_zone")

        series = []
        _series = d.pop("series")
        for series_item_data in _series:
            series_item = WindowSeries.from_dict(series_item_data)

            series.append(series_item)

        fields_version = d.pop("fields_version")

        fields = []
        _fields = d.pop("fields")
        for fields_item_data in _fields:
            fields_item = Field.from_dict(fields_item_data)

            fields.append(fields_item)

        windows_response = cls(
            type_code=type_code,
            interval=interval,
            time_zone=time_zone,
            series=series,
            fields_version=fields_version,
            fields=fields,
        )

        return windows_response
