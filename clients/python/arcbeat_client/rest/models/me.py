from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.me_kind import MeKind
from ..models.me_role import MeRole
from ..models.scope import Scope

T = TypeVar("T", bound="Me")


@_attrs_define
class Me:
    """The caller, as identified by its token or API key.

    Attributes:
        kind (MeKind): `user` is a user of this service, `key` an API key, `external` the subject of a token from
            another issuer, and `google` a service
            account of Google.
        name (str): The username, the name of the API key, the subject of the external token, or the e-mail address of
            the service account. Example: operator.
        role (MeRole): Role of a user; null for the other kinds.
        scopes (list[Scope]): What the caller may do. Example: ['device:read', 'telemetry:read'].
        expires_at (datetime.datetime | None): When the token or key expires; null for a key that never expires.
            Example: 2026-03-02T09:00:00+08:00.
    """

    kind: MeKind
    name: str
    role: MeRole
    scopes: list[Scope]
    expires_at: datetime.datetime | None

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        name = self.name

        role = self.role.value

        scopes = []
        for scopes_item_data in self.scopes:
            scopes_item = scopes_item_data.value
            scopes.append(scopes_item)

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "name": name,
                "role": role,
                "scopes": scopes,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        kind = MeKind(d.pop("kind"))

        name = d.pop("name")

        role = MeRole(d.pop("role"))

        scopes = []
        _scopes = d.pop("scopes")
        for scopes_item_data in _scopes:
            scopes_item = Scope(scopes_item_data)

            scopes.append(scopes_item)

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

        me = cls(
            kind=kind,
            name=name,
            role=role,
            scopes=scopes,
            expires_at=expires_at,
        )

        return me
