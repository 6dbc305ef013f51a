"""Aggregates by interval."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Aggregate, Reading, Window, WindowQuery
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from tests.conformance.columns import EVERY_TYPE, TS
from tests.conformance.conftest import CreateTable
from tests.conformance.harness import Harness

T0 = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CURRENTS = {0: 1.5, 2: 4.5, 10: 5.0, 31: None, 40: 100.0}


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def currents(device_code: str, by_second: Mapping[int, float | None]) -> list[Reading]:
    return [Reading(device_code, at(second), {"weld_current": current}) for second, current in by_second.items()]


def tens_of_seconds(*device_codes: str, aggregates: tuple[Aggregate, ...] = (Aggregate.AVG,)) -> WindowQuery:
    return WindowQuery(
        device_codes=device_codes,
        start=T0,
        end=at(40),
        interval=timedelta(seconds=10),
        fields=("weld_current",),
        aggregates=aggregates,
        origin=T0,
    )


def averages(device_code: str, by_second: Mapping[float, Value]) -> list[Window]:
    return [
        Window(device_code, at(second), {"weld_current": {Aggregate.AVG: average}})
        for second, average in by_second.items()
    ]


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        (Aggregate.AVG, [3.0, 5.0, None]),
        (Aggregate.MIN, [1.5, 5.0, None]),
        (Aggregate.MAX, [4.5, 5.0, None]),
        (Aggregate.LAST, [4.5, 5.0, None]),
        (Aggregate.COUNT, [2, 1, 0]),
    ],
)
async def test_each_aggregate_covers_the_values_in_its_interval(
    store: TelemetryStore, welding: SuperTable, aggregate: Aggregate, expected: list[Value]
) -> None:
    await store.append(welding, currents("M1", CURRENTS))

    windows = await store.windows(welding, tens_of_seconds("M1", aggregates=(aggregate,)))

    assert [(window.device_code, window.start) for window in windows] == [("M1", at(0)), ("M1", at(10)), ("M1", at(30))]
    values = [window.values["weld_current"][aggregate] for window in windows]
    assert values == expected
    assert [type(value) for value in values] == [type(value) for value in expected]


async def test_several_fields_can_have_several_aggregates(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(
        welding,
        [
            Reading("M1", at(0), {"weld_current": 1.5, "device_status": "焊接", "ip_quality": 100}),
            Reading("M1", at(1), {"weld_current": 2.5, "device_status": "待机", "ip_quality": None}),
            Reading("M1", at(2), {"weld_current": 3.5, "device_status": None, "ip_quality": 98}),
        ],
    )
    query = replace(
        tens_of_seconds("M1"),
        fields=("device_status", "ip_quality"),
        aggregates=(Aggregate.LAST, Aggregate.COUNT),
    )

    windows = await store.windows(welding, query)

    assert list(windows) == [
        Window(
            "M1",
            T0,
            {
                "device_status": {Aggregate.LAST: "待机", Aggregate.COUNT: 2},
                "ip_quality": {Aggregate.LAST: 98, Aggregate.COUNT: 2},
            },
        )
    ]


async def test_an_average_of_whole_numbers_is_a_fraction(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [Reading("M1", at(second), {"ip_quality": second}) for second in (1, 2)])
    query = replace(tens_of_seconds("M1"), fields=("ip_quality",), aggregates=tuple(Aggregate))

    (window,) = await store.windows(welding, query)

    assert window.values == {
        "ip_quality": {
            Aggregate.AVG: 1.5,
            Aggregate.MIN: 1,
            Aggregate.MAX: 2,
            Aggregate.LAST: 2,
            Aggregate.COUNT: 2,
        }
    }


async def test_devices_are_ordered_by_code_point(store: TelemetryStore, welding: SuperTable) -> None:
    codes = ["a1", "A1", "炉#1", "_", "B", "a", "é", "😀", "Z-2"]
    await store.append(welding, [reading for code in codes for reading in currents(code, {0: 1.0, 10: 2.0})])

    windows = await store.windows(welding, tens_of_seconds(*codes))

    assert [window.device_code for window in windows[::2]] == sorted(codes)
    assert [window.start for window in windows] == [at(0), at(10)] * len(codes)


async def test_days_start_at_midnight_in_the_time_zone_of_the_origin(
    store: TelemetryStore, welding: SuperTable
) -> None:
    midnight = datetime(2024, 5, 1, tzinfo=SHANGHAI)
    moments = [midnight + timedelta(hours=hours) for hours in (1, 8, 23, 24)]
    await store.append(welding, [Reading("M1", ts, {"weld_current": 1.0}) for ts in moments])
    query = WindowQuery(
        device_codes=("M1",),
        start=midnight + timedelta(hours=2),
        end=midnight + timedelta(days=2),
        interval=timedelta(days=1),
        fields=("weld_current",),
        aggregates=(Aggregate.COUNT,),
        origin=datetime(2020, 1, 1, tzinfo=SHANGHAI),
    )

    windows = await store.windows(welding, query)

    assert [(window.start.isoformat(), window.values["weld_current"][Aggregate.COUNT]) for window in windows] == [
        ("2024-04-30T16:00:00+00:00", 2),
        ("2024-05-01T16:00:00+00:00", 1),
    ]


@pytest.mark.parametrize("origin", [at(-86_403), at(86_407), datetime(1970, 1, 1, tzinfo=UTC)])
async def test_an_interval_may_be_any_number_of_milliseconds_from_any_origin(
    store: TelemetryStore, welding: SuperTable, origin: datetime
) -> None:
    interval = timedelta(seconds=7, milliseconds=500)
    await store.append(welding, currents("M1", dict.fromkeys(range(0, 40, 2), 1.0)))
    query = replace(tens_of_seconds("M1"), interval=interval, origin=origin)

    windows = await store.windows(welding, query)

    first = T0 - (T0 - origin) % interval
    assert [window.start for window in windows] == [first + interval * index for index in range(len(windows))]
    assert windows[-1].start < at(40) <= windows[-1].start + interval


async def test_bounds_may_be_finer_than_the_precision_of_the_store(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, currents("M1", {0: 1.0, 10: 2.0}))
    bounds = replace(tens_of_seconds("M1"), start=at(0.000_001), end=at(10.000_001))

    assert list(await store.windows(welding, bounds)) == averages("M1", {10: 2.0})


async def test_nulls_are_skipped_by_the_last_value(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, currents("M1", {0: 1.0, 1: None, 2: None, 10: None, 20: 3.0, 21: 4.0}))
    await store.append(welding, currents("M2", {1: 7.0}))

    windows = await store.windows(welding, tens_of_seconds("M1", aggregates=(Aggregate.LAST, Aggregate.COUNT)))

    assert [tuple(window.values["weld_current"].values()) for window in windows] == [(1.0, 1), (None, 0), (4.0, 2)]


async def test_every_type_has_a_last_value_and_a_count(store: TelemetryStore, create_table: CreateTable) -> None:
    table = await create_table(EVERY_TYPE)
    values: dict[str, Value] = {
        "flag": True,
        "tiny": -5,
        "small": 300,
        "whole": 70_000,
        "big": 9_007_199_254_740_993,
        "tiny_u": 255,
        "small_u": 65_535,
        "whole_u": 4_294_967_295,
        "big_u": 18_446_744_073_709_551_615,
        "single": 1.5,
        "dual": 0.1,
        "bytes_text": "bytes",
        "text": "焊接",
        "raw": "0001ff",
        "moment": T0,
    }
    await store.append(table, [Reading("M1", at(0), values), Reading("M1", at(1), dict.fromkeys(values))])
    query = replace(tens_of_seconds("M1"), fields=tuple(values), aggregates=(Aggregate.LAST, Aggregate.COUNT))

    (window,) = await store.windows(table, query)

    assert window.values == {name: {Aggregate.LAST: value, Aggregate.COUNT: 1} for name, value in values.items()}


async def test_min_and_max_of_integers_keep_their_digits(store: TelemetryStore, create_table: CreateTable) -> None:
    table = await create_table(EVERY_TYPE)
    big, big_u = 9_007_199_254_740_993, 18_446_744_073_709_551_615
    await store.append(table, [Reading("M1", at(0), {"big": big, "big_u": big_u})])
    query = replace(tens_of_seconds("M1"), fields=("big", "big_u"), aggregates=(Aggregate.MIN, Aggregate.MAX))

    (window,) = await store.windows(table, query)

    assert window.values == {
        "big": {Aggregate.MIN: big, Aggregate.MAX: big},
        "big_u": {Aggregate.MIN: big_u, Aggregate.MAX: big_u},
    }


async def test_a_whole_super_table_is_one_series(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, [*currents("M1", {0: 1.0, 10: 5.0, 31: None}), *currents("M2", {1: 2.0, 12: 7.0})])
    query = replace(tens_of_seconds(aggregates=tuple(Aggregate)), device_codes=None)

    windows = await store.windows(welding, query)

    assert [(each.device_code, each.start, *each.values["weld_current"].values()) for each in windows] == [
        ("", at(0), 1.5, 1.0, 2.0, 2.0, 2),
        ("", at(10), 6.0, 5.0, 7.0, 7.0, 2),
        ("", at(30), None, None, None, None, 0),
    ]


async def test_a_super_table_without_device_codes_is_one_series(
    store: TelemetryStore, create_table: CreateTable, harness: Harness
) -> None:
    rate = Column(name="online_rate", type=ColumnType.FLOAT)
    table = await create_table((TS, rate, Column(name="team", type=ColumnType.NCHAR, length=50, is_tag=True)))
    for second, value in ((0, 30.5), (5, 34.5), (12, 40.0)):
        await harness.insert_row(table, f"stat_{table.name}", at(second), {"online_rate": value})
    query = replace(
        tens_of_seconds(aggregates=(Aggregate.AVG, Aggregate.LAST)), device_codes=None, fields=("online_rate",)
    )

    windows = await store.windows(table, query)

    assert [(each.device_code, each.start, *each.values["online_rate"].values()) for each in windows] == [
        ("", at(0), 32.5, 34.5),
        ("", at(10), 40.0, 40.0),
    ]


async def test_an_empty_super_table_has_no_series(store: TelemetryStore, welding: SuperTable) -> None:
    assert list(await store.windows(welding, replace(tens_of_seconds(), device_codes=None))) == []


async def test_without_devices_there_are_no_windows(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, currents("M1", CURRENTS))

    assert list(await store.windows(welding, tens_of_seconds())) == []
    assert list(await store.windows(welding, tens_of_seconds("unknown"))) == []


async def test_a_device_with_two_subtables_has_one_series(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await harness.insert_as_other_program(welding, f"welder_7_{welding.name}", "M1", at(0), {"weld_current": 1.0})
    await harness.insert_as_other_program(welding, f"T_M1_{welding.name}", "M1", at(1), {"weld_current": 2.0})

    assert list(await store.windows(welding, tens_of_seconds("M1"))) == averages("M1", {0: 1.5})


async def test_a_missing_table_or_field_raises_object_missing(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await store.append(welding, currents("M1", CURRENTS))

    with pytest.raises(StoreObjectMissing):
        await store.windows(SuperTable(harness.database, "no_such_table"), tens_of_seconds("M1"))
    with pytest.raises(StoreObjectMissing):
        await store.windows(welding, replace(tens_of_seconds("M1"), fields=("no_such_field",)))
    with pytest.raises(StoreObjectMissing):
        await store.windows(
            SuperTable(harness.database, "no_such_table"), replace(tens_of_seconds("M1"), device_codes=None)
        )
