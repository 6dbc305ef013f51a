from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.reading import Reading


T = TypeVar("T", bound="ReadingBatch")


@_attrs_define
class ReadingBatch:
    """Readings of one device type.

    Attributes:
        type_code (str): Code or alias of the device type. Example: welding.
        readings (list[Reading]): The readings, in any order.
    """

    type_code: str
    readings: list[Reading]

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        readings = []
        for readings_item_data in self.readings:
            readings_item = readings_item_data.to_dict()
            readings.append(readings_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "readings": readings,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.reading import Reading

        d = dict(src_dict)
        type_code = d.pop("type_code")

        readings = []
        _readings = d.pop("readings")
        for readings_item_data in _readings:
            readings_item = Reading.from_dict(readings_item_data)

            readings.append(readings_item)

        reading_batch = cls(
            type_code=type_code,
            readings=readings,
        )

        return reading_batch
