"""Readings across devices in which a field has one value."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Order, Reading, ValuePosition, ValueQuery
from arcbeat.domain.readings.value_search import page_of, resumed, searched_column
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from tests.conformance.columns import EVERY_TYPE, TAGS, TS
from tests.conformance.conftest import CreateTable
from tests.conformance.harness import Harness
from tests.conformance.test_values import EXTREMES

T0 = datetime(2024, 7, 1, 8, 0, tzinfo=UTC)
WORKPIECES = (TS, Column(name="workpiece_id", type=ColumnType.NCHAR, length=60), *TAGS)
SORTED_PASSES = (
    TS,
    Column(name="seq", type=ColumnType.INT, is_key=True),
    Column(name="line", type=ColumnType.INT),
    *TAGS,
)
"""A super table with a composite primary key: one timestamp may have several rows."""
EXACT = [each for each in EXTREMES if each[0] not in {"single", "dual"}]
"""Floating-point numbers cannot be searched."""
HOSTILE = (
    "' or 1=1 --",
    "'; drop table t_device_info; --",
    "\\",
    "\\' or ts > 0 or '",
    '"',
    "`",
    "%",
    "_",
    "%s",
    "%(value)s",
    "焊机",
    "wp",
    "WP",
    "WP ",
)
"""Texts that mean something to SQL, and texts that differ only in case or in a space at the end."""
READINGS_MAX = 100
"""No search of this module finds more."""
NANOSECONDS = [int(T0.timestamp()) * 10**9 + each for each in (999, 1000, 1001, 1500, 2000)]
"""Timestamps of rows: one, three and one within three microseconds."""


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def query(column: str, value: Value, columns: Sequence[Column] = EVERY_TYPE, **changes: object) -> ValueQuery:
    return ValueQuery(
        **{
            "device_codes": None,
            "column": searched_column(columns, column),
            "value": value,
            "start": T0,
            "end": at(86_400),
            **changes,
        }  # type: ignore[arg-type] # of any field
    )


async def all_pages(store: TelemetryStore, table: SuperTable, wanted: ValueQuery) -> list[Reading]:
    """Return the readings of all pages of ``wanted.limit``."""
    found: list[Reading] = []
    position: ValuePosition | None = None
    while True:
        page = page_of(await store.with_value(table, resumed(wanted, position)), wanted.limit, position)
        assert len(page.readings) <= wanted.limit
        found += page.readings
        assert len(found) <= READINGS_MAX, "readings are repeated without end"
        position = page.end
        if position is None:
            return found


@pytest.fixture
def tdengine(harness: Harness) -> Harness:
    """TDengine alone has precisions; conftest.py leaves out PostgreSQL."""
    return harness


@pytest_asyncio.fixture(scope="session")
async def every_type(create_table: CreateTable) -> SuperTable:
    return await create_table(EVERY_TYPE)


@pytest_asyncio.fixture(scope="session")
async def workpieces(create_table: CreateTable) -> SuperTable:
    return await create_table(WORKPIECES)


@pytest.mark.parametrize(("index", "name", "value"), [(index, *each) for index, each in enumerate(EXACT)])
async def test_a_value_of_any_type_is_found(
    store: TelemetryStore, every_type: SuperTable, index: int, name: str, value: Value
) -> None:
    codes = (f"wanted-{index}", f"other-{index}")
    await store.append(every_type, [Reading(codes[0], T0, {name: value}), Reading(codes[1], T0, {"flag": None})])

    found = await store.with_value(every_type, query(name, value, device_codes=codes))

    assert [(each.device_code, each.ts, each.values) for each in found] == [(codes[0], T0, {})]


async def test_only_the_exact_text_is_found(store: TelemetryStore, workpieces: SuperTable) -> None:
    readings = [Reading(f"M{index}", at(index), {"workpiece_id": each}) for index, each in enumerate(HOSTILE)]
    await store.append(workpieces, readings)

    for text in HOSTILE:
        found = await store.with_value(workpieces, query("workpiece_id", text, WORKPIECES, fields=("workpiece_id",)))

        assert list(found) == [each for each in readings if each.values["workpiece_id"] == text]


async def test_a_search_is_limited_to_the_range_and_the_devices(
    store: TelemetryStore, create_table: CreateTable
) -> None:
    table = await create_table(WORKPIECES)
    # No other test has these codes: a subtable whose name is taken gets another one, and comes in another order.
    first, second, third = "range-1", "range-2", "range-3"
    readings = [Reading(code, at(s), {"workpiece_id": "WP1"}) for code in (first, second, third) for s in range(4)]
    await store.append(table, readings)
    wanted = query("workpiece_id", "WP1", WORKPIECES, start=at(1), end=at(3))

    found = await store.with_value(table, replace(wanted, device_codes=(third, first)))
    nothing = await store.with_value(table, replace(wanted, device_codes=("range-4",)))

    assert [(each.device_code, each.ts) for each in found] == [(code, at(s)) for s in (1, 2) for code in (first, third)]
    assert list(nothing) == []


_number = count(1)
_ROWS = st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(0, 6), st.sampled_from(["x", "y", None])), max_size=30)


@settings(max_examples=25, database=None, derandomize=True)
@given(
    _ROWS,
    st.sampled_from(Order),
    st.integers(1, 7),
    st.none() | st.lists(st.sampled_from("ABCX"), unique=True, min_size=1).map(tuple),
)
async def test_pages_equal_the_readings_that_match_one_by_one(
    store: TelemetryStore,
    workpieces: SuperTable,
    rows: list[tuple[str, int, str | None]],
    order: Order,
    limit: int,
    device_codes: tuple[str, ...] | None,
) -> None:
    day = T0 + timedelta(days=next(_number))  # of this example alone
    stored = {(code, second): value for code, second, value in rows if value is not None}
    if stored:
        readings = [
            Reading(code, day + timedelta(seconds=second), {"workpiece_id": value})
            for (code, second), value in stored.items()
        ]
        await store.append(workpieces, readings)
    changes = {"start": day, "end": day + timedelta(days=1), "order": order, "limit": limit}
    wanted = query("workpiece_id", "x", WORKPIECES, device_codes=device_codes, **changes)

    found = await all_pages(store, workpieces, wanted)

    matching = [
        (day + timedelta(seconds=second), code)
        for (code, second), value in stored.items()
        if value == "x" and (device_codes is None or code in device_codes)
    ]
    # Readings with one ts are in the order of their subtables, whose names may differ from the codes.
    assert sorted((each.ts, each.device_code) for each in found) == sorted(matching)
    assert [each.ts for each in found] == sorted((ts for ts, _ in matching), reverse=order is Order.DESCENDING)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
@pytest.mark.parametrize("order", list(Order))
async def test_rows_with_one_timestamp_are_neither_lost_nor_repeated(
    store: TelemetryStore, create_table: CreateTable, harness: Harness, limit: int, order: Order
) -> None:
    if not harness.has_subtables:
        pytest.skip("PostgreSQL has one row per device and timestamp")
    table = await create_table(SORTED_PASSES)
    readings = [
        Reading(code, at(second), {"seq": seq, "line": 1}) for code in "AB" for second in (0, 1) for seq in (1, 2, 3)
    ]
    await store.append(table, readings)
    await harness.insert_as_other_program(table, f"also_{table.name}", "A", at(1), {"seq": 1, "line": 1})
    wanted = query("line", 1, SORTED_PASSES, fields=("seq",), order=order, limit=limit)

    found = await all_pages(store, table, wanted)

    rows = [(each.device_code, each.ts, each.values["seq"]) for each in found]
    assert sorted(rows) == sorted(
        [*((each.device_code, each.ts, each.values["seq"]) for each in readings), ("A", at(1), 1)]
    )


@pytest.mark.parametrize("limit", range(1, 12))
@pytest.mark.parametrize("order", list(Order))
async def test_rows_within_one_microsecond_are_neither_lost_nor_repeated(
    tdengine: Harness, create_table: CreateTable, limit: int, order: Order
) -> None:
    if not tdengine.has_nanoseconds:
        pytest.skip("the database has no timestamps within one microsecond")
    table = await create_table(WORKPIECES)
    for code, subtable in (("A", "b"), ("B", "a"), ("A", "c")):
        rows = " ".join(f"({nanoseconds}, 'x')" for nanoseconds in NANOSECONDS)
        name = f"{table.database}.`{table.name}_{subtable}`"
        await tdengine.execute(
            f"insert into {name} using {table} (device_code) tags ('{code}') (ts, workpiece_id) values {rows}"  # noqa: S608 -- only values of the suite
        )
    wanted = query("workpiece_id", "x", WORKPIECES, order=order, limit=limit)

    found = await all_pages(tdengine.store, table, wanted)

    rows_per_ts = {T0: 3, at(0.000_001): 9, at(0.000_002): 3}
    assert Counter((each.ts, each.subtable[-1]) for each in found) == {
        (ts, subtable): rows // 3 for ts, rows in rows_per_ts.items() for subtable in "abc"
    }
    stamps = [each.ts for each in found]
    assert stamps == sorted(stamps, reverse=order is Order.DESCENDING)


async def test_a_reading_that_arrives_between_two_pages_repeats_no_other(
    store: TelemetryStore, create_table: CreateTable
) -> None:
    table = await create_table(WORKPIECES)
    await store.append(table, [Reading(code, at(5), {"workpiece_id": "WP1"}) for code in "BCD"])
    wanted = query("workpiece_id", "WP1", WORKPIECES, limit=2)
    first = page_of(await store.with_value(table, resumed(wanted, None)), 2, None)
    await store.append(
        table, [Reading("A", at(5), {"workpiece_id": "WP1"}), Reading("E", at(1), {"workpiece_id": "WP1"})]
    )

    second = page_of(await store.with_value(table, resumed(wanted, first.end)), 2, first.end)

    codes = sorted(each.device_code for each in (*first.readings, *second.readings))
    # The late reading of A may be on the second page: it is new, so it cannot repeat another one.
    assert [code for code in codes if code != "A"] == ["B", "C", "D"]
