from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="DeviceImportChange")


@_attrs_define
class DeviceImportChange:
    """A value that the import changes. Both texts are as an export writes them, and empty for no value. An ellipsis
    replaces what exceeds 100
    characters.

        Attributes:
            column (str): Name of the column of `t_device_info`. Example: team_name.
            before (str): The stored value. Example: 班组一.
            after (str): The value of the file. Example: 班组二.
    """

    column: str
    before: str
    after: str

    def to_dict(self) -> dict[str, Any]:
        column = self.column

        before = self.before

        after = self.after

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "column": column,
                "before": before,
                "after": after,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        column = d.pop("column")

        before = d.pop("before")

        after = d.pop("after")

        device_import_change = cls(
            column=column,
            before=before,
            after=after,
        )

        return device_import_change
