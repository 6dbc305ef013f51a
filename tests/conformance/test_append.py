"""Batches of readings are stored, and readings that cannot be stored are rejected."""

from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import AppendResult, HistoryQuery, Reading
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from tests.conformance.columns import CUTTING, TAGS, TS, WELDING, WIDE
from tests.conformance.conftest import CreateTable
from tests.conformance.harness import Harness

T0 = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
UNUSUAL_CODES = [
    "B-7/炉#1", "it's", 'say "hi"', "'\"", "`back`", "a b", "a.b", "..", "长" * 50, " leading", "trailing ", "100%",
    "%s", "back\\slash", "\\'", "new\nline", "😀", "A1", "a1", "t_a1", "null", "x" * 50, "a,b", "(a)", "a_b", "ı",
    "İ", "ß",
]  # fmt: skip


async def only_reading(store: TelemetryStore, table: SuperTable, device_code: str) -> Reading:
    return (await store.latest(table, [device_code]))[device_code].reading


async def test_unusual_device_codes_are_separate_devices(store: TelemetryStore, welding: SuperTable) -> None:
    readings = [Reading(code, T0, {"ip_quality": index}) for index, code in enumerate(UNUSUAL_CODES)]

    result = await store.append(welding, readings)

    latest = await store.latest(welding, UNUSUAL_CODES)
    assert result == AppendResult(len(UNUSUAL_CODES))
    assert {code: one.reading.values["ip_quality"] for code, one in latest.items()} == {
        code: index for index, code in enumerate(UNUSUAL_CODES)
    }
    assert [device.device_code for device in await store.list_devices(welding)] == sorted(UNUSUAL_CODES)


async def test_unusual_device_codes_can_be_queried_one_by_one(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [Reading(code, T0, {"ip_quality": 1}) for code in UNUSUAL_CODES])

    found = [await store.latest(welding, [code]) for code in UNUSUAL_CODES]

    assert [list(latest) for latest in found] == [[code] for code in UNUSUAL_CODES]


async def test_a_second_reading_with_the_same_timestamp_updates_only_its_columns(
    store: TelemetryStore, welding: SuperTable
) -> None:
    await store.append(welding, [Reading("M1", T0, {"device_status": "焊接", "weld_current": 10.5, "ip_quality": 1})])

    await store.append(welding, [Reading("M1", T0, {"weld_current": None, "ip_quality": 2})])

    assert (await only_reading(store, welding, "M1")).values == {
        "device_status": "焊接",
        "lock_status": None,
        "weld_current": None,
        "ip_quality": 2,
    }


async def test_readings_with_one_timestamp_in_a_batch_are_merged_and_later_values_win(
    store: TelemetryStore, welding: SuperTable
) -> None:
    result = await store.append(
        welding,
        [
            Reading("M1", T0, {"device_status": "焊接", "ip_quality": 1}),
            Reading("M1", T0, {"ip_quality": 2, "lock_status": True}),
        ],
    )

    assert result == AppendResult(2)
    assert (await only_reading(store, welding, "M1")).values == {
        "device_status": "焊接",
        "lock_status": True,
        "weld_current": None,
        "ip_quality": 2,
    }


async def test_a_reading_without_values_is_stored(store: TelemetryStore, welding: SuperTable) -> None:
    result = await store.append(welding, [Reading("M1", T0, {})])

    assert result == AppendResult(1)
    assert (await only_reading(store, welding, "M1")).ts == T0


async def test_an_empty_batch_is_accepted(store: TelemetryStore, welding: SuperTable) -> None:
    assert await store.append(welding, []) == AppendResult(0)


