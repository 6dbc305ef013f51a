from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.source import Source

if TYPE_CHECKING:
    from ..models.welding_reading import WeldingReading


T = TypeVar("T", bound="WeldingRealTimePage")


@_attrs_define
class WeldingRealTimePage:
    """A page with the static welding fields (`use_dynamic_fields=false`).

    Attributes:
        items (list[WeldingReading]): One row per device, ordered by device_code or as `sort` says.
        page (int): Page number; the first page is 1. Example: 1.
        page_size (int): Maximum number of items per page. Example: 10.
        total (int): Number of devices that match. Example: 240.
        type_code (str): Code of the device type. Example: welding.
        sampled_at (datetime.datetime): All values were current at this moment or later. Example:
            2026-03-02T08:00:05+08:00.
        source (Source): Where the response comes from. `snapshot`: the last tick of the sampler. `query`: the stores,
            at most one sampling period
            ago. `memory`: the last result of the stores (as of `sampled_at`), because at least one of them is unavailable
            or slow.
    """

    items: list[WeldingReading]
    page: int
    page_size: int
    total: int
    type_code: str
    sampled_at: datetime.datetime
    source: Source

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        page = self.page

        page_size = self.page_size

        total = self.total

        type_code = self.type_code

        sampled_at = self.sampled_at.isoformat()

        source = self.source.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "items": items,
                "page": page,
                "page_size": page_size,
                "total": total,
                "type_code": type_code,
                "sampled_at": sampled_at,
                "source": source,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.welding_reading import WeldingReading

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = WeldingReading.from_dict(items_item_data)

            items.append(items_item)

        page = d.pop("page")

        page_size = d.pop("page_size")

        total = d.pop("total")

        type_code = d.pop("type_code")

        sampled_at = datetime.datetime.fromisoformat(d.pop("sampled_at"))

        source = Source(d.pop("source"))

        welding_real_time_page = cls(
            items=items,
            page=page,
            page_size=page_size,
            total=total,
            type_code=type_code,
            sampled_at=sampled_at,
            source=source,
        )

        return welding_real_time_page
