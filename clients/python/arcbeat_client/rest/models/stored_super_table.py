from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="StoredSuperTable")


@_attrs_define
class StoredSuperTable:
    """A super table of the readings store.

    Attributes:
        super_table (str): Name of the super table, as a device type has it. Example: test_db.welding_real_data.
        type_code (None | str): Code of the device type that uses it, which may be retired; null if there is none.
            Example: welding.
    """

    super_table: str
    type_code: None | str

    def to_dict(self) -> dict[str, Any]:
        super_table = self.super_table

        type_code: None | str
        type_code = self.type_code

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "super_table": super_table,
                "type_code": type_code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        super_table = d.pop("super_table")

        def _parse_type_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        type_code = _parse_type_code(d.pop("type_code"))

        stored_super_table = cls(
            super_table=super_table,
            type_code=type_code,
        )

        return stored_super_table
