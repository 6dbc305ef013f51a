from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="DeviceImportError")


@_attrs_define
class DeviceImportError:
    """An error in one cell of the file.

    Attributes:
        column (str): Name of the column of `t_device_info`, or `column 13` for a cell that has no header. Example:
            production_date.
        value (None | str): The text of the cell; null if the file has no such column. An ellipsis replaces what exceeds
            100 characters.
             Example: 2023-08-23 10:00.
        detail (str): Explanation for a person, in Chinese if `Accept-Language` prefers it to English. Example: must be
            a date without a time.
    """

    column: str
    value: None | str
    detail: str

    def to_dict(self) -> dict[str, Any]:
        column = self.column

        value: None | str
        value = self.value

        detail = self.detail

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "column": column,
                "value": value,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        column = d.pop("column")

        def _parse_value(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        value = _parse_value(d.pop("value"))

        detail = d.pop("detail")

        device_import_error = cls(
            column=column,
            value=value,
            detail=detail,
        )

        return device_import_error
