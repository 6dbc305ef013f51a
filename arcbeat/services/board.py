"""Reads the statistics of the board from their tables."""

from collections.abc import Sequence

from arcbeat.domain.board import Statistic, StatisticQuery, TrendDay, last_days, statistic_fields, trend_of
from arcbeat.domain.errors import StatisticEmpty, StatisticTableMissing, StoreObjectMissing
from arcbeat.domain.readings.ports import StatisticSource
from arcbeat.domain.readings.readings import CLOCK_SKEW_MAX, Aggregate
from arcbeat.domain.readings.windows import WindowRequest
from arcbeat.domain.schema.columns import TIMESTAMP, Column, ValueRejected, check_timestamp
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import Clock
from arcbeat.domain.time.intervals import Interval
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.domain.time.zones import midnight
from arcbeat.services.windows import read_windows

ONE_DAY = Interval(1, "d")


async def read_statistic(store: StatisticSource, table: SuperTable, query: StatisticQuery, clock: Clock) -> Statistic:
    """Return the newest row of a table and its trend.

    Raises:
        StatisticTableMissing: the store does not have the table, or its ts is not a timestamp.
        StatisticEmpty: the table has no rows.
        StoreError: the store failed.
    """
    try:
        return await _read(store, table, query, clock)
    except (StoreObjectMissing, ValueRejected) as missing:
        raise StatisticTableMissing(
            f"The dictionary names {table}, and the store has no such table with timestamps in a column ts; create it, "
            "or correct the data_value in the dictionary."
        ) from missing


async def _read(store: StatisticSource, table: SuperTable, query: StatisticQuery, clock: Clock) -> Statistic:
    columns = await store.describe(table)
    row = await store.newest_row(table)
    if row is None:
        raise StatisticEmpty(f"{table} has no rows yet; check the job that fills it.")
    fields = statistic_fields(columns)
    values = {field.name: row.get(field.name) for field in fields}
    return Statistic(
        fields=fields,
        ts=check_timestamp(row[TIMESTAMP]),
        values=values,
        trend=await _read_trend(store, table, query, [each for each in columns if each.name in values], clock),
    )


async def _read_trend(
    store: StatisticSource, table: SuperTable, query: StatisticQuery, columns: Sequence[Column], clock: Clock
) -> list[TrendDay]:
    now = clock()
    days = last_days(query.days, query.zone, now)
    if not days or not columns:
        return [TrendDay(day, {}) for day in days]
    request = WindowRequest(
        device_codes=None,
        within=TimeRange(midnight(days[0], query.zone), now + CLOCK_SKEW_MAX),
        zone=query.zone,
        interval=ONE_DAY,
        columns=tuple(columns),
        aggregates=(Aggregate.LAST,),
    )
    return trend_of(days, await read_windows(store, table, request), query.zone)
