"""Operations for the board of a shop floor: statistics, and counts of devices by state."""

from collections.abc import Mapping, Sequence
from typing import Any

from arcbeat.domain.board import StatisticQuery, Statistics
from arcbeat.domain.catalogue.device_types import Field
from arcbeat.domain.device_counts import CountedDevices, StateCounts
from arcbeat.domain.schema.columns import Value, encodable_value
from arcbeat.domain.time.clock import Clock
from handlers._http import preferred_language
from handlers._time import parse_time_zone


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
    counted_devices: CountedDevices, *, type_code: str, team_name: str | None, max_age: float | None
) -> dict[str, Any]:
    """Return how many devices of a type, and of each team, are in which state."""
    found = await counted_devices.read(type_code, team_name, max_age_seconds=max_age)
    counts = found.counts
    return {
        "type_code": found.device_type.type_code,
        "sampled_at": found.sampled_at,
        "newest_reading_at": counts.newest_reading_at,
        "source": found.source,
        **_counts_body(counts.all_teams),
        "by_freshness": {str(freshness): devices for freshness, devices in counts.by_freshness.items()},
        "by_team": [{"team_name": team, **_counts_body(each)} for team, each in counts.by_team.items()],
    }


def _counts_body(counts: StateCounts) -> dict[str, Any]:
    return {
        "total": counts.total,
        "online": counts.online,
        "offline": counts.offline,
        "by_state": [{"state": state, "devices": devices} for state, devices in counts.by_state.items()],
    }


def _values_body(fields: Sequence[Field], values: Mapping[str, Value]) -> dict[str, Value]:
    return {field.name: encodable_value(field.type, values.get(field.name)) for field in fields}
