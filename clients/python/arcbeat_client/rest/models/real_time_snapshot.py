from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.source import Source

if TYPE_CHECKING:
    from ..models.dynamic_reading import DynamicReading
    from ..models.field import Field


T = TypeVar("T", bound="RealTimeSnapshot")


@_attrs_define
class RealTimeSnapshot:
    """The newest readings of all registered devices of a type at one tick, ordered by device_code.

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        stream_id (str): Sequence numbers are comparable within one stream only. A new stream begins after a restart and
            after a change of the
            fields.
             Example: 9f2c4b7a1d3e4f60.
        seq (int): Sequence number; increases by one with every tick of the stream. Example: 42.
        sampled_at (datetime.datetime): All values were current at this moment or later. Example:
            2026-03-02T08:00:05+08:00.
        source (Source): Where the response comes from. `snapshot`: the last tick of the sampler. `query`: the stores,
            at most one sampling period
            ago. `memory`: the last result of the stores (as of `sampled_at`), because at least one of them is unavailable
            or slow.
        fields_version (int): Version of the fields of the device type. Example: 1.
        fields (list[Field]): The fields of the device type, in order.
        items (list[DynamicReading]): One row per device, ordered by device_code.
    """

    type_code: str
    stream_id: str
    seq: int
    sampled_at: datetime.datetime
    source: Source
    fields_version: int
    fields: list[Field]
    items: list[DynamicReading]

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        stream_id = self.stream_id

        seq = self.seq

        sampled_at = self.sampled_at.isoformat()

        source = self.source.value

        fields_version = self.fields_version

        fields = []
        for fields_item_data in self.fields:
            fields_item = fields_item_data.to_dict()
            fields.append(fields_item)

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "stream_id": stream_id,
                "seq": seq,
                "sampled_at": sampled_at,
                "source": source,
                "fields_version": fields_version,
                "fields": fields,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.dynamic_reading import DynamicReading
        from ..models.field import Field

        d = dict(src_dict)
        type_code = d.pop("type_code")

        stream_id = d.pop("stream_id")

        seq = d.pop("seq")

        sampled_at = datetime.datetime.fromisoformat(d.pop("sampled_at"))

        source = Source(d.pop("source"))

        fields_version = d.pop("fields_version")

        fields = []
        _fields = d.pop("fields")
        for fields_item_data in _fields:
            fields_item = Field.from_dict(fields_item_data)

            fields.append(fields_item)

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = DynamicReading.from_dict(items_item_data)

            items.append(items_item)

        real_time_snapshot = cls(
            type_code=type_code,
            stream_id=stream_id,
            seq=seq,
            sampled_at=sampled_at,
            source=source,
            fields_version=fields_version,
            fields=fields,
            items=items,
        )

        return real_time_snapshot
