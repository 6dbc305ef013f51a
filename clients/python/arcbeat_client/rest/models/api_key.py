from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.api_key_purpose import ApiKeyPurpose
from ..models.scope import Scope

T = TypeVar("T", bound="ApiKey")


@_attrs_define
class ApiKey:
    """An API key as it is stored. The key itself is never stored, only its hash.

    Attributes:
        api_key_id (str): Id of the key; also the second part of the key itself. Example: 0123456789abcdef.
        name (str): Name of the key. Example: gateway-line-1.
        purpose (ApiKeyPurpose): What the key is for: `program`, the default, or `wall` for the link of a wall screen. A
            key of a wall screen must expire, and may only have
            the scopes `device:read` and `telemetry:read`, because everyone who sees the screen's address can copy it.
             Example: program.
        scopes (list[Scope]): What the key may do. Example: ['telemetry:write'].
        created_by (str): Name of the user or key that created it. Example: admin.
        created_at (datetime.datetime): When it was created. Example: 2026-03-02T08:00:00+08:00.
        expires_at (datetime.datetime | None): When it expires; null for a key that never expires. Example:
            2027-03-02T08:00:00+08:00.
        revoked_at (datetime.datetime | None): When it was revoked; null for a key that is not revoked.
        owner (None | str): The user who is responsible for the key: the one who created it, directly or with another
            key, or to whom it was
            transferred. Null if that user was deleted, or if the key was created on the command line or with an external
            token.
             Example: admin.
        owner_active (bool | None): Whether the owner exists and is enabled; false for a key whose user is gone. Null if
            the key was created on the command
            line or with an external token.
             Example: True.
    """

    api_key_id: str
    name: str
    purpose: ApiKeyPurpose
    scopes: list[Scope]
    created_by: str
    created_at: datetime.datetime
    expires_at: datetime.datetime | None
    revoked_at: datetime.datetime | None
    owner: None | str
    owner_active: bool | None

    def to_dict(self) -> dict[str, Any]:
        api_key_id = self.api_key_id

        name = self.name

        purpose = self.purpose.value

        scopes = []
        for scopes_item_data in self.scopes:
            scopes_item = scopes_item_data.value
            scopes.append(scopes_item)

        created_by = self.created_by

        created_at = self.created_at.isoformat()

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        revoked_at: None | str
        if isinstance(self.revoked_at, datetime.datetime):
            revoked_at = self.revoked_at.isoformat()
        else:
            revoked_at = self.revoked_at

        owner: None | str
        owner = self.owner

        owner_active: bool | None
        owner_active = self.owner_active

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "api_key_id": api_key_id,
                "name": name,
                "purpose": purpose,
                "scopes": scopes,
                "created_by": created_by,
                "created_at": created_at,
                "expires_at": expires_at,
                "revoked_at": revoked_at,
                "owner": owner,
                "owner_active": owner_active,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        api_key_id = d.pop("api_key_id")

        name = d.pop("name")

        purpose = ApiKeyPurpose(d.pop("purpose"))

        scopes = []
        _scopes = d.pop("scopes")
        for scopes_item_data in _scopes:
            scopes_item = Scope(scopes_item_data)

            scopes.append(scopes_item)

        created_by = d.pop("created_by")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        def _parse_revoked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                revoked_at_type_0 = datetime.datetime.fromisoformat(data)

                return revoked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))

        def _parse_owner(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        owner = _parse_owner(d.pop("owner"))

        def _parse_owner_active(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        owner_active = _parse_owner_active(d.pop("owner_active"))

        api_key = cls(
            api_key_id=api_key_id,
            name=name,
            purpose=purpose,
            scopes=scopes,
            created_by=created_by,
            created_at=created_at,
            expires_at=expires_at,
            revoked_at=revoked_at,
            owner=owner,
            owner_active=owner_active,
        )

        return api_key
