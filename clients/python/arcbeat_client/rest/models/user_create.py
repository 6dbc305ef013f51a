from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.role import Role
from ..types import UNSET, Unset

T = TypeVar("T", bound="UserCreate")


@_attrs_define
class UserCreate:
    """The user to create.

    Attributes:
        username (str): Letters, digits, Chinese characters and `_ . @ -` are allowed; the first character must not be
            one of `. @ -`.
             Example: wang.wei.
        role (Role): Role of a user. `operator` includes everything that `viewer` may do, and `admin` everything.
        password (str): At least 5 different characters; must not equal the username, and must not be easy to guess, as
            common passwords, names,
            dates, repetitions and rows of keys are.
             Example: correct horse battery staple.
        enabled (bool | Unset): Whether the user may log in. Default: True.
    """

    username: str
    role: Role
    password: str
    enabled: bool | Unset = True

    def to_dict(self) -> dict[str, Any]:
        username = self.username

        role = self.role.value

        password = self.password

        enabled = self.enabled

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "username": username,
                "role": role,
                "password": password,
            }
        )
        if enabled is not UNSET:
            field_dict["enabled"] = enabled

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        username = d.pop("username")

        role = Role(d.pop("role"))

        password = d.pop("password")

        enabled = d.pop("enabled", UNSET)

        user_create = cls(
            username=username,
            role=role,
            password=password,
            enabled=enabled,
        )

        return user_create
