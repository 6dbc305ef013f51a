from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.column_type import ColumnType

T = TypeVar("T", bound="Field")


@_attrs_define
class Field:
    """A column of the type's super table, with its label and unit.

    Attributes:
        name (str): Name of the column. Example: weld_current.
        label (str): Label in the requested language. Example: 焊接电流.
        unit (str): Unit; empty if there is none. Example: A.
        type_ (ColumnType): The type of a column, by TDengine's name in lower case.
        order (int): Position in the list of fields, from 1. Example: 6.
        decimals (int | None): Number of decimal places to show; null for values that are not numbers. Example: 1.
    """

    name: str
    label: str
    unit: str
    type_: ColumnType
    order: int
    decimals: int | None

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        label = self.label

        unit = self.unit

        type_ = self.type_.value

        order = self.order

        decimals: int | None
        decimals = self.decimals

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "label": label,
                "unit": unit,
                "type": type_,
                "order": order,
                "decimals": decimals,
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

        order = d.pop("order")

        def _parse_decimals(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        decimals = _parse_decimals(d.pop("decimals"))

        field = cls(
            name=name,
            label=label,
            unit=unit,
            type_=type_,
            order=order,
            decimals=decimals,
        )

        return field
