"""Readings of one device by time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import HistoryQuery, Order, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.services.history import history_page, history_pages
from tests.conformance.harness import Harness

T0 = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
NOTHING = {"device_status": None, "lock_status": None, "weld_current": None}


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def readings(device_code: str, *seconds: int) -> list[Reading]:
    return [Reading(device_code, at(second), {**NOTHING, "ip_quality": second}) for second in seconds]


def one_hour(device_code: str) -> HistoryQuery:
    return HistoryQuery(device_code=device_code, start=T0, end=at(3600))


async def test_history_is_ordered_by_time(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [*readings("M1", 10, 0, 5), *readings("M2", 3)])

    assert list(await store.history(welding, one_hour("M1"))) == readings("M1", 0, 5, 10)


async def test_history_includes_the_start_and_excludes_the_end(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, readings("M1", 0, 5, 10, 15))
    beijing = timezone(timedelta(hours=8))
    query = HistoryQuery(device_code="M1", start=at(5).astimezone(beijing), end=at(15).astimezone(beijing))

    assert list(await store.history(welding, query)) == readings("M1", 5, 10)


async def test_history_can_be_newest_first_and_limited(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, readings("M1", 0, 5, 10, 15))
    newest = HistoryQuery(device_code="M1", start=T0, end=at(60), order=Order.DESCENDING, limit=2)
    oldest = HistoryQuery(device_code="M1", start=T0, end=at(60), limit=3)

    assert list(await store.history(welding, newest)) == readings("M1", 15, 10)
    assert list(await store.history(welding, oldest)) == readings("M1", 0, 5, 10)


async def test_history_contains_the_requested_fields(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [Reading("M1", T0, {"ip_quality": 1, "weld_current": 10.5, "device_status": "焊接"})])
    query = HistoryQuery(device_code="M1", start=T0, end=at(60), fields=("weld_current", "ip_quality"))

    assert list(await store.history(welding, query)) == [Reading("M1", T0, {"weld_current": 10.5, "ip_quality": 1})]


async def test_history_may_contain_only_timestamps(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, readings("M1", 0, 5))

    found = await store.history(welding, replace(one_hour("M1"), fields=("ts",)))

    assert list(found) == [Reading("M1", at(0), {}), Reading("M1", at(5), {})]


async def test_a_device_without_readings_has_an_empty_history(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, readings("M1", 0))

    assert list(await store.history(welding, one_hour("unknown"))) == []
    assert list(await store.history(welding, HistoryQuery(device_code="M1", start=at(60), end=at(120)))) == []


async def test_history_includes_all_subtables_of_a_device(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await harness.insert_as_other_program(welding, f"welder_7_{welding.name}", "M1", at(5), {"ip_quality": 5})
    await harness.insert_as_other_program(welding, f"T_M1_{welding.name}", "M1", at(0), {"ip_quality": 0})
    await harness.insert_as_other_program(welding, f"welder_7_{welding.name}", "M1", at(10), {"ip_quality": 10})

    assert list(await store.history(welding, one_hour("M1"))) == readings("M1", 0, 5, 10)


async def test_rows_with_one_timestamp_in_several_subtables_are_distinguished(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    names = [f"T_M1_{welding.name}", f"welder_7_{welding.name}"][: 2 if harness.has_subtables else 1]
    for name in reversed(names):
        await harness.insert_as_other_program(welding, name, "M1", at(5), {"ip_quality": 5})

    found = await store.history(welding, one_hour("M1"))

    assert list(found) == readings("M1", *[5] * len(names))
    assert sorted(reading.subtable for reading in found) == (names if harness.has_subtables else [""])


async def test_bounds_may_be_finer_than_the_precision_of_the_store(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, readings("M1", 0, 5, 10))
    query = HistoryQuery(device_code="M1", start=at(0.000_001), end=at(10.000_001))

    assert list(await store.history(welding, query)) == readings("M1", 5, 10)


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
async def test_all_pages_together_are_the_complete_history(
    store: TelemetryStore, welding: SuperTable, harness: Harness, order: Order, limit: int
) -> None:
    expected = readings("M1", 0, 5, 5, 5, 10, 15, 15, 20) if harness.has_subtables else readings("M1", 0, 5, 10, 15, 20)
    await store.append(welding, readings("M1", 0, 5, 10, 15, 20))
    for subtable, second in (("welder_7", 5), ("T_M1", 5), ("T_M1", 15)):
        if harness.has_subtables:
            name = f"{subtable}_{welding.name}"
            await harness.insert_as_other_program(welding, name, "M1", at(second), {"ip_quality": second})
    query = replace(one_hour("M1"), order=order, limit=limit)

    pages = [page async for page in history_pages(store, welding, query)]

    assert [reading for page in pages for reading in page] == (expected if order is Order.ASCENDING else expected[::-1])
    assert {len(page) for page in pages[:-1]} <= {limit}


@pytest.mark.parametrize("order", Order)
async def test_rows_that_arrive_between_pages_cause_no_gaps_and_no_repetitions(
    store: TelemetryStore, welding: SuperTable, harness: Harness, order: Order
) -> None:
    await store.append(welding, readings("M1", 0, 5, 10, 15))
    query = replace(one_hour("M1"), order=order, limit=2)
    first = await history_page(store, welding, query)

    last = first.readings[-1].ts
    early, late = (1, 12) if order is Order.ASCENDING else (12, 1)
    await store.append(welding, readings("M1", early, late))
    await harness.insert_as_other_program(welding, f"A_{welding.name}", "M2", last, {"ip_quality": 1})
    if harness.has_subtables:
        await harness.insert_as_other_program(welding, f"A1_{welding.name}", "M1", last, {"ip_quality": -1})
    following = await history_page(store, welding, replace(query, limit=10), first.end)

    expected = [0, 5, 10, late, 15] if order is Order.ASCENDING else [15, 10, 5, late, 0]
    found = [reading.values["ip_quality"] for reading in (*first.readings, *following.readings)]
    assert [value for value in found if value != -1] == expected
    assert following.end is None


async def test_pages_contain_the_requested_fields(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, readings("M1", *range(10)))
    query = replace(one_hour("M1"), fields=("ip_quality",), limit=4)

    pages = [page async for page in history_pages(store, welding, query)]

    assert [[dict(reading.values) for reading in page] for page in pages] == [
        [{"ip_quality": second} for second in seconds] for seconds in ([0, 1, 2, 3], [4, 5, 6, 7], [8, 9])
    ]


async def test_extreme_bounds_are_accepted(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, readings("M1", 0))
    always = HistoryQuery(
        device_code="M1", start=datetime.min.replace(tzinfo=UTC), end=datetime.max.replace(tzinfo=UTC)
    )

    assert list(await store.history(welding, always)) == readings("M1", 0)


async def test_a_missing_table_or_field_raises_object_missing(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await store.append(welding, readings("M1", 0))

    with pytest.raises(StoreObjectMissing):
        await store.history(SuperTable(harness.database, "no_such_table"), one_hour("M1"))
    with pytest.raises(StoreObjectMissing):
        await store.history(welding, HistoryQuery(device_code="M1", start=T0, end=at(60), fields=("no_such_field",)))
