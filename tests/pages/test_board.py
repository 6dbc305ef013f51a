"""The statistics of the board, and what of them is known while a store is away."""

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
    """A table of one column and one row; ``failure`` is raised instead, where there is one."""

    def __init__(self) -> None:
        self.asked: list[SuperTable] = []
        self.failure: Exception | None = None

    async def describe(self, table: SuperTable) -> Sequence[Column]:
        self.asked.append(table)
        if self.failure:
            raise self.failure
        return [Column(name="ts", type=ColumnType.TIMESTAMP), Column(name="online_rate", type=ColumnType.DOUBLE)]

    async def newest_row(self, table: SuperTable) -> Mapping[str, Value] | None:  # noqa: ARG002 -- only one
        return {"ts": NOON, "online_rate": 71.5, "device_code": "all"}

    async def windows(self, table: SuperTable, query: WindowQuery) -> Sequence[Window]:
        raise NotImplementedError


class AwayDictionary(FakeDictionary):
    """Cannot be reached while ``away``."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False

    async def find(self, dict_name: str, data_label: str) -> DictData | None:
        if self.away:
            raise StoreUnavailable
        return await super().find(dict_name, data_label)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def store() -> OneRow:
    return OneRow()


@pytest.fixture
def dictionary() -> AwayDictionary:
    dictionary = AwayDictionary()
    dictionary.data["board", "rate"] = RATE
    return dictionary


@pytest.fixture
def statistics(dictionary: AwayDictionary, store: OneRow, clock: Clock) -> BoardStatistics:
    return BoardStatistics(dictionary, store, clock, database="hlzg_db", max_age_seconds=5)


async def test_a_statistic_is_asked_for_once_a_sampling(
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
    assert store.asked == [SuperTable("hlzg_db", "weld_rate")] * 2
    assert statistics.sizes() == {"dictionary": 1, "statistics": 1}


async def test_while_the_store_is_away_what_it_said_last_is_shown_with_its_age(
    statistics: BoardStatistics, store: OneRow, clock: Clock
) -> None:
    await statistics.read(TODAY, max_age_seconds=None)
    store.failure = StoreUnavailable()
    clock.pass_seconds(600)

    known = await statistics.read(TODAY, max_age_seconds=None)

    assert (known.statistic.values, known.source, known.sampled_at) == ({"online_rate": 71.5}, Source.MEMORY, NOON)


async def test_the_board_goes_on_while_the_dictionary_is_away(
    statistics: BoardStatistics, dictionary: AwayDictionary, clock: Clock
) -> None:
    await statistics.read(TODAY, max_age_seconds=None)
    dictionary.away = True
    clock.pass_seconds(600)

    known = await statistics.read(TODAY, max_age_seconds=None)

    assert (known.statistic.values, known.source, known.sampled_at) == ({"online_rate": 71.5}, Source.MEMORY, NOON)


async def test_who_wants_it_new_is_told_that_a_store_is_away(statistics: BoardStatistics, store: OneRow) -> None:
    await statistics.read(TODAY, max_age_seconds=None)
    store.failure = StoreUnavailable()

    with pytest.raises(StoreUnavailable):
        await statistics.read(TODAY, max_age_seconds=0)


async def test_what_the_dictionary_did_not_know_it_is_asked_again(
    statistics: BoardStatistics, dictionary: AwayDictionary
) -> None:
    dictionary.data.clear()
    with pytest.raises(UnknownStatistic, match="board has no enabled data labelled rate"):
        await statistics.read(TODAY, max_age_seconds=None)
    dictionary.data["board", "rate"] = RATE

    assert (await statistics.read(TODAY, max_age_seconds=None)).statistic.ts == NOON


async def test_what_the_dictionary_says_now_counts_once_somebody_has_changed_it(
    statistics: BoardStatistics, dictionary: AwayDictionary, store: OneRow
) -> None:
    await statistics.read(TODAY, max_age_seconds=None)
    dictionary.data["board", "rate"] = replace(RATE, data_value="other_db.rate")
    statistics.expire_dictionary()

    known = await statistics.read(TODAY, max_age_seconds=None)

    assert (known.table, known.source) == (SuperTable("other_db", "rate"), Source.QUERY)
    assert store.asked == [SuperTable("hlzg_db", "weld_rate"), SuperTable("other_db", "rate")]


async def test_a_name_that_no_table_can_have_never_reaches_the_store(
    statistics: BoardStatistics, dictionary: AwayDictionary, store: OneRow
) -> None:
    dictionary.data["board", "rate"] = DictData(dict_type_id=2, data_label="rate", data_value="x; drop table y")

    with pytest.raises(StatisticTableMissing):
        await statistics.read(TODAY, max_age_seconds=None)
    assert store.asked == []
