from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.role import Role
from ..types import UNSET, Unset

T = TypeVar("T", bound="UserChange")


@_attrs_define
class UserChange:
    """The properties to change. Omitted properties keep their value.

    Attributes:
        role (Role | Unset): Role of a user. `operator` includes everything that `viewer` may do, and `admin`
            everything.
        password (str | Unset): At least 5 different characters; must not equal the username, and must not be easy to
            guess, as common passwords, names,
            dates, repetitions and rows of keys are.
             Example: correct horse battery staple.
        enabled (bool | Unset): Whether the user may log in. Example: True.
    """

    role: Role | Unset = UNSET
    password: str | Unset = UNSET
    enabled: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role.value

        password = self.password

        enabled = self.enabled

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if role is not UNSET:
            field_dict["role"] = role
        if password is not UNSET:
            field_dict["password"] = password
        if enabled is not UNSET:
            field_dict["enabled"] = enabled

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        _role = d.pop("role", UNSET)
        role: Role | Unset
        if isinstance(_role, Unset):
            role = UNSET
        else:
            role = Role(_role)

        password = d.pop("password", UNSET)

        enabled = d.pop("enabled", UNSET)

        user_change = cls(
            role=role,
            password=password,
            enabled=enabled,
        )

        return user_change
