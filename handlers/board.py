"""Operations for the board of a shop floor: statistics, and counts of devices by state."""

from collections.abc import Mapping, Sequence
from typing import Any

from arcbeat.domain.board import StatisticQuery, Statistics, count_devices
from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.readings.latest import PageQuery
from arcbeat.domain.readings.ports import LatestPages
from arcbeat.domain.schema.columns import Value, encodable_value
from arcbeat.domain.time.clock import Clock
from handlers._http import preferred_language
from handlers._time import parse_time_zone

DEVICES_MAX = 200_000
"""The largest number of devices that are counted."""


async def get_board_statistics(
    statistics: Statistics,
    clock: Clock,
    *,
    dict_name: str,
    data_label: str,
    days: int,
    time_zone: str,
    max_age: float | None,
    accept_language: str | None,
) -> dict[str, Any]:
    """Return the newest row of the table that the dictionary names for a statistic, and its trend over some days."""
    query = StatisticQuery(dict_name=dict_name, data_label=data_label, days=days, zone=parse_time_zone(time_zone))
    sampled = await statistics.read(query, max_age_seconds=max_age)
    found, language = sampled.statistic, preferred_language(accept_language)
    return {
        "dict_name": dict_name,
        "data_label": data_label,
        "super_table": str(sampled.table),
        "ts": found.ts,
        "freshness": sampled.thresholds.freshness(found.ts, clock()),
        "sampled_at": sampled.sampled_at,
        "source": sampled.source,
        "fields": [
            {"name": field.name, "label": field.label.text(language), "unit": field.unit, "type": field.type}
            for field in found.fields
        ],
        "values": _values_body(found.fields, found.values),
        "time_zone": time_zone,
        "trend": [{"day": each.day, "values": _values_body(found.fields, each.values)} for each in found.trend],
    }


async def get_board_status(
    pages: LatestPages, *, type_code: str, team_name: str | None, max_age: float | None
) -> dict[str, Any]:
    """Return how many devices of a type are in which state."""
    where = DeviceFilter(team_name=team_name)
    query = PageQuery(type_code=type_code, devices=where, offset=0, limit=DEVICES_MAX, max_age_seconds=max_age)
    found = await pages.page(query)
    counts = count_devices(found)
    return {
        "type_code": found.device_type.type_code,
        "sampled_at": found.sampled_at,
        "source": found.source,
        "total": counts.total,
        "online": counts.online,
        "offline": counts.offline,
        "by_state": [{"state": state, "devices": devices} for state, devices in counts.by_state.items()],
        "by_freshness": {str(freshness): devices for freshness, devices in counts.by_freshness.items()},
    }


def _values_body(fields: Sequence[Field], values: Mapping[str, Value]) -> dict[str, Value]:
    return {field.name: encodable_value(field.type, values.get(field.name)) for field in fields}
