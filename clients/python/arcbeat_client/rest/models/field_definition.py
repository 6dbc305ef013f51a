from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.column_type import ColumnType

if TYPE_CHECKING:
    from ..models.labels import Labels


T = TypeVar("T", bound="FieldDefinition")


@_attrs_define
class FieldDefinition:
    """A field with the rules for its values.

    Attributes:
        name (str): Name of the column. Example: weld_current.
        label (str): Label in the requested language. Example: 焊接电流.
        labels (Labels): A name in Chinese and English.
        unit (str): Unit; empty if there is none. Example: A.
        type_ (ColumnType): The type of a column, by TDengine's name in lower case.
        order (int): Position in the list of fields, from 1. Example: 6.
        decimals (int | None): Number of decimal places to show; null for values that are not numbers. Example: 1.
        hidden (bool): Whether realtime responses omit the field. Readings may contain it all the same. Example: False.
        minimum (float | None): The smallest value that a reading may have; null for no limit. Example: 0.
        maximum (float | None): The largest value that a reading may have; null for no limit. Example: 1000.
        max_length (int | None): The number of characters that a reading may have; null for the limit of the column.
    """

    name: str
    label: str
    labels: Labels
    unit: str
    type_: ColumnType
    order: int
    decimals: int | None
    hidden: bool
    minimum: float | None
    maximum: float | None
    max_length: int | None

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        label = self.label

        labels = self.labels.to_dict()

        unit = self.unit

        type_ = self.type_.value

        order = self.order

        decimals: int | None
        decimals = self.decimals

        hidden = self.hidden

        minimum: float | None
        minimum = self.minimum

        maximum: float | None
        maximum = self.maximum

        max_length: int | None
        max_length = self.max_length

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "label": label,
                "labels": labels,
                "unit": unit,
                "type": type_,
                "order": order,
                "decimals": decimals,
                "hidden": hidden,
                "minimum": minimum,
                "maximum": maximum,
                "max_length": max_length,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.labels import Labels

        d = dict(src_dict)
        name = d.pop("name")

        label = d.pop("label")

        labels = Labels.from_dict(d.pop("labels"))

        unit = d.pop("unit")

        type_ = ColumnType(d.pop("type"))

        order = d.pop("order")

        def _parse_decimals(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        decimals = _parse_decimals(d.pop("decimals"))

        hidden = d.pop("hidden")

        def _parse_minimum(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        minimum = _parse_minimum(d.pop("minimum"))

        def _parse_maximum(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        maximum = _parse_maximum(d.pop("maximum"))

        def _parse_max_length(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_length = _parse_max_length(d.pop("max_length"))

        field_definition = cls(
            name=name,
            label=label,
            labels=labels,
            unit=unit,
            type_=type_,
            order=order,
            decimals=decimals,
            hidden=hidden,
            minimum=minimum,
            maximum=maximum,
            max_length=max_length,
        )

        return field_definition
