from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.scope import Scope
from ..types import UNSET, Unset

T = TypeVar("T", bound="ApiKeyCreate")


@_attrs_define
class ApiKeyCreate:
    """The API key to create.

    Attributes:
        name (str): Unique among the keys that are not revoked. Letters, digits, Chinese characters and `_ . @ -` are
            allowed; the first
            character must not be one of `. @ -`.
             Example: gateway-line-1.
        scopes (list[Scope]): What the key may do. Example: ['telemetry:write'].
        expires_days (int | Unset): Number of days until the key expires. Without it the key never expires. Example:
            365.
    """

    name: str
    scopes: list[Scope]
    expires_days: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        scopes = []
        for scopes_item_data in self.scopes:
            scopes_item = scopes_item_data.value
            scopes.append(scopes_item)

        expires_days = self.expires_days

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "scopes": scopes,
            }
        )
        if expires_days is not UNSET:
            field_dict["expires_days"] = expires_days

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        scopes = []
        _scopes = d.pop("scopes")
        for scopes_item_data in _scopes:
            scopes_item = Scope(scopes_item_data)

            scopes.append(scopes_item)

        expires_days = d.pop("expires_days", UNSET)

        api_key_create = cls(
            name=name,
            scopes=scopes,
            expires_days=expires_days,
        )

        return api_key_create
