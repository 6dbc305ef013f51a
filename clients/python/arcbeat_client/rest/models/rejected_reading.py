from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.rejected_reading_reason import RejectedReadingReason

T = TypeVar("T", bound="RejectedReading")


@_attrs_define
class RejectedReading:
    """A reading that was not stored, and why.

    Attributes:
        index (int): Position in the batch, from 0; for NDJSON the number of the line, from 0, with blank lines counted.
            Example: 17.
        device_code (None | str): Code of the device; null if the line does not contain it. Example: 14412T9999.
        reason (RejectedReadingReason): Why the reading was rejected. docs/how-to/send-readings.md explains each reason.
        detail (str): Explanation for a person. Example: there is no registered device of this type with this code.
    """

    index: int
    device_code: None | str
    reason: RejectedReadingReason
    detail: str

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        device_code: None | str
        device_code = self.device_code

        reason = self.reason.value

        detail = self.detail

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "index": index,
                "device_code": device_code,
                "reason": reason,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        index = d.pop("index")

        def _parse_device_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        device_code = _parse_device_code(d.pop("device_code"))

        reason = RejectedReadingReason(d.pop("reason"))

        detail = d.pop("detail")

        rejected_reading = cls(
            index=index,
            device_code=device_code,
            reason=reason,
            detail=detail,
        )

        return rejected_reading
