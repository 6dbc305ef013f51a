from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.source import Source

if TYPE_CHECKING:
    from ..models.dynamic_reading import DynamicReading
    from ..models.field import Field


T = TypeVar("T", bound="DynamicRealTimeReading")


@_attrs_define
class DynamicRealTimeReading:
    """The newest reading of one device, with the fields of its type (`use_dynamic_fields=true`).

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        sampled_at (datetime.datetime): All values were current at this moment or later. Example:
            2026-03-02T08:00:05+08:00.
        source (Source): Where the response comes from. `snapshot`: the last tick of the sampler. `query`: the stores,
            at most one sampling period
            ago. `memory`: the last result of the stores (as of `sampled_at`), because at least one of them is unavailable
            or slow.
        item (DynamicReading): The newest reading of a device, with the fields of its type.
        fields_version (int): Version of the fields of the device type. Example: 1.
        fields (list[Field]): The fields of the device type, in order.
    """

    type_code: str
    sampled_at: datetime.datetime
    source: Source
    item: DynamicReading
    fields_version: int
    fields: list[Field]

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        sampled_at = self.sampled_at.isoformat()

        source = self.source.value

        item = self.item.to_dict()

        fields_version = self.fields_version

        fields = []
        for fields_item_data in self.fields:
            fields_item = fields_item_data.to_dict()
            fields.append(fields_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "sampled_at": sampled_at,
                "source": source,
                "item": item,
                "fields_version": fields_version,
                "fields": fields,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.dynamic_reading import DynamicReading
        from ..models.field import Field

        d = dict(src_dict)
        type_code = d.pop("type_code")

        sampled_at = datetime.datetime.fromisoformat(d.pop("sampled_at"))

        source = Source(d.pop("source"))

        item = DynamicReading.from_dict(d.pop("item"))

        fields_version = d.pop("fields_version")

        fields = []
        _fields = d.pop("fields")
        for fields_item_data in _fields:
            fields_item = Field.from_dict(fields_item_data)

            fields.append(fields_item)

        dynamic_real_time_reading = cls(
            type_code=type_code,
            sampled_at=sampled_at,
            source=source,
            item=item,
            fields_version=fields_version,
            fields=fields,
        )

        return dynamic_real_time_reading
