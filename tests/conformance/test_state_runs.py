"""State runs on every store, compared with the computation reading by reading, for any history."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from typing import cast
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import Result
from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import HistoryQuery, Reading
from arcbeat.domain.schema.columns import Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.runs import QueryTooLarge, StateRun, StateRunQuery
from arcbeat.domain.states.state_time import StateRules, days_between
from arcbeat.services.state_runs import read_runs
from arcbeat.services.states import state_times
from tests.conformance.columns import EVERY_TYPE, LINE_PASS
from tests.conformance.conftest import CreateTable
from tests.conformance.harness import Harness
from tests.support.state_reference import SILENT, runs_by_reading, time_by_reading

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)
DEVICES = ("A/1", "b2", "焊机 3")
"""Devices of one example; each example adds a number to their codes."""
MOMENTS = {
    "a midnight": datetime(2024, 3, 30, 23, tzinfo=UTC),
    "a change to summer time": datetime(2024, 3, 31, 1, tzinfo=UTC),
    "a noon": datetime(2024, 3, 31, 12, tzinfo=UTC),
}
STATES: Mapping[str, Sequence[Value]] = {
    "text": ("焊接", "焊机", "焊机 ", "a", "A", "~", "", None),
    "bytes_text": ("weld", "welding", "w", "", None),
    "flag": (True, False, None),
    "tiny": (-128, 0, 1, 127, None),
    "whole": (-(2**31), 0, 1, 10, None),
    "big": (-(2**63), 2**53 + 1, 2**53 + 2, None),
    "big_u": (0, 2**64 - 1, 2**64 - 2, None),
    "single": (0.0, 0.5, -0.5, None),
    "dual": (0.0, 0.1, 1e300, None),
    "moment": (datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC), None),
}

Row = tuple[int, int, int, bool, int]
"""Device, subtable, multiple of five seconds, whether the ts is a little later, and state: as numbers."""

_examples = count(1)


def _random_rows(number: int, spread: int, chance: random.Random) -> list[Row]:
    """Return rows of all devices; hypothesis alone prefers histories that are too short to be mixed."""
    subtables = chance.choice([[0], [0, 1], [0, 0, 0, 1, 2]])
    return [
        (
            chance.randrange(len(DEVICES)),
            chance.choice(subtables),
            chance.randint(-spread, spread),
            chance.random() < 0.25,
            chance.choice([0, 0, 1, 2, 3, 4, 5, 6, 7]),
        )
        for _ in range(number)
    ]


_rows = st.builds(_random_rows, st.integers(0, 40), st.sampled_from([5, 20]), st.integers(0, 2**32).map(random.Random))
_gaps = st.sampled_from(
    [5 * SECOND, 4.999 * SECOND, 5.001 * SECOND, 0.0004 * SECOND, 12 * SECOND, 60 * SECOND, timedelta(days=2)]
)


@pytest_asyncio.fixture(scope="module")
async def every_type(create_table: CreateTable) -> SuperTable:
    return await create_table(EVERY_TYPE)


@pytest.fixture(scope="session")
def tdengine(harness: Harness) -> Harness:
    """TDengine alone has several rows of one device and one timestamp."""
    return harness


class History:
    """The rows of one example in a store.

    Attributes:
        codes: the devices.
    """

    def __init__(self, harness: Harness, table: SuperTable, field: str, around: datetime) -> None:
        self._harness = harness
        self._table = table
        self._field = field
        self._around = around
        self._number = next(_examples)
        self.codes = [f"{name} {self._number}" for name in DEVICES]

    async def insert(self, rows: Sequence[Row]) -> None:
        """Insert rows in this order, so that many arrive late; the last one with a key counts."""
        states = STATES[self._field]
        for (device, subtable, ts), row in {self._key(row): row for row in rows}.items():
            name = f"{self._table.name}_{self._number}_{device}_{subtable}"
            value = {self._field: states[row[4] % len(states)]}
            await self._harness.insert_as_other_program(self._table, name, self.codes[device], ts, value)

    def key(self, row: Row) -> tuple[str, datetime]:
        """Return the device and the ts of a row."""
        device, _, ts = self._key(row)
        return self.codes[device], ts

    def _key(self, row: Row) -> tuple[int, int, datetime]:
        device, subtable, steps, is_later, _ = row
        ts = self._around + steps * 5 * SECOND + self._harness.precision * is_later
        return device, subtable if self._harness.has_subtables else 0, ts

    async def readings(self, device_code: str) -> Sequence[Reading]:
        """Return what the store holds of a device."""
        three_days = timedelta(days=3)
        return await self._harness.store.history(
            self._table,
            HistoryQuery(
                device_code=device_code,
                start=self._around - three_days,
                end=self._around + three_days,
                fields=(self._field,),
            ),
        )


@settings(max_examples=60, database=None, derandomize=True)
@given(
    _rows,
    st.sampled_from(sorted(STATES)),
    _gaps,
    st.sampled_from(sorted(MOMENTS)),
    st.tuples(st.integers(-110, 110), st.integers(-110, 110)).map(sorted),
    st.sampled_from([3, 50_000]),
)
async def test_the_runs_of_any_history_equal_those_computed_reading_by_reading(
    harness: Harness,
    every_type: SuperTable,
    rows: list[Row],
    field: str,
    max_gap: timedelta,
    moment: str,
    bounds: list[int],
    runs_max: int,
) -> None:
    history = History(harness, every_type, field, MOMENTS[moment])
    await history.insert(rows)
    start, end = (MOMENTS[moment] + seconds * SECOND for seconds in bounds)
    query = StateRunQuery(
        device_codes=(*history.codes, "not there"),
        start=start,
        end=end,
        field=field,
        max_gap=max_gap,
        runs_max=runs_max,
    )

    found = [run async for run in read_runs(harness.store, every_type, query)]

    assert found == [
        run
        for code in sorted(history.codes)
        for within in [[each for each in await history.readings(code) if start <= each.ts < end]]
        for run in runs_by_reading(code, within, field, max_gap)
    ]


@settings(max_examples=30, database=None, derandomize=True)
@given(_rows, st.sampled_from(sorted(STATES)), _gaps, st.sampled_from(sorted(MOMENTS)))
async def test_the_state_time_of_any_history_equals_that_computed_reading_by_reading(
    harness: Harness, every_type: SuperTable, rows: list[Row], field: str, max_gap: timedelta, moment: str
) -> None:
    history = History(harness, every_type, field, MOMENTS[moment])
    await history.insert(rows)
    days = days_between(date(2024, 3, 30), date(2024, 4, 1), BERLIN, datetime(2024, 6, 1, tzinfo=UTC))
    rules = StateRules(state_field=field, states=("焊接", "a"), offline_states=("a",), max_gap=max_gap)

    found = await state_times(harness.store, every_type, history.codes, days, rules)

    for code, states in zip(history.codes, found, strict=True):
        readings = await history.readings(code)
        for day in states:
            expected = time_by_reading(day.day, readings, field, max_gap)
            known = {state: held for state, held in day.states.items() if held}
            assert known == {state: held for state, held in expected.items() if state not in (None, SILENT)}
            assert (day.unknown, day.silent) == (expected[None], expected[SILENT])


async def test_a_query_with_more_runs_than_allowed_is_too_large(store: TelemetryStore, welding: SuperTable) -> None:
    noon = MOMENTS["a noon"]
    states = [Reading("M1", noon + number * SECOND, {"device_status": str(number)}) for number in range(10)]
    await store.append(welding, states)
    query = StateRunQuery(
        device_codes=("M1",),
        start=noon,
        end=noon + 60 * SECOND,
        field="device_status",
        max_gap=60 * SECOND,
        runs_max=9,
    )

    with pytest.raises(QueryTooLarge):
        await store.state_runs(welding, query)

    assert [run.state async for run in read_runs(store, welding, query)] == [str(number) for number in range(10)]


async def test_a_missing_column_raises_an_error(store: TelemetryStore, welding: SuperTable) -> None:
    noon = MOMENTS["a noon"]
    query = StateRunQuery(device_codes=("M1",), start=noon, end=noon + SECOND, field="not_there", max_gap=SECOND)

    with pytest.raises(StoreObjectMissing):
        await store.state_runs(welding, query)


class Interrupted(TdengineRest):
    """A client during whose statements another program inserts rows: before the windows, after the sessions."""

    insert: Callable[[], Awaitable[None]]

    async def execute(self, statement: str | bytes) -> Result:
        if isinstance(statement, str) and "state_window" in statement:
            await self.insert()
        return await super().execute(statement)


@settings(max_examples=30, database=None, derandomize=True)
@given(_rows, _rows, st.sampled_from([5 * SECOND, 12 * SECOND, 60 * SECOND]))
async def test_rows_that_arrive_between_two_statements_are_counted_or_not(
    tdengine: Harness, every_type: SuperTable, before: list[Row], late: list[Row], max_gap: timedelta
) -> None:
    history = History(tdengine, every_type, "text", MOMENTS["a noon"])
    # In one subtable, because rows of several subtables make further statements necessary.
    await history.insert([_in_first_subtable(row) for row in before])
    known = {code: list(await history.readings(code)) for code in history.codes}
    moments = {(code, each.ts) for code, found in known.items() for each in found}
    new = [row for row in map(_in_first_subtable, late) if history.key(row) not in moments]
    rest = cast("Interrupted", Interrupted.from_url(tdengine.url))
    rest.insert = partial(history.insert, new)
    store = TdengineTelemetry(rest)
    start, end = MOMENTS["a noon"] - 90 * SECOND, MOMENTS["a noon"] + 90 * SECOND
    query = StateRunQuery(device_codes=tuple(history.codes), start=start, end=end, field="text", max_gap=max_gap)

    found = [run async for run in read_runs(store, every_type, query)]
    await store.aclose()

    for code in history.codes:
        within = [each for each in await history.readings(code) if start <= each.ts < end]
        sessions = _sessions([each.ts for each in known[code] if start <= each.ts < end], max_gap)
        counted = [each for each in within if any(first <= each.ts <= last for first, last in sessions)]
        assert [run for run in found if run.device_code == code] == runs_by_reading(code, counted, "text", max_gap)


def _in_first_subtable(row: Row) -> Row:
    device, _, steps, is_later, state = row
    return device, 0, steps, is_later, state


def _sessions(moments: Sequence[datetime], max_gap: timedelta) -> list[tuple[datetime, datetime]]:
    """Return the first and last ts of each session of readings."""
    sessions: list[tuple[datetime, datetime]] = []
    for ts in moments:
        if sessions and ts - sessions[-1][1] <= max_gap:
            sessions[-1] = sessions[-1][0], ts
        else:
            sessions.append((ts, ts))
    return sessions


async def test_rows_with_one_timestamp_in_several_subtables_are_not_merged_by_the_store(
    store: TelemetryStore, welding: SuperTable, tdengine: Harness
) -> None:
    noon = MOMENTS["a noon"]
    for subtable, second, state in (("x", 0, "A"), ("x", 20, "B"), ("y", 20, "A"), ("y", 25, "A"), ("y", 30, "A")):
        name = f"{welding.name}_{subtable}"
        await tdengine.insert_as_other_program(welding, name, "M1", noon + second * SECOND, {"device_status": state})
    query = StateRunQuery(
        device_codes=("M1",), start=noon, end=noon + 60 * SECOND, field="device_status", max_gap=60 * SECOND
    )

    assert await store.state_runs(welding, query) == [
        StateRun("M1", "A", noon, noon),
        StateRun("M1", "B", noon + 20 * SECOND, noon + 20 * SECOND),
        StateRun("M1", "A", noon + 25 * SECOND, noon + 30 * SECOND),
    ]


async def test_of_rows_with_one_timestamp_the_greatest_state_counts(
    store: TelemetryStore, create_table: CreateTable, tdengine: Harness
) -> None:
    table = await create_table(LINE_PASS)
    noon = MOMENTS["a noon"]
    for second, seq, value in ((0, 1, 1.5), (0, 2, 0.5), (5, 1, 1.5), (5, 2, None), (10, 1, 0.5), (10, 2, 0.5)):
        await tdengine.insert_as_other_program(
            table, f"{table.name}_m1", "M1", noon + second * SECOND, {"seq": seq, "val": value}
        )
    query = StateRunQuery(device_codes=("M1",), start=noon, end=noon + 60 * SECOND, field="seq", max_gap=60 * SECOND)

    assert [run async for run in read_runs(store, table, query)] == [StateRun("M1", "2", noon, noon + 10 * SECOND)]
