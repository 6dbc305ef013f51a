from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DictDataCreate")


@_attrs_define
class DictDataCreate:
    """The dictionary data to create.

    Attributes:
        dict_type_id (int): Id of its dictionary type, as a number or as text. Example: 2.
        data_label (str): Label; unique within the dictionary type; visible characters with single spaces between them.
            Example: 班组产量（日）.
        data_value (str): Value; for the board the name of a super table in `STATISTICS_DB`, or `database.table`.
            Example: team_output_daily.
        order (int | Unset): Dictionary data are ordered by this number, then by id. Default: 0. Example: 3.
        enabled (bool | Unset): Whether lookups find it. Default: True.
        late_after_seconds (float | None | Unset): Age in seconds up to which the value's table is live. Set both
            thresholds or neither. Example: 90000.
        stale_after_seconds (float | None | Unset): Age in seconds up to which the value's table is late. It must not be
            less than `late_after_seconds`. Example: 176400.
    """

    dict_type_id: int
    data_label: str
    data_value: str
    order: int | Unset = 0
    enabled: bool | Unset = True
    late_after_seconds: float | None | Unset = UNSET
    stale_after_seconds: float | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        dict_type_id = self.dict_type_id

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

        field_dict.update(
            {
                "dict_type_id": dict_type_id,
                "data_label": data_label,
                "data_value": data_value,
            }
        )
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
        dict_type_id = d.pop("dict_type_id")

        data_label = d.pop("data_label")

        data_value = d.pop("data_value")

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

        dict_data_create = cls(
            dict_type_id=dict_type_id,
            data_label=data_label,
            data_value=data_value,
            order=order,
            enabled=enabled,
            late_after_seconds=late_after_seconds,
            stale_after_seconds=stale_after_seconds,
        )

        return dict_data_create
