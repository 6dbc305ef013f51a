from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.day_statistics import DayStatistics


T = TypeVar("T", bound="JobStatistics")


@_attrs_define
class JobStatistics:
    """Runs by job and day.

    Attributes:
        first_day (datetime.date): First day in UTC. Example: 2026-02-24.
        last_day (datetime.date): Last day, which is today in UTC. Example: 2026-03-02.
        items (list[DayStatistics]): One item per job and day with runs, ordered by day, then by job.
    """

    first_day: datetime.date
    last_day: datetime.date
    items: list[DayStatistics]

    def to_dict(self) -> dict[str, Any]:
        first_day = self.first_day.isoformat()

        last_day = self.last_day.isoformat()

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "first_day": first_day,
                "last_day": last_day,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.day_statistics import DayStatistics

        d = dict(src_dict)
        first_day = datetime.date.fromisoformat(d.pop("first_day"))

        last_day = datetime.date.fromisoformat(d.pop("last_day"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = DayStatistics.from_dict(items_item_data)

            items.append(items_item)

        job_statistics = cls(
            first_day=first_day,
            last_day=last_day,
            items=items,
        )

        return job_statistics
