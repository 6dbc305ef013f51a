from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.api_key_purpose import ApiKeyPurpose
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
        purpose (ApiKeyPurpose | Unset): What the key is for: `program`, the default, or `wall` for the link of a wall
            screen. A key of a wall screen must expire, and may only have
            the scopes `device:read` and `telemetry:read`, because everyone who sees the screen's address can copy it.
             Example: program.
        expires_days (int | Unset): Number of days until the key expires. Without it the key never expires. Required for
            a key of the purpose `wall`.
             Example: 365.
    """

    name: str
    scopes: list[Scope]
    purpose: ApiKeyPurpose | Unset = UNSET
    expires_days: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        scopes = []
        for scopes_item_data in self.scopes:
            scopes_item = scopes_item_data.value
            scopes.append(scopes_item)

        purpose: str | Unset = UNSET
        if not isinstance(self.purpose, Unset):
            purpose = self.purpose.value

        expires_days = self.expires_days

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "scopes": scopes,
            }
        )
        if purpose is not UNSET:
            field_dict["purpose"] = purpose
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

        _purpose = d.pop("purpose", UNSET)
        purpose: ApiKeyPurpose | Unset
        if isinstance(_purpose, Unset):
            purpose = UNSET
        else:
            purpose = ApiKeyPurpose(_purpose)

        expires_days = d.pop("expires_days", UNSET)

        api_key_create = cls(
            name=name,
            scopes=scopes,
            purpose=purpose,
            expires_days=expires_days,
        )

        return api_key_create
