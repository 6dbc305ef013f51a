from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.input_error_location import InputErrorLocation
from ..types import UNSET, Unset

T = TypeVar("T", bound="InputError")


@_attrs_define
class InputError:
    """An invalid parameter, or an invalid value of the body.

    Attributes:
        location (InputErrorLocation): The part of the request that contains it.
        name (str): The name of the parameter, or a JSON pointer into the body. Example: page_size.
        detail (str): What is wrong with it. Example: 501 is greater than the maximum of 500.
        value (str | Unset): The text of the cell, if the error is in a cell of a file; an ellipsis replaces what
            exceeds 100 characters. Example: 2020-13-01.
    """

    location: InputErrorLocation
    name: str
    detail: str
    value: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        location = self.location.value

        name = self.name

        detail = self.detail

        value = self.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "location": location,
                "name": name,
                "detail": detail,
            }
        )
        if value is not UNSET:
            field_dict["value"] = value

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        location = InputErrorLocation(d.pop("location"))

        name = d.pop("name")

        detail = d.pop("detail")

        value = d.pop("value", UNSET)

        input_error = cls(
            location=location,
            name=name,
            detail=detail,
            value=value,
        )

        return input_error
