from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.column_type import ColumnType

T = TypeVar("T", bound="SurplusColumn")


@_attrs_define
class SurplusColumn:
    """A column without a field.

    Attributes:
        name (str): Name of the column. Example: wire_speed.
        type_ (ColumnType): The type of a column, by TDengine's name in lower case.
        length (int | None): Number of characters of an nchar, or of bytes of a varchar or varbinary; null for other
            types.
    """

    name: str
    type_: ColumnType
    length: int | None

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        type_ = self.type_.value

        length: int | None
        length = self.length

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "type": type_,
                "length": length,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        type_ = ColumnType(d.pop("type"))

        def _parse_length(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        length = _parse_length(d.pop("length"))

        surplus_column = cls(
            name=name,
            type_=type_,
            length=length,
        )

        return surplus_column
