"""The statistics of the board, cached: dictionary data and tables are read at most once per sampling period."""

from arcbeat.caching import ReadThroughCache
from arcbeat.domain.board import (
    SampledStatistic,
    Statistic,
    StatisticQuery,
    statistic_table,
    thresholds_of,
)
from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.dictionary.ports import DictionaryLookup
from arcbeat.domain.errors import UnknownStatistic
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.ports import StatisticSource
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import Clock
from arcbeat.services.board import read_statistic

DICT_DATA_MAX = 1_000
STATISTICS_MAX = 100
"""Each of them may have a trend of a year of days."""


class BoardStatistics:
    """Implements the Statistics port with the dictionary and the readings store."""

    def __init__(
        self,
        dictionary: DictionaryLookup,
        store: StatisticSource,
        clock: Clock,
        *,
        database: str,
        max_age_seconds: float,
    ) -> None:
        """``database`` is the database of tables that the dictionary names without one."""
        self._dictionary = dictionary
        self._store = store
        self._clock = clock
        self._database = database
        self._dict_data: ReadThroughCache[tuple[str, str], DictData] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, entries_max=DICT_DATA_MAX
        )
        self._statistics: ReadThroughCache[tuple[SuperTable, int, str], Statistic] = ReadThroughCache(
            clock, max_age_seconds=max_age_seconds, entries_max=STATISTICS_MAX
        )

    def sizes(self) -> dict[str, float]:
        """Return the number of cached entries by kind."""
        return {"dictionary": float(len(self._dict_data)), "statistics": float(len(self._statistics))}

    def expire_dictionary(self) -> None:
        """Read dictionary data again before it is next used, because the dictionary was changed."""
        self._dict_data.expire()

    async def read(self, query: StatisticQuery, *, max_age_seconds: float | None) -> SampledStatistic:
        data = await self._dict_data.get(
            (query.dict_name, query.data_label), lambda: self._look_up(query), max_age_seconds
        )
        table = statistic_table(data.value, self._database)
        statistic = await self._statistics.get(
            (table, query.days, query.zone.key),
            lambda: read_statistic(self._store, table, query, self._clock),
            max_age_seconds,
        )
        return SampledStatistic(
            table=table,
            thresholds=thresholds_of(data.value),
            statistic=statistic.value,
            sampled_at=min(data.read_at, statistic.read_at),
            source=Source.MEMORY if data.outdated or statistic.outdated else Source.QUERY,
        )

    async def _look_up(self, query: StatisticQuery) -> DictData:
        found = await self._dictionary.find(query.dict_name, query.data_label)
        if found is None:
            raise UnknownStatistic(
                f"The dictionary type {query.dict_name} has no enabled data labelled {query.data_label}; add it with "
                "POST /api/v1/dict/data, or correct dict_name and data_label."
            )
        return found
