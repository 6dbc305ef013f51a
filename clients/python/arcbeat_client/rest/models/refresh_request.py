from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.refresh_request_grant_type import RefreshRequestGrantType

T = TypeVar("T", bound="RefreshRequest")


@_attrs_define
class RefreshRequest:
    """The refresh grant of OAuth 2 (RFC 6749, section 6).

    Attributes:
        grant_type (RefreshRequestGrantType): Always `refresh_token`.
        refresh_token (str): The refresh token of the previous response. Example: eyJhbGciOiJIUzI1NiJ9.e30.c2ln.
    """

    grant_type: RefreshRequestGrantType
    refresh_token: str

    def to_dict(self) -> dict[str, Any]:
        grant_type = self.grant_type.value

        refresh_token = self.refresh_token

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "grant_type": grant_type,
                "refresh_token": refresh_token,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        grant_type = RefreshRequestGrantType(d.pop("grant_type"))

        refresh_token = d.pop("refresh_token")

        refresh_request = cls(
            grant_type=grant_type,
            refresh_token=refresh_token,
        )

        return refresh_request
