from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.board_statistics_freshness import BoardStatisticsFreshness
from ..models.source import Source

if TYPE_CHECKING:
    from ..models.statistic_field import StatisticField
    from ..models.statistic_values import StatisticValues
    from ..models.trend_day import TrendDay


T = TypeVar("T", bound="BoardStatistics")


@_attrs_define
class BoardStatistics:
    """A statistic of the board with its trend.

    Attributes:
        dict_name (str): Name of the dictionary type. Example: 焊机统计指标对照.
        data_label (str): Label of the statistic. Example: 平均在线率（日）.
        super_table (str): The super table that the dictionary names. Example: hlzg_db.weld_online_rate_daily.
        ts (datetime.datetime): Timestamp of the newest row. Example: 2026-03-02T00:00:00+08:00.
        freshness (BoardStatisticsFreshness): Age of the newest row, by the thresholds of the dictionary data. Without
            thresholds a row is live for 25 hours and late
            for 49.
        sampled_at (datetime.datetime): All values were current at this moment or later. Example:
            2026-03-02T08:00:05+08:00.
        source (Source): Where the response comes from. `snapshot`: the last tick of the sampler. `query`: the stores,
            at most one sampling period
            ago. `memory`: the last result of the stores (as of `sampled_at`), because at least one of them is unavailable
            or slow.
        fields (list[StatisticField]): The columns of the table.
        values (StatisticValues): Values by field name. Every field is present. Varbinary is hexadecimal text,
            timestamps are RFC 3339, and bigint and
            bigint unsigned are strings of digits.
             Example: {'welding_minutes': 312.5, 'total_minutes': 1440, 'online_rate': 61.3}.
        time_zone (str): The time zone of the trend's days. Example: Asia/Shanghai.
        trend (list[TrendDay]): The last days, ending with today. Each value is the last one of its field within the
            day; null if there is none.
    """

    dict_name: str
    data_label: str
    super_table: str
    ts: datetime.datetime
    freshness: BoardStatisticsFreshness
    sampled_at: datetime.datetime
    source: Source
    fields: list[StatisticField]
    values: StatisticValues
    time_zone: str
    trend: list[TrendDay]

    def to_dict(self) -> dict[str, Any]:
        dict_name = self.dict_name

        data_label = self.data_label

        super_table = self.super_table

        ts = self.ts.isoformat()

        freshness = self.freshness.value

        sampled_at = self.sampled_at.isoformat()

        source = self.source.value

        fields = []
        for fields_item_data in self.fields:
            fields_item = fields_item_data.to_dict()
            fields.append(fields_item)

        values = self.values.to_dict()

        time_zone = self.time_zone

        trend = []
        for trend_item_data in self.trend:
            trend_item = trend_item_data.to_dict()
            trend.append(trend_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "dict_name": dict_name,
                "data_label": data_label,
                "super_table": super_table,
                "ts": ts,
                "freshness": freshness,
                "sampled_at": sampled_at,
                "source": source,
                "fields": fields,
                "values": values,
                "time_zone": time_zone,
                "trend": trend,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.statistic_field import StatisticField
        from ..models.statistic_values import StatisticValues
        from ..models.trend_day import TrendDay

        d = dict(src_dict)
        dict_name = d.pop("dict_name")

        data_label = d.pop("data_label")

        super_table = d.pop("super_table")

        ts = datetime.datetime.fromisoformat(d.pop("ts"))

        freshness = BoardStatisticsFreshness(d.pop("freshness"))

        sampled_at = datetime.datetime.fromisoformat(d.pop("sampled_at"))

        source = Source(d.pop("source"))

        fields = []
        _fields = d.pop("fields")
        for fields_item_data in _fields:
            fields_item = StatisticField.from_dict(fields_item_data)

            fields.append(fields_item)

        values = StatisticValues.from_dict(d.pop("values"))

        time_zone = d.pop("time_zone")

        trend = []
        _trend = d.pop("trend")
        for trend_item_data in _trend:
            trend_item = TrendDay.from_dict(trend_item_data)

            trend.append(trend_item)

        board_statistics = cls(
            dict_name=dict_name,
            data_label=data_label,
            super_table=super_table,
            ts=ts,
            freshness=freshness,
            sampled_at=sampled_at,
            source=source,
            fields=fields,
            values=values,
            time_zone=time_zone,
            trend=trend,
        )

        return board_statistics