async def test_rejected_readings_do_not_affect_the_others(store: TelemetryStore, welding: SuperTable) -> None:
    good = {"ip_quality": 100}
    now = datetime.now(UTC)

    result = await store.append(
        welding,
        [
            Reading("G1", T0, good),
            Reading("B1", T0, {"no_such_field": 1}),
            Reading("B2", T0, {"weld_current": "strong"}),
            Reading("B3", T0, {"device_status": "长" * 51}),
            Reading("B4", now + timedelta(hours=1), good),
            Reading("", T0, good),
            Reading("x" * 51, T0, good),
            Reading("B5", T0, {"ip_quality": 2**31}),
            Reading("G2", T0, good),
        ],
    )

    assert result.accepted == 2
    assert [(rejection.index, rejection.reason) for rejection in result.rejections] == [
        (1, "unknown-field"),
        (2, "bad-value"),
        (3, "bad-value"),
        (4, "future-timestamp"),
        (5, "bad-value"),
        (6, "bad-value"),
        (7, "bad-value"),
    ]
    assert sorted(await store.latest(welding, ["G1", "G2", "B1", "B2", "B3", "B4", "B5"])) == ["G1", "G2"]


async def test_all_accepted_readings_of_a_batch_with_rejections_are_stored(
    store: TelemetryStore, welding: SuperTable
) -> None:
    readings = [
        Reading(f"M{number % 7}", T0 + timedelta(seconds=number), {"ip_quality": number if number % 3 else "bad"})
        for number in range(1000)
    ]

    result = await store.append(welding, readings)
    again = await store.append(welding, readings)

    stored = [
        reading.values["ip_quality"]
        for device in range(7)
        for reading in await store.history(
            welding, HistoryQuery(device_code=f"M{device}", start=T0, end=T0 + timedelta(hours=1))
        )
    ]
    assert result == again
    assert [each.index for each in result.rejections] == list(range(0, 1000, 3))
    assert result.accepted == 1000 - len(result.rejections)
    assert sorted(map(str, stored)) == sorted(str(number) for number in range(1000) if number % 3)


async def test_appending_to_a_dropped_super_table_raises_an_error(
    store: TelemetryStore, create_table: CreateTable, harness: Harness
) -> None:
    vanishing, staying = await create_table(WELDING), await create_table(WELDING)
    for table in (vanishing, staying):
        assert await store.append(table, [Reading("M1", T0, {"ip_quality": 1})]) == AppendResult(1)

    await harness.drop_super_table(vanishing)

    for device_code in ("M1", "M2"):
        with pytest.raises(StoreObjectMissing):
            await store.append(vanishing, [Reading(device_code, T0, {"ip_quality": 2})])
    assert await store.append(staying, [Reading("M1", T0, {"ip_quality": 3})]) == AppendResult(1)
    assert (await only_reading(store, staying, "M1")).values["ip_quality"] == 3


async def test_a_super_table_that_was_created_again_is_written(
    store: TelemetryStore, create_table: CreateTable, harness: Harness
) -> None:
    table = await create_table(WELDING)
    await store.append(table, [Reading("M1", T0, {"ip_quality": 1})])
    await harness.drop_super_table(table)

    await harness.create_super_table(table, CUTTING)

    result = await store.append(table, [Reading("M1", T0, {"pulses": 2}), Reading("M1", T0, {"ip_quality": 1})])
    assert [(each.index, each.reason) for each in result.rejections] == [(1, "unknown-field")]
    assert (await only_reading(store, table, "M1")).values["pulses"] == 2


async def test_a_batch_of_several_mebibytes_is_stored_completely(
    store: TelemetryStore, create_table: CreateTable
) -> None:
    table = await create_table(WIDE)
    remark = "一二三四五六七八九十" * 30
    readings = [
        Reading(f"W{device}", T0 + timedelta(seconds=second), {"remark": f"{second:03}{remark}"[:300]})
        for device in range(50)
        for second in range(100)
    ]

    result = await store.append(table, readings)

    latest = await store.latest(table, [f"W{device}" for device in range(50)])
    assert result == AppendResult(5000)
    assert {str(one.reading.values["remark"])[:3] for one in latest.values()} == {"099"}
    assert len(latest) == 50


async def test_super_tables_of_one_database_do_not_mix(
    store: TelemetryStore, welding: SuperTable, create_table: CreateTable
) -> None:
    cutting = await create_table(CUTTING)

    await store.append(welding, [Reading("S1", T0, {"ip_quality": 1})])
    await store.append(cutting, [Reading("S1", T0, {"pulses": 2}), Reading("S2", T0, {"pulses": 3})])

    assert (await only_reading(store, welding, "S1")).values["ip_quality"] == 1
    assert (await only_reading(store, cutting, "S1")).values["pulses"] == 2
    assert [device.device_code for device in await store.list_devices(welding)] == ["S1"]


