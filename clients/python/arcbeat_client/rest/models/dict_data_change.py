from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DictDataChange")


@_attrs_define
class DictDataChange:
    """The properties to change. Omitted properties keep their value; null removes a threshold.

    Attributes:
        data_label (str | Unset): Label; unique within the dictionary type; visible characters with single spaces
            between them. Example: 班组产量（日）.
        data_value (str | Unset): Value; for the board the name of a super table in `STATISTICS_DB`, or
            `database.table`. Example: team_output_daily.
        order (int | Unset): Dictionary data are ordered by this number, then by id. Example: 3.
        enabled (bool | Unset): Whether lookups find it. Example: True.
        late_after_seconds (float | None | Unset): Age in seconds up to which the value's table is live. Set both
            thresholds or neither. Example: 90000.
        stale_after_seconds (float | None | Unset): Age in seconds up to which the value's table is late. It must not be
            less than `late_after_seconds`. Example: 176400.
    """

    data_label: str | Unset = UNSET
    data_value: str | Unset = UNSET
    order: int | Unset = UNSET
    enabled: bool | Unset = UNSET
    late_after_seconds: float | None | Unset = UNSET
    stale_after_seconds: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        data_label = self.data_label

        data_value = self.data_value

        order = self.order

        enabled = self.enabled

        late_after_seconds: float | None | Unset
        if isinstance(self.late_after_seconds, Unset):
            late_after_seconds = UNSET
        else:
            late_after_seconds = self.late_after_seconds

        stale_after_seconds: float | None | Unset
        if isinstance(self.stale_after_seconds, Unset):
            stale_after_seconds = UNSET
        else:
            stale_after_seconds = self.stale_after_seconds

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if data_label is not UNSET:
            field_dict["data_label"] = data_label
        if data_value is not UNSET:
            field_dict["data_value"] = data_value
        if order is not UNSET:
            field_dict["order"] = order
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if late_after_seconds is not UNSET:
            field_dict["late_after_seconds"] = late_after_seconds
        if stale_after_seconds is not UNSET:
            field_dict["stale_after_seconds"] = stale_after_seconds

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        data_label = d.pop("data_label", UNSET)

        data_value = d.pop("data_value", UNSET)

        order = d.pop("order", UNSET)

        enabled = d.pop("enabled", UNSET)

        def _parse_late_after_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        late_after_seconds = _parse_late_after_seconds(d.pop("late_after_seconds", UNSET))

        def _parse_stale_after_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        stale_after_seconds = _parse_stale_after_seconds(d.pop("stale_after_seconds", UNSET))

        dict_data_change = cls(
            data_label=data_label,
            data_value=data_value,
            order=order,
            enabled=enabled,
            late_after_seconds=late_after_seconds,
            stale_after_seconds=stale_after_seconds,
        )

        return dict_data_change
