from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="PasswordChange")


@_attrs_define
class PasswordChange:
    """The old and the new password.

    Attributes:
        old_password (str): The present password. Example: correct horse battery staple.
        new_password (str): At least 5 different characters; must not equal the username, and must not be easy to guess,
            as common passwords, names,
            dates, repetitions and rows of keys are.
             Example: correct horse battery staple.
    """

    old_password: str
    new_password: str

    def to_dict(self) -> dict[str, Any]:
        old_password = self.old_password

        new_password = self.new_password

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "old_password": old_password,
                "new_password": new_password,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        old_password = d.pop("old_password")

        new_password = d.pop("new_password")

        password_change = cls(
            old_password=old_password,
            new_password=new_password,
        )

        return password_change