async def test_hundreds_of_new_devices_of_two_super_tables_are_stored(
    store: TelemetryStore, welding: SuperTable, create_table: CreateTable
) -> None:
    """In TDengine the subtables of the second super table need other names than those of the first."""
    cutting = await create_table(CUTTING)
    codes = [f"{letter}{welding.name}{number}" for number in range(350) for letter in "Xx"]

    for table, name in ((welding, "ip_quality"), (cutting, "pulses")):
        readings = [Reading(code, T0, {name: index}) for index, code in enumerate(codes)]
        for _ in range(2):
            assert await store.append(table, readings) == AppendResult(700)

        latest = await store.latest(table, codes)
        assert {code: one.reading.values[name] for code, one in latest.items()} == {
            code: index for index, code in enumerate(codes)
        }
        assert len(await store.list_devices(table)) == 700


async def test_a_column_added_at_runtime_is_written_and_read(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    gas = Column(name="assist_gas", type=ColumnType.NCHAR, length=20)
    await store.append(welding, [Reading("M1", T0, {"ip_quality": 1})])
    await store.latest(welding, ["M1"])

    await harness.add_column(welding, gas)

    assert [*WELDING[:-2], gas, *TAGS] == list(await store.describe(welding))
    result = await store.append(welding, [Reading("M1", T0 + timedelta(seconds=5), {"assist_gas": "Ar"})])
    assert result == AppendResult(1)
    assert (await only_reading(store, welding, "M1")).values["assist_gas"] == "Ar"


async def test_fields_without_a_column_can_be_ignored(store: TelemetryStore, welding: SuperTable) -> None:
    readings = [
        Reading("M1", T0, {"ip_quality": 1, "no_such_field": "whatever"}),
        Reading("M2", T0, {"no_such_field": 1}),
        Reading("M3", T0, {"ip_quality": "much", "no_such_field": 1}),
        Reading("M4", T0, {"ip_quality": 4}),
        Reading("M5", T0, {"ts": 1, "device_code": "M6", "name": "t_m6"}),
    ]

    result = await store.append(welding, readings, ignore_unknown_fields=True)

    latest = await store.latest(welding, ["M1", "M2", "M3", "M4", "M5", "M6"])
    assert (result.accepted, [(each.index, each.reason) for each in result.rejections]) == (4, [(2, "bad-value")])
    assert {code: one.reading.values["ip_quality"] for code, one in latest.items()} == {
        "M1": 1,
        "M2": None,
        "M4": 4,
        "M5": None,
    }


async def test_a_column_added_at_runtime_is_not_ignored(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    gas = Column(name="assist_gas", type=ColumnType.NCHAR, length=20)
    values: dict[str, Value] = {"assist_gas": "Ar", "no_such_field": 1}
    await store.append(welding, [Reading("M1", T0, values)], ignore_unknown_fields=True)

    await harness.add_column(welding, gas)

    later = Reading("M1", T0 + timedelta(seconds=5), values)
    assert await store.append(welding, [later], ignore_unknown_fields=True) == AppendResult(1)
    assert (await only_reading(store, welding, "M1")).values["assist_gas"] == "Ar"


async def test_names_of_columns_may_be_sql_keywords_or_contain_a_percent_sign(
    store: TelemetryStore, create_table: CreateTable
) -> None:
    unusual = {"select": 1, "order": 2, "利用率(%)": 3}
    columns = [Column(name=name, type=ColumnType.INT) for name in unusual]
    table = await create_table((TS, *columns, *TAGS))

    await store.append(table, [Reading("M1", T0, unusual)])

    assert (await only_reading(store, table, "M1")).values == unusual


async def test_timestamps_are_stored_with_the_precision_of_the_store(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    ts = T0.replace(microsecond=123456)

    await store.append(welding, [Reading("M1", ts, {"ip_quality": 1})])

    stored_ts = ts - (ts - T0) % harness.precision
    assert (await only_reading(store, welding, "M1")).ts == stored_ts
