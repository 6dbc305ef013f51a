from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="DictType")


@_attrs_define
class DictType:
    """A dictionary type, which groups dictionary data.

    Attributes:
        id (int): Id of the dictionary type. Example: 2.
        dict_name (str): Unique name of the dictionary type. Example: 焊机统计指标对照.
        description (None | str): Free text.
        created_at (datetime.datetime | None): When the row was created; null for rows of an existing table that did not
            record it. Example: 2026-03-02T08:00:00+08:00.
        updated_at (datetime.datetime | None): When the row was last changed; null for rows of an existing table that
            did not record it. Example: 2026-03-02T08:00:00+08:00.
    """

    id: int
    dict_name: str
    description: None | str
    created_at: datetime.datetime | None
    updated_at: datetime.datetime | None

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        dict_name = self.dict_name

        description: None | str
        description = self.description

        created_at: None | str
        if isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        updated_at: None | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "dict_name": dict_name,
                "description": description,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        dict_name = d.pop("dict_name")

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        def _parse_created_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        created_at = _parse_created_at(d.pop("created_at"))

        def _parse_updated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        updated_at = _parse_updated_at(d.pop("updated_at"))

        dict_type = cls(
            id=id,
            dict_name=dict_name,
            description=description,
            created_at=created_at,
            updated_at=updated_at,
        )

        return dict_type
