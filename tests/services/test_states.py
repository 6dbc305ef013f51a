"""Reading the state time of devices."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.state_time import days_between
from arcbeat.services.states import state_times
from tests.domain.states.test_state_time import MINUTE, RULES, T0, days_of
from tests.support.fakes import FakeHistory

TABLE = SuperTable("test_db", "welding_real_data")


async def test_too_many_days_of_too_many_devices_are_rejected_before_anything_is_read() -> None:
    store = FakeHistory([])
    days = days_between(date(2024, 4, 1), date(2024, 4, 11), ZoneInfo("UTC"), T0)

    with pytest.raises(InvalidValue):
        await state_times(store, TABLE, [f"M{number}" for number in range(28)], days, RULES)

    assert (store.queries, store.run_queries) == ([], [])
    assert len(await state_times(store, TABLE, [f"M{number}" for number in range(27)], days, RULES)) == 27


async def test_with_a_long_gap_only_the_last_reading_before_the_first_day_is_read() -> None:
    rules = replace(RULES, max_gap=timedelta(days=400))
    rows = [Reading("M1", T0 + hour * 60 * MINUTE, {"device_status": "焊接"}) for hour in range(-10_000, -30)]
    store = FakeHistory(rows)

    [[day]] = await state_times(store, TABLE, ["M1"], days_of(1), rules)

    assert day.states["焊接"] == timedelta(hours=1)
    assert [query.limit for query in store.queries] == [100]
    assert min(query.start for query in store.run_queries) == T0 - timedelta(days=1)


async def test_nothing_is_read_for_no_days() -> None:
    store = FakeHistory([])

    assert await state_times(store, TABLE, ["M1"], [], RULES) == [[]]
    assert (store.queries, store.run_queries) == ([], [])
