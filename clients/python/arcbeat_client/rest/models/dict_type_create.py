from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DictTypeCreate")


@_attrs_define
class DictTypeCreate:
    """The dictionary type to create.

    Attributes:
        dict_name (str): Unique name of the dictionary type; visible characters with single spaces between them.
            Example: 班组对照.
        description (None | str | Unset): Free text. Example: 班组编码与名称.
    """

    dict_name: str
    description: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        dict_name = self.dict_name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "dict_name": dict_name,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        dict_name = d.pop("dict_name")

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        dict_type_create = cls(
            dict_name=dict_name,
            description=description,
        )

        return dict_type_create
