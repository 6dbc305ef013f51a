"""The latest reading of each device, and the newest row of a super table."""

from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from tests.conformance.harness import Harness

T0 = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
IN_75_YEARS = datetime(2099, 1, 1, tzinfo=UTC)
NOTHING = {"device_status": None, "lock_status": None, "weld_current": None}


def reading(device_code: str, seconds: int, quality: int) -> Reading:
    return Reading(device_code, T0 + timedelta(seconds=seconds), {**NOTHING, "ip_quality": quality})


async def test_unknown_devices_have_no_latest_reading(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [reading("M1", 0, 1)])

    assert await store.latest(welding, ["unknown", "M1", "none's", "m1"]) == {"M1": Latest(reading("M1", 0, 1))}
    assert await store.latest(welding, []) == {}


async def test_an_empty_super_table_has_no_latest_readings(store: TelemetryStore, welding: SuperTable) -> None:
    assert await store.latest(welding, ["M1"]) == {}


async def test_a_device_requested_twice_is_returned_once(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [reading("M1", 0, 1)])

    assert await store.latest(welding, ["M1", "M1"]) == {"M1": Latest(reading("M1", 0, 1))}


async def test_a_reading_that_arrives_late_is_not_the_latest(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [reading("M1", 10, 1)])
    await store.append(welding, [reading("M1", 5, 2)])

    assert await store.latest(welding, ["M1"]) == {"M1": Latest(reading("M1", 10, 1))}


async def test_many_devices_are_read_in_several_batches(store: TelemetryStore, welding: SuperTable) -> None:
    readings = [reading(f"{number:04}", second, number) for number in range(1200) for second in (0, 5)]
    await store.append(welding, readings)

    latest = await store.latest(welding, [f"{number:04}" for number in range(1300)])

    assert latest == {one.device_code: Latest(one) for one in readings[1::2]}


@pytest.mark.parametrize("subtable", ["T_Mixed1", "welder_7", "t_m1", "炉 1"])
async def test_a_device_of_another_program_is_found_by_any_name_of_its_subtable(
    store: TelemetryStore, welding: SuperTable, harness: Harness, subtable: str
) -> None:
    unique = f"{subtable}_{welding.name}"
    await store.latest(welding, ["M1"])
    await harness.insert_as_other_program(welding, unique, "M1", T0, {"ip_quality": 1})

    before = await store.latest(welding, ["M1"])
    await store.append(welding, [reading("M1", 5, 2)])
    after = await store.latest(welding, ["M1"])

    assert before == {"M1": Latest(reading("M1", 0, 1))}
    assert after == {"M1": Latest(reading("M1", 5, 2))}
    assert [device.device_code for device in await store.list_devices(welding)] == ["M1"]


@pytest.mark.parametrize(("first", "second"), [(5, 0), (0, 5)])
async def test_the_newer_row_of_two_subtables_is_the_latest_reading(
    store: TelemetryStore, welding: SuperTable, harness: Harness, first: int, second: int
) -> None:
    await harness.insert_as_other_program(
        welding, f"welder_7_{welding.name}", "M1", T0 + timedelta(seconds=first), {"ip_quality": first}
    )
    await harness.insert_as_other_program(
        welding, f"T_M1_{welding.name}", "M1", T0 + timedelta(seconds=second), {"ip_quality": second}
    )

    assert await store.latest(welding, ["M1"]) == {"M1": Latest(reading("M1", 5, 5))}


async def test_a_row_dated_in_the_future_does_not_hide_the_latest_reading(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await harness.insert_as_other_program(welding, f"T_Future_{welding.name}", "M1", IN_75_YEARS, {"ip_quality": 99})
    await store.append(welding, [reading("M1", 0, 1), reading("M2", 0, 2)])
    await store.append(welding, [reading("M1", 5, 3)])

    latest = await store.latest(welding, ["M1", "M2"])

    assert latest == {"M1": Latest(reading("M1", 5, 3), clock_skew=True), "M2": Latest(reading("M2", 0, 2))}


async def test_a_row_dated_in_the_future_does_not_hide_rows_of_another_subtable(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await harness.insert_as_other_program(welding, f"T_Future_{welding.name}", "M1", IN_75_YEARS, {"ip_quality": 99})
    await harness.insert_as_other_program(welding, f"welder_7_{welding.name}", "M1", T0, {"ip_quality": 1})

    assert await store.latest(welding, ["M1"]) == {"M1": Latest(reading("M1", 0, 1), clock_skew=True)}


async def test_a_device_with_only_rows_dated_in_the_future_has_no_latest_reading(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await harness.insert_as_other_program(welding, f"t_future_{welding.name}", "M1", IN_75_YEARS, {"ip_quality": 99})

    assert await store.latest(welding, ["M1"]) == {}


async def test_the_newest_row_covers_the_whole_super_table(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [reading("M1", 0, 1), reading("M2", 10, 2), reading("M3", 5, 3)])

    newest = await store.newest_row(welding)

    assert newest == {"ts": T0 + timedelta(seconds=10), **NOTHING, "ip_quality": 2}


async def test_the_newest_row_is_not_dated_in_the_future(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await store.append(welding, [reading("M1", 0, 1)])
    await harness.insert_as_other_program(welding, f"t_future_{welding.name}", "M2", IN_75_YEARS, {"ip_quality": 99})

    newest = await store.newest_row(welding)

    assert newest == {"ts": T0, **NOTHING, "ip_quality": 1}


async def test_an_empty_super_table_has_no_newest_row(store: TelemetryStore, welding: SuperTable) -> None:
    assert await store.newest_row(welding) is None


async def test_a_missing_super_table_raises_object_missing(store: TelemetryStore, harness: Harness) -> None:
    missing = SuperTable(harness.database, "no_such_table")

    with pytest.raises(StoreObjectMissing):
        await store.latest(missing, ["M1"])
    with pytest.raises(StoreObjectMissing):
        await store.newest_row(missing)
    with pytest.raises(StoreObjectMissing):
        await store.newest_row(SuperTable("no_such_database", "no_such_table"))
    with pytest.raises(StoreObjectMissing):
        await store.append(missing, [reading("M1", 0, 1)])


async def sampled(store: TelemetryStore, table: SuperTable, codes: list[str]) -> dict[str, Latest]:
    found = await store.latest_rows(table, codes)
    return {
        code: found.form.latest(code, stored, clock_skew=code in found.skewed) for code, stored in found.rows.items()
    }


async def test_a_sample_has_the_latest_reading_of_each_device(store: TelemetryStore, welding: SuperTable) -> None:
    texts = ('],["', "\\", '"', "焊接", "", ",")
    many = [reading(f"{number:04}", second, number) for number in range(2300) for second in (0, 5)]
    odd = [
        Reading(f"M{number}", T0, {**NOTHING, "device_status": text, "ip_quality": 1})
        for number, text in enumerate(texts)
    ]
    for start in range(0, len(many), 1000):
        await store.append(welding, many[start : start + 1000])
    await store.append(welding, odd)
    codes = sorted({one.device_code for one in (*many, *odd)} | {"unknown", "none's"})

    assert await sampled(store, welding, codes) == await store.latest(welding, codes)
    assert await sampled(store, welding, []) == {}


async def test_a_sample_ignores_and_marks_rows_dated_in_the_future(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await harness.insert_as_other_program(welding, f"t_future_{welding.name}", "M1", IN_75_YEARS, {"ip_quality": 99})
    await store.append(welding, [reading("M1", 0, 1), reading("M2", 0, 2)])

    assert await sampled(store, welding, ["M1", "M2"]) == await store.latest(welding, ["M1", "M2"])
