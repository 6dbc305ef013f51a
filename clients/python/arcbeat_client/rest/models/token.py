from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.token_token_type import TokenTokenType

T = TypeVar("T", bound="Token")


@_attrs_define
class Token:
    """An access token and the refresh token that replaces it.

    Attributes:
        access_token (str): A JWT. Its claims include `exp` and `scope`. Example: eyJhbGciOiJIUzI1NiJ9.e30.c2ln.
        token_type (TokenTokenType): Always `Bearer`.
        expires_in (int): Number of seconds until the access token expires. Example: 3600.
        refresh_token (str): Can be exchanged once for the next pair of tokens. Example: eyJhbGciOiJIUzI1NiJ9.e30.c2ln.
        refresh_expires_in (int): Number of seconds until the session ends. Refreshing does not extend it. Example:
            1209600.
        scope (str): Granted scopes, separated by spaces. Example: device:read telemetry:read.
    """

    access_token: str
    token_type: TokenTokenType
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
    scope: str

    def to_dict(self) -> dict[str, Any]:
        access_token = self.access_token

        token_type = self.token_type.value

        expires_in = self.expires_in

        refresh_token = self.refresh_token

        refresh_expires_in = self.refresh_expires_in

        scope = self.scope

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "access_token": access_token,
                "token_type": token_type,
                "expires_in": expires_in,
                "refresh_token": refresh_token,
                "refresh_expires_in": refresh_expires_in,
                "scope": scope,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        access_token = d.pop("access_token")

        token_type = TokenTokenType(d.pop("token_type"))

        expires_in = d.pop("expires_in")

        refresh_token = d.pop("refresh_token")

        refresh_expires_in = d.pop("refresh_expires_in")

        scope = d.pop("scope")

        token = cls(
            access_token=access_token,
            token_type=token_type,
            expires_in=expires_in,
            refresh_token=refresh_token,
            refresh_expires_in=refresh_expires_in,
            scope=scope,
        )

        return token
