from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.group_windows_response_group_by import GroupWindowsResponseGroupBy

if TYPE_CHECKING:
    from ..models.field import Field
    from ..models.group_series import GroupSeries


T = TypeVar("T", bound="GroupWindowsResponse")


@_attrs_define
class GroupWindowsResponse:
    """Aggregates by interval, one series per group of devices.

    Attributes:
        group_by (GroupWindowsResponseGroupBy): What makes a group. Example: team_name.
        interval (str): The requested interval, or the one that was chosen for `max_points`. Example: 15m.
        time_zone (str): The time zone of the days. Example: Asia/Shanghai.
        series (list[GroupSeries]): One series per group that has devices, in the order of `type_code` in the request,
            then by team; devices without a team come
            last.
        fields (list[Field]): The aggregated fields, as the first type describes them.
    """

    group_by: GroupWindowsResponseGroupBy
    interval: str
    time_zone: str
    series: list[GroupSeries]
    fields: list[Field]

    def to_dict(self) -> dict[str, Any]:
        group_by = self.group_by.value

        interval = self.interval

        time_zone = self.time_zone

        series = []
        for series_item_data in self.series:
            series_item = series_item_data.to_dict()
            series.append(series_item)

        fields = []
        for fields_item_data in self.fields:
            fields_item = fields_item_data.to_dict()
            fields.append(fields_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "group_by": group_by,
                "interval": interval,
                "time_zone": time_zone,
                "series": series,
                "fields": fields,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.field import Field
        from ..models.group_series import GroupSeries

        d = dict(src_dict)
        group_by = GroupWindowsResponseGroupBy(d.pop("group_by"))

        interval = d.pop("interval")

        time_zone = d.pop("time_zone")

        series = []
        _series = d.pop("series")
        for series_item_data in _series:
            series_item = GroupSeries.from_dict(series_item_data)

            series.append(series_item)

        fields = []
        _fields = d.pop("fields")
        for fields_item_data in _fields:
            fields_item = Field.from_dict(fields_item_data)

            fields.append(fields_item)

        group_windows_response = cls(
            group_by=group_by,
            interval=interval,
            time_zone=time_zone,
            series=series,
            fields=fields,
        )

        return group_windows_response
