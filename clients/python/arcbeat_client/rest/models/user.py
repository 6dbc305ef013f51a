from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.role import Role

T = TypeVar("T", bound="User")


@_attrs_define
class User:
    """A user who can log in with a password.

    Attributes:
        username (str): Name of the user. Example: wang.wei.
        role (Role): Role of a user. `operator` includes everything that `viewer` may do, and `admin` everything.
        enabled (bool): Whether the user may log in. Example: True.
        created_at (datetime.datetime): When the user was created. Example: 2026-03-02T08:00:00+08:00.
    """

    username: str
    role: Role
    enabled: bool
    created_at: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        username = self.username

        role = self.role.value

        enabled = self.enabled

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "username": username,
                "role": role,
                "enabled": enabled,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        username = d.pop("username")

        role = Role(d.pop("role"))

        enabled = d.pop("enabled")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        user = cls(
            username=username,
            role=role,
            enabled=enabled,
            created_at=created_at,
        )

        return user
