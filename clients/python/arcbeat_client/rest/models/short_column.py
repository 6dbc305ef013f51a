from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ShortColumn")


@_attrs_define
class ShortColumn:
    """A field that allows longer texts than its column holds.

    Attributes:
        name (str): Name of the field and its column. Example: workpiece_id.
        max_length (int): The number of characters that the field allows. Example: 100.
        column_length (int): What the column holds: characters of an nchar, or bytes of a varchar. Example: 50.
    """

    name: str
    max_length: int
    column_length: int

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        max_length = self.max_length

        column_length = self.column_length

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "max_length": max_length,
                "column_length": column_length,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        max_length = d.pop("max_length")

        column_length = d.pop("column_length")

        short_column = cls(
            name=name,
            max_length=max_length,
            column_length=column_length,
        )

        return short_column
