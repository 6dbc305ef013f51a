from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.token_request_grant_type import TokenRequestGrantType
from ..types import UNSET, Unset

T = TypeVar("T", bound="TokenRequest")


@_attrs_define
class TokenRequest:
    """The password grant of OAuth 2 (RFC 6749, section 4.3).

    Attributes:
        grant_type (TokenRequestGrantType): Always `password`.
        username (str): Name of the user. Example: operator.
        password (str): Password of the user. Example: correct horse battery staple.
        scope (str | Unset): Scopes to grant, separated by spaces. Defaults to all scopes of the user's role. Example:
            device:read telemetry:read.
    """

    grant_type: TokenRequestGrantType
    username: str
    password: str
    scope: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        grant_type = self.grant_type.value

        username = self.username

        password = self.password

        scope = self.scope

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "grant_type": grant_type,
                "username": username,
                "password": password,
            }
        )
        if scope is not UNSET:
            field_dict["scope"] = scope

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        grant_type = TokenRequestGrantType(d.pop("grant_type"))

        username = d.pop("username")

        password = d.pop("password")

        scope = d.pop("scope", UNSET)

        token_request = cls(
            grant_type=grant_type,
            username=username,
            password=password,
            scope=scope,
        )

        return token_request
