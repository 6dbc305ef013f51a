from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="DeviceImportError")


@_attrs_define
class DeviceImportError:
    """An error in one cell of the file.

    Attributes:
        column (str): Name of the column of `t_device_info`, or `column 13` for a cell that has no header. Example:
            production_date.
        detail (str): Explanation for a person. Example: must be a date without a time.
    """

    column: str
    detail: str

    def to_dict(self) -> dict[str, Any]:
        column = self.column

        detail = self.detail

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "column": column,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        column = d.pop("column")

        detail = d.pop("detail")

        device_import_error = cls(
            column=column,
            detail=detail,
        )

        return device_import_error
