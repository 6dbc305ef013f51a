from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.column_type import ColumnType

T = TypeVar("T", bound="ChangedType")


@_attrs_define
class ChangedType:
    """A field whose column has another type.

    Attributes:
        name (str): Name of the field and its column. Example: ip_quality.
        field_type (ColumnType): The type of a column, by TDengine's name in lower case.
        column_type (ColumnType): The type of a column, by TDengine's name in lower case.
    """

    name: str
    field_type: ColumnType
    column_type: ColumnType

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        field_type = self.field_type.value

        column_type = self.column_type.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "field_type": field_type,
                "column_type": column_type,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        field_type = ColumnType(d.pop("field_type"))

        column_type = ColumnType(d.pop("column_type"))

        changed_type = cls(
            name=name,
            field_type=field_type,
            column_type=column_type,
        )

        return changed_type
