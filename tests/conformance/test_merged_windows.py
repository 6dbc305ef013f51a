"""Aggregates of several devices together, by interval, equal those computed reading by reading."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Aggregate, Reading, WindowQuery
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from tests.conformance.columns import TAGS, TS
from tests.conformance.conftest import CreateTable

T0 = datetime(2024, 9, 1, tzinfo=UTC)
COLUMNS = (
    TS,
    Column(name="load", type=ColumnType.DOUBLE),
    Column(name="note", type=ColumnType.NCHAR, length=20),
    *TAGS,
)
INTERVAL = timedelta(seconds=10)
_day = count(1)


@pytest_asyncio.fixture(scope="session")
async def milling(create_table: CreateTable) -> SuperTable:
    return await create_table(COLUMNS)


def query(codes: Sequence[str], start: datetime, field: str, aggregates: tuple[Aggregate, ...]) -> WindowQuery:
    return WindowQuery(
        device_codes=tuple(codes),
        start=start,
        end=start + timedelta(hours=1),
        interval=INTERVAL,
        fields=(field,),
        aggregates=aggregates,
        origin=start,
        merged=True,
    )


def expected(readings: Sequence[Reading], codes: Sequence[str], start: datetime) -> dict[datetime, Mapping[str, Value]]:
    """Return the windows, each computed from all its readings."""
    windows: dict[datetime, list[Reading]] = {}
    for each in sorted(readings, key=lambda reading: reading.ts):
        if each.device_code in codes:
            windows.setdefault(each.ts - (each.ts - start) % INTERVAL, []).append(each)
    return {begin: _aggregated([each.values["load"] for each in found]) for begin, found in sorted(windows.items())}


def _aggregated(values: Sequence[Value]) -> Mapping[str, Value]:
    numbers = [value for value in values if isinstance(value, float)]
    return {
        "avg": sum(numbers) / len(numbers) if numbers else None,
        "min": min(numbers, default=None),
        "max": max(numbers, default=None),
        "last": numbers[-1] if numbers else None,
        "count": len(numbers),
    }


# Quarters are exact in binary. Timestamps of different devices differ, so that the last value is one of them.
_LOADS = st.none() | st.integers(-8, 8).map(lambda quarters: quarters / 4)
_ROWS = st.dictionaries(st.tuples(st.sampled_from("ABCD"), st.integers(0, 20)), _LOADS, max_size=25)


@settings(max_examples=25, database=None, derandomize=True)
@given(_ROWS, st.lists(st.sampled_from("ABCDX"), unique=True, min_size=1))
async def test_merged_windows_equal_the_aggregates_of_all_readings(
    store: TelemetryStore, milling: SuperTable, rows: dict[tuple[str, int], float | None], codes: list[str]
) -> None:
    start = T0 + timedelta(days=next(_day))  # of this example alone
    readings = [
        Reading(code, start + timedelta(seconds=second, milliseconds=ord(code)), {"load": load, "note": "x"})
        for (code, second), load in rows.items()
    ]
    if readings:
        await store.append(milling, readings)

    found = await store.windows(milling, query(codes, start, "load", tuple(Aggregate)))

    assert {each.device_code for each in found} <= {""}
    assert {each.start: each.values["load"] for each in found} == expected(readings, codes, start)


async def test_texts_have_a_last_value_and_a_count(store: TelemetryStore, milling: SuperTable) -> None:
    readings = [
        Reading(code, T0 + timedelta(seconds=second), {"load": 1.0, "note": f"{code}{second}"})
        for code in ("A", "B")
        for second in ((1, 3) if code == "A" else (2, 12))
    ]
    await store.append(milling, readings)

    found = await store.windows(milling, query(["B", "A"], T0, "note", (Aggregate.LAST, Aggregate.COUNT)))

    assert [each.values["note"] for each in found] == [
        {Aggregate.LAST: "A3", Aggregate.COUNT: 3},
        {Aggregate.LAST: "B12", Aggregate.COUNT: 1},
    ]


async def test_devices_without_readings_have_no_windows(store: TelemetryStore, milling: SuperTable) -> None:
    assert list(await store.windows(milling, query(["X", "Y"], T0, "load", (Aggregate.AVG,)))) == []
