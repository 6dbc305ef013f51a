from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.column_type import ColumnType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.labels import Labels


T = TypeVar("T", bound="FieldDefinitionCreate")


@_attrs_define
class FieldDefinitionCreate:
    """A field as it is to be stored. `decimals`, `minimum` and `maximum` apply to numbers, `max_length` to `varchar` and
    `nchar`.
    `minimum` must not exceed `maximum`. The position in the list is the order of the field.

        Attributes:
            name (str): Name of the column. It must be unique in the list, and neither `ts` nor `device_code`. Example:
                weld_current.
            labels (Labels): A name in Chinese and English.
            type_ (ColumnType): The type of a column, by TDengine's name in lower case.
            unit (str | Unset): Unit; empty for none. Default: ''. Example: A.
            decimals (int | None | Unset): Number of decimal places to show. Example: 1.
            hidden (bool | Unset): Whether realtime responses omit the field. Default: False.
            minimum (float | None | Unset): The smallest value that a reading may have, as a double; for 64-bit integers it
                is exact to 53 bits only. Example: 0.
            maximum (float | None | Unset): The largest value that a reading may have, as a double; for 64-bit integers it
                is exact to 53 bits only. Example: 1000.
            max_length (int | None | Unset): The number of characters that a reading may have.
    """

    name: str
    labels: Labels
    type_: ColumnType
    unit: str | Unset = ""
    decimals: int | None | Unset = UNSET
    hidden: bool | Unset = False
    minimum: float | None | Unset = UNSET
    maximum: float | None | Unset = UNSET
    max_length: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        labels = self.labels.to_dict()

        type_ = self.type_.value

        unit = self.unit

        decimals: int | None | Unset
        if isinstance(self.decimals, Unset):
            decimals = UNSET
        else:
            decimals = self.decimals

        hidden = self.hidden

        minimum: float | None | Unset
        if isinstance(self.minimum, Unset):
            minimum = UNSET
        else:
            minimum = self.minimum

        maximum: float | None | Unset
        if isinstance(self.maximum, Unset):
            maximum = UNSET
        else:
            maximum = self.maximum

        max_length: int | None | Unset
        if isinstance(self.max_length, Unset):
            max_length = UNSET
        else:
            max_length = self.max_length

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "labels": labels,
                "type": type_,
            }
        )
        if unit is not UNSET:
            field_dict["unit"] = unit
        if decimals is not UNSET:
            field_dict["decimals"] = decimals
        if hidden is not UNSET:
            field_dict["hidden"] = hidden
        if minimum is not UNSET:
            field_dict["minimum"] = minimum
        if maximum is not UNSET:
            field_dict["maximum"] = maximum
        if max_length is not UNSET:
            field_dict["max_length"] = max_length

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.labels import Labels

        d = dict(src_dict)
        name = d.pop("name")

        labels = Labels.from_dict(d.pop("labels"))

        type_ = ColumnType(d.pop("type"))

        unit = d.pop("unit", UNSET)

        def _parse_decimals(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        decimals = _parse_decimals(d.pop("decimals", UNSET))

        hidden = d.pop("hidden", UNSET)

        def _parse_minimum(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        minimum = _parse_minimum(d.pop("minimum", UNSET))

        def _parse_maximum(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        maximum = _parse_maximum(d.pop("maximum", UNSET))

        def _parse_max_length(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_length = _parse_max_length(d.pop("max_length", UNSET))

        field_definition_create = cls(
            name=name,
            labels=labels,
            type_=type_,
            unit=unit,
            decimals=decimals,
            hidden=hidden,
            minimum=minimum,
            maximum=maximum,
            max_length=max_length,
        )

        return field_definition_create
