"""The statistics of the board, also while a store is unavailable."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.board import StatisticQuery
from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.errors import StatisticTableMissing, StoreUnavailable, UnknownStatistic
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.readings import Window, WindowQuery
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.pages.board import BoardStatistics
from tests.support.clocks import Clock
from tests.support.fakes import FakeDictionary

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = StatisticQuery(dict_name="board", data_label="rate", days=0, zone=ZoneInfo("UTC"))
RATE = DictData(id=1, dict_type_id=2, data_label="rate", data_value="weld_rate")


class OneRow:
    """A store with one table of one column and one row; raises ``failure`` if that is set."""

    def __init__(self) -> None:
        self.described: list[SuperTable] = []
        self.failure: Exception | None = None

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        self.described.append(table)
        if self.failure:
            raise self.failure
        return [Column(name="ts", type=ColumnType.TIMESTAMP), Column(name="online_rate", type=ColumnType.DOUBLE)]

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None:  # noqa: ARG002 -- only one
        return {"ts": NOON, "online_rate": 71.5, "device_code": "all"}

    async def windows(self, table: SuperTable, query: WindowQuery) -> Sequence[Window]:
        raise NotImplementedError


class UnavailableDictionary(FakeDictionary):
    """A dictionary that cannot be reached while ``is_unavailable``."""

    def __init__(self) -> None:
        super().__init__()
        self.is_unavailable = False

    async def find(self, dict_name: str, data_label: str) -> DictData | None:
        if self.is_unavailable:
            raise StoreUnavailable
        return await super().find(dict_name, data_label)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def store() -> OneRow:
    return OneRow()


@pytest.fixture
def dictionary() -> UnavailableDictionary:
    dictionary = UnavailableDictionary()
    dictionary.data["board", "rate"] = RATE
    return dictionary


@pytest.fixture
def statistics(dictionary: UnavailableDictionary, store: OneRow, clock: Clock) -> BoardStatistics:
    return BoardStatistics(dictionary, store, clock, database="hlzg_db", max_age_seconds=5)


async def test_a_statistic_is_read_once_per_sampling_period(
    statistics: BoardStatistics, store: OneRow, clock: Clock
) -> None:
    first = await statistics.read(TODAY, max_age_seconds=None)
    clock.pass_seconds(4)
    second = await statistics.read(TODAY, max_age_seconds=None)
    clock.pass_seconds(4)
    third = await statistics.read(TODAY, max_age_seconds=None)

    assert first.statistic.values == {"online_rate": 71.5}
    assert [first.sampled_at, second.sampled_at] == [NOON, NOON]
    assert third.sampled_at == NOON + timedelta(seconds=8)
    assert store.described == [SuperTable("hlzg_db", "weld_rate")] * 2
    assert statistics.sizes() == {"dictionary": 1, "statistics": 1}


async def test_while_the_store_is_unavailable_the_last_statistic_is_returned_with_its_sampled_at(
    statistics: BoardStatistics, store: OneRow, clock: Clock
) -> None:
    await statistics.read(TODAY, max_age_seconds=None)
    store.failure = StoreUnavailable()
    clock.pass_seconds(600)

    statistic = await statistics.read(TODAY, max_age_seconds=None)

    assert (statistic.statistic.values, statistic.source, statistic.sampled_at) == (
        {"online_rate": 71.5},
        Source.MEMORY,
        NOON,
    )


async def test_while_the_dictionary_is_unavailable_the_last_statistic_is_returned(
    statistics: BoardStatistics, dictionary: UnavailableDictionary, clock: Clock
) -> None:
    await statistics.read(TODAY, max_age_seconds=None)
    dictionary.is_unavailable = True
    clock.pass_seconds(600)

    statistic = await statistics.read(TODAY, max_age_seconds=None)

    assert (statistic.statistic.values, statistic.source, statistic.sampled_at) == (
        {"online_rate": 71.5},
        Source.MEMORY,
        NOON,
    )


async def test_max_age_0_raises_the_error_of_a_store_that_is_unavailable(
    statistics: BoardStatistics, store: OneRow
) -> None:
    await statistics.read(TODAY, max_age_seconds=None)
    store.failure = StoreUnavailable()

    with pytest.raises(StoreUnavailable):
        await statistics.read(TODAY, max_age_seconds=0)


async def test_an_unknown_statistic_is_not_cached(
    statistics: BoardStatistics, dictionary: UnavailableDictionary
) -> None:
    dictionary.data.clear()
    with pytest.raises(UnknownStatistic, match="board has no enabled data labelled rate"):
        await statistics.read(TODAY, max_age_seconds=None)
    dictionary.data["board", "rate"] = RATE

    assert (await statistics.read(TODAY, max_age_seconds=None)).statistic.ts == NOON


async def test_a_change_of_the_dictionary_takes_effect_at_once(
    statistics: BoardStatistics, dictionary: UnavailableDictionary, store: OneRow
) -> None:
    await statistics.read(TODAY, max_age_seconds=None)
    dictionary.data["board", "rate"] = replace(RATE, data_value="other_db.rate")
    statistics.expire_dictionary()

    statistic = await statistics.read(TODAY, max_age_seconds=None)

    assert (statistic.table, statistic.source) == (SuperTable("other_db", "rate"), Source.QUERY)
    assert store.described == [SuperTable("hlzg_db", "weld_rate"), SuperTable("other_db", "rate")]


async def test_an_invalid_table_name_never_reaches_the_store(
    statistics: BoardStatistics, dictionary: UnavailableDictionary, store: OneRow
) -> None:
    dictionary.data["board", "rate"] = DictData(dict_type_id=2, data_label="rate", data_value="x; drop table y")

    with pytest.raises(StatisticTableMissing):
        await statistics.read(TODAY, max_age_seconds=None)
    assert store.described == []
