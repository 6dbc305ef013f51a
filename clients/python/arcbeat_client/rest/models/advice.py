from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Advice")


@_attrs_define
class Advice:
    """A recommendation for the operator.

    Attributes:
        code (str): Stable code of the recommendation. Example: two-subtables-one-device.
        detail (str): Explanation for a person. Example: The device 14412T0006 has two subtables: t_14412t0006 and
            t_a1..
    """

    code: str
    detail: str

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        detail = self.detail

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "code": code,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        code = d.pop("code")

        detail = d.pop("detail")

        advice = cls(
            code=code,
            detail=detail,
        )

        return advice
