from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.column_type import ColumnType

T = TypeVar("T", bound="StatisticField")


@_attrs_define
class StatisticField:
    """A column of the statistic's table. Tags and ts are not listed.

    Attributes:
        name (str): Name of the column. Example: online_rate.
        label (str): Label in the requested language; the name of the column if it has no label. Example: 在线率.
        unit (str): Unit; empty if there is none. Example: %.
        type_ (ColumnType): The type of a column, by TDengine's name in lower case.
    """

    name: str
    label: str
    unit: str
    type_: ColumnType

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        label = self.label

        unit = self.unit

        type_ = self.type_.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "label": label,
                "unit": unit,
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        label = d.pop("label")

        unit = d.pop("unit")

        type_ = ColumnType(d.pop("type"))

        statistic_field = cls(
            name=name,
            label=label,
            unit=unit,
            type_=type_,
        )

        return statistic_field
