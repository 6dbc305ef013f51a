from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.source import Source

if TYPE_CHECKING:
    from ..models.welding_reading import WeldingReading


T = TypeVar("T", bound="WeldingRealTimeReading")


@_attrs_define
class WeldingRealTimeReading:
    """The newest reading of one device, with the static welding fields (`use_dynamic_fields=false`).

    Attributes:
        type_code (str): Code of the device type. Example: welding.
        sampled_at (datetime.datetime): All values were current at this moment or later. Example:
            2026-03-02T08:00:05+08:00.
        source (Source): Where the response comes from. `snapshot`: the last tick of the sampler. `query`: the stores,
            at most one sampling period
            ago. `memory`: the last result of the stores (as of `sampled_at`), because at least one of them is unavailable
            or slow.
        item (WeldingReading): The newest reading of a welding machine, with the static welding fields.
    """

    type_code: str
    sampled_at: datetime.datetime
    source: Source
    item: WeldingReading

    def to_dict(self) -> dict[str, Any]:
        type_code = self.type_code

        sampled_at = self.sampled_at.isoformat()

        source = self.source.value

        item = self.item.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type_code": type_code,
                "sampled_at": sampled_at,
                "source": source,
                "item": item,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.welding_reading import WeldingReading

        d = dict(src_dict)
        type_code = d.pop("type_code")

        sampled_at = datetime.datetime.fromisoformat(d.pop("sampled_at"))

        source = Source(d.pop("source"))

        item = WeldingReading.from_dict(d.pop("item"))

        welding_real_time_reading = cls(
            type_code=type_code,
            sampled_at=sampled_at,
            source=source,
            item=item,
        )

        return welding_real_time_reading
