from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="DictData")


@_attrs_define
class DictData:
    """A value and its label.

    Attributes:
        id (int): Id of the dictionary data. Example: 1.
        dict_type_id (int): Id of its dictionary type. Example: 2.
        data_label (str): Label; unique among the enabled data of the dictionary type. Example: 平均在线率（日）.
        data_value (str): Value; for the board the name of a super table. Example: weld_online_rate_daily.
        order (int): Dictionary data are ordered by this number, then by id. Example: 1.
        enabled (bool): Whether lookups find it. Example: True.
        late_after_seconds (float | None): What the value names is live up to this age; null for the default. Example:
            90000.
        stale_after_seconds (float | None): What the value names is late up to this age, and stale after it; null for
            the default. Example: 176400.
        created_at (datetime.datetime | None): When the row was created; null for rows of an existing table that did not
            record it. Example: 2026-03-02T08:00:00+08:00.
        updated_at (datetime.datetime | None): When the row was last changed; null for rows of an existing table that
            did not record it. Example: 2026-03-02T08:00:00+08:00.
    """

    id: int
    dict_type_id: int
    data_label: str
    data_value: str
    order: int
    enabled: bool
    late_after_seconds: float | None
    stale_after_seconds: float | None
    created_at: datetime.datetime | None
    updated_at: datetime.datetime | None

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        dict_type_id = self.dict_type_id

        data_label = self.data_label

        data_value = self.data_value

        order = self.order

        enabled = self.enabled

        late_after_seconds: float | None
        late_after_seconds = self.late_after_seconds

        stale_after_seconds: float | None
        stale_after_seconds = self.stale_after_seconds

        created_at: None | str
        if isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        updated_at: None | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "dict_type_id": dict_type_id,
                "data_label": data_label,
                "data_value": data_value,
                "order": order,
                "enabled": enabled,
                "late_after_seconds": late_after_seconds,
                "stale_after_seconds": stale_after_seconds,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        dict_type_id = d.pop("dict_type_id")

        data_label = d.pop("data_label")

        data_value = d.pop("data_value")

        order = d.pop("order")

        enabled = d.pop("enabled")

        def _parse_late_after_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        late_after_seconds = _parse_late_after_seconds(d.pop("late_after_seconds"))

        def _parse_stale_after_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        stale_after_seconds = _parse_stale_after_seconds(d.pop("stale_after_seconds"))

        def _parse_created_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        created_at = _parse_created_at(d.pop("created_at"))

        def _parse_updated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        updated_at = _parse_updated_at(d.pop("updated_at"))

        dict_data = cls(
            id=id,
            dict_type_id=dict_type_id,
            data_label=data_label,
            data_value=data_value,
            order=order,
            enabled=enabled,
            late_after_seconds=late_after_seconds,
            stale_after_seconds=stale_after_seconds,
            created_at=created_at,
            updated_at=updated_at,
        )

        return dict_data
