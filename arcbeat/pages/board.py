"""The statistics of the board, through a short memory: the dictionary and the table, each asked once a sampling."""

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

MAX_ENTRIES = 1_000
MAX_STATISTICS = 100
"""Each may have a year of days."""


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
            (table, query.days, query.zone.key),
            lambda: read_statistic(self._store, table, query, self._clock),
            max_age_seconds,
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
