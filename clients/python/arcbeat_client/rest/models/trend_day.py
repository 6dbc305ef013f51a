from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.statistic_values import StatisticValues


T = TypeVar("T", bound="TrendDay")


@_attrs_define
class TrendDay:
    """One day of the trend.

    Attributes:
        day (datetime.date): The day in `time_zone`. Example: 2026-03-02.
        values (StatisticValues): Values by field name. Every field is present. Varbinary is hexadecimal text,
            timestamps are RFC 3339, and bigint and
            bigint unsigned are strings of digits.
             Example: {'welding_minutes': 312.5, 'total_minutes': 1440, 'online_rate': 61.3}.
    """

    day: datetime.date
    values: StatisticValues

    def to_dict(self) -> dict[str, Any]:
        day = self.day.isoformat()

        values = self.values.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "day": day,
                "values": values,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.statistic_values import StatisticValues

        d = dict(src_dict)
        day = datetime.date.fromisoformat(d.pop("day"))

        values = StatisticValues.from_dict(d.pop("values"))

        trend_day = cls(
            day=day,
            values=values,
        )

        return trend_day
