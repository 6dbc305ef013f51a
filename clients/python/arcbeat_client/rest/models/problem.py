from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.input_error import InputError


T = TypeVar("T", bound="Problem")


@_attrs_define
class Problem:
    """An error, in the form of RFC 9457 (problem details).

    Attributes:
        type_ (str): Stable identifier of the kind of problem: `urn:arcbeat:problem:` and a name. It does not depend on
            the language. Example: urn:arcbeat:problem:unknown-device.
        title (str): Short name of the kind of problem, in Chinese if `Accept-Language` prefers it to English. Example:
            Unknown device.
        status (int): The HTTP status. Example: 404.
        detail (str): What went wrong with this request; in the language of `title`. Example: There is no registered
            device with this code..
        help_ (str): The path of a page about the kind of problem, in English and Chinese. Example:
            /docs/problems/unknown-device.
        request_id (str): The `X-Request-ID` of the request. Every log line of the server about this request contains
            it. Example: 5f0d7c1e9a4b4f0c8a3d2e1f6b7c8d9e.
        errors (list[InputError] | Unset): The first invalid parameters, or the first invalid values of the body; at
            most 20, or as many of a file as fit into 64 KiB.
    """

    type_: str
    title: str
    status: int
    detail: str
    help_: str
    request_id: str
    errors: list[InputError] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        help_ = self.help_

        request_id = self.request_id

        errors: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.errors, Unset):
            errors = []
            for errors_item_data in self.errors:
                errors_item = errors_item_data.to_dict()
                errors.append(errors_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "title": title,
                "status": status,
                "detail": detail,
                "help": help_,
                "request_id": request_id,
            }
        )
        if errors is not UNSET:
            field_dict["errors"] = errors

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.input_error import InputError

        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = d.pop("status")

        detail = d.pop("detail")

        help_ = d.pop("help")

        request_id = d.pop("request_id")

        _errors = d.pop("errors", UNSET)
        errors: list[InputError] | Unset = UNSET
        if _errors is not UNSET:
            errors = []
            for errors_item_data in _errors:
                errors_item = InputError.from_dict(errors_item_data)

                errors.append(errors_item)

        problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            help_=help_,
            request_id=request_id,
            errors=errors,
        )

        return problem
