"""The statistics of the board, through a short memory: the dictionary and the table, each asked once a sampling."""

from collections.abc import Sequence

from arcbeat.caching import ReadThroughCache
from arcbeat.domain.board import (
    SampledStatistic,
    Statistic,
    StatisticQuery,
    TrendDay,
    last_days,
    statistic_fields,
    statistic_table,
    thresholds_of,
    trend_of,
)
from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.dictionary.ports import DictionaryLookup
from arcbeat.domain.errors import StatisticEmpty, StatisticTableMissing, StoreObjectMissing, UnknownStatistic
from arcbeat.domain.readings.appending import TIMESTAMP
from arcbeat.domain.readings.columns import Column, ValueRejected, check_timestamp
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.ports import StatisticSource
from arcbeat.domain.readings.readings import CLOCK_SKEW_MAX, Aggregate, SuperTable
from arcbeat.domain.readings.windows import WindowRequest, windows_of
from arcbeat.domain.time.clock import Clock
from arcbeat.domain.time.intervals import Interval
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.domain.time.zones import midnight

MAX_ENTRIES = 1_000
MAX_STATISTICS = 100
"""Each may have a year of days."""
A_DAY = Interval.parse("1d")


class BoardStatistics:
    """The Statistics port over the dictionary and the store of the readings."""

    def __init__(
        self,
        dictionary: DictionaryLookup,
        store: StatisticSource,
        clock: Clock,
        *,
        database: str,
        max_age_seconds: float,
    ) -> None:
        """``database`` is that of tables whose name has none."""
        self._dictionary = dictionary
        self._store = store
        self._clock = clock
        self._database = database
        self._entries: ReadThroughCache[tuple[str, str], DictData] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, max_entries=MAX_ENTRIES
        )
        self._statistics: ReadThroughCache[tuple[SuperTable, int, str], Statistic] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, max_entries=MAX_STATISTICS
        )

    def sizes(self) -> dict[str, float]:
        """How many entries are remembered, by kind."""
        return {"dictionary": float(len(self._entries)), "statistics": float(len(self._statistics))}

    def expire_dictionary(self) -> None:
        """Somebody has changed it; what is asked next is looked up again."""
        self._entries.expire()

    async def read(self, query: StatisticQuery, *, max_age_seconds: float | None) -> SampledStatistic:
        entry = await self._entries.get(
            (query.dict_name, query.data_label), lambda: self._look_up(query), max_age_seconds
        )
        table = statistic_table(entry.value, self._database)
        known = await self._statistics.get(
            (table, query.days, query.zone.key), lambda: self._ask(table, query), max_age_seconds
        )
        return SampledStatistic(
            table=table,
            thresholds=thresholds_of(entry.value),
            statistic=known.value,
            sampled_at=min(entry.asked_at, known.asked_at),
            source=Source.MEMORY if entry.outdated or known.outdated else Source.QUERY,
        )

    async def _look_up(self, query: StatisticQuery) -> DictData:
        found = await self._dictionary.find(query.dict_name, query.data_label)
        if found is None:
            raise UnknownStatistic(
                f"The dictionary type {query.dict_name} has no enabled data labelled {query.data_label}; add it with "
                "POST /api/v1/dict/data, or correct dict_name and data_label."
            )
        return found

    async def _ask(self, table: SuperTable, query: StatisticQuery) -> Statistic:
        try:
            return await self._read(table, query)
        except (StoreObjectMissing, ValueRejected) as missing:
            raise StatisticTableMissing(
                f"The dictionary names {table}, and the store has no such table with timestamps in a column ts; create "
                "it, or correct the data_value in the dictionary."
            ) from missing

    async def _read(self, table: SuperTable, query: StatisticQuery) -> Statistic:
        columns = await self._store.describe(table)
        row = await self._store.newest_row(table)
        if row is None:
            raise StatisticEmpty(f"{table} has no rows yet; check the job that is to fill it.")
        fields = statistic_fields(columns)
        values = {field.name: row.get(field.name) for field in fields}
        return Statistic(
            fields=fields,
            ts=check_timestamp(row[TIMESTAMP]),
            values=values,
            trend=await self._trend(table, query, [column for column in columns if column.name in values]),
        )

    async def _trend(self, table: SuperTable, query: StatisticQuery, columns: Sequence[Column]) -> list[TrendDay]:
        now = self._clock()
        days = last_days(query.days, query.zone, now)
        if not days or not columns:
            return [TrendDay(day, {}) for day in days]
        request = WindowRequest(
            device_codes=None,
            within=TimeRange(midnight(days[0], query.zone), now + CLOCK_SKEW_MAX),
            zone=query.zone,
            interval=A_DAY,
            columns=tuple(columns),
            aggregates=(Aggregate.LAST,),
        )
        return trend_of(days, await windows_of(self._store, table, request), query.zone)
