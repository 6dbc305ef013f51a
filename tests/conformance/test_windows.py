"""Aggregates by interval."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from arcbeat.domain.columns import Value
from arcbeat.domain.errors import StoreObjectMissing
from arcbeat.domain.ports import TelemetryStore
from arcbeat.domain.readings import Aggregate, Fill, Reading, SuperTable, Window, WindowQuery
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
async def test_each_aggregate_is_of_the_values_in_its_interval(
    store: TelemetryStore, welding: SuperTable, aggregate: Aggregate, expected: list[Value]
) -> None:
    await store.append(welding, currents("M1", CURRENTS))

    windows = await store.windows(welding, tens_of_seconds("M1", aggregates=(aggregate,)))

    assert [(window.device_code, window.start) for window in windows] == [("M1", at(0)), ("M1", at(10)), ("M1", at(30))]
    values = [window.values["weld_current"][aggregate] for window in windows]
    assert values == expected
    assert [type(value) for value in values] == [type(value) for value in expected]


async def test_several_fields_have_several_aggregates(store: TelemetryStore, welding: SuperTable) -> None:
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


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        (Fill.NONE, {0: 3.0, 10: 5.0, 30: None}),
        (Fill.NULL, {0: 3.0, 10: 5.0, 20: None, 30: None}),
        (Fill.PREVIOUS, {0: 3.0, 10: 5.0, 20: 5.0, 30: None}),
    ],
)
async def test_intervals_without_readings_are_filled(
    store: TelemetryStore, welding: SuperTable, fill: Fill, expected: dict[float, Value]
) -> None:
    await store.append(welding, currents("M1", CURRENTS))

    windows = await store.windows(welding, replace(tens_of_seconds("M1", "nobody"), fill=fill))

    assert list(windows) == averages("M1", expected)


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        (Fill.NULL, {-5: None, 5: None, 15: 7.0, 25: None, 35: None}),
        (Fill.PREVIOUS, {-5: None, 5: None, 15: 7.0, 25: 7.0, 35: 7.0}),
    ],
)
async def test_filling_goes_from_the_first_interval_of_the_question_to_its_last(
    store: TelemetryStore, welding: SuperTable, fill: Fill, expected: dict[float, Value]
) -> None:
    await store.append(welding, currents("M1", {-3: 1.0, 20: 7.0, 40: 2.0}))
    query = replace(tens_of_seconds("M1"), origin=at(-1005), fill=fill)

    assert list(await store.windows(welding, query)) == averages("M1", expected)


async def test_devices_come_in_the_order_of_their_codes_as_python_sorts_them(
    store: TelemetryStore, welding: SuperTable
) -> None:
    codes = ["a1", "A1", "炉#1", "_", "B", "a", "é", "😀", "Z-2"]
    await store.append(welding, [reading for code in codes for reading in currents(code, {0: 1.0, 10: 2.0})])

    windows = await store.windows(welding, tens_of_seconds(*codes))

    assert [window.device_code for window in windows[::2]] == sorted(codes)
    assert [window.start for window in windows] == [at(0), at(10)] * len(codes)


@pytest.mark.parametrize("fill", Fill)
async def test_days_begin_at_midnight_in_the_zone_of_the_origin(
    store: TelemetryStore, welding: SuperTable, fill: Fill
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
        fill=fill,
    )

    windows = await store.windows(welding, query)

    assert [(window.start.isoformat(), window.values["weld_current"][Aggregate.COUNT]) for window in windows] == [
        ("2024-04-30T16:00:00+00:00", 2),
        ("2024-05-01T16:00:00+00:00", 1),
    ]


@pytest.mark.parametrize("origin", [at(-86_403), at(86_407), datetime(1970, 1, 1, tzinfo=UTC)])
async def test_an_interval_is_any_number_of_milliseconds_from_any_origin(
    store: TelemetryStore, welding: SuperTable, origin: datetime
) -> None:
    interval = timedelta(seconds=7, milliseconds=500)
    await store.append(welding, currents("M1", dict.fromkeys(range(0, 40, 2), 1.0)))
    query = replace(tens_of_seconds("M1"), interval=interval, origin=origin, fill=Fill.NULL)

    windows = await store.windows(welding, query)

    first = T0 - (T0 - origin) % interval
    assert [window.start for window in windows] == [first + interval * place for place in range(len(windows))]
    assert windows[-1].start < at(40) <= windows[-1].start + interval


async def test_no_devices_have_no_windows(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, currents("M1", CURRENTS))

    assert list(await store.windows(welding, tens_of_seconds())) == []
    assert list(await store.windows(welding, tens_of_seconds("nobody"))) == []


async def test_a_device_with_two_tables_has_one_row_of_windows(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await harness.insert_foreign(welding, f"welder_7_{welding.name}", "M1", at(0), {"weld_current": 1.0})
    await harness.insert_foreign(welding, f"T_M1_{welding.name}", "M1", at(1), {"weld_current": 2.0})

    assert list(await store.windows(welding, tens_of_seconds("M1"))) == averages("M1", {0: 1.5})


async def test_a_table_or_field_that_is_not_there_is_said_to_be_missing(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    await store.append(welding, currents("M1", CURRENTS))

    with pytest.raises(StoreObjectMissing):
        await store.windows(SuperTable(harness.database, "no_such_table"), tens_of_seconds("M1"))
    with pytest.raises(StoreObjectMissing):
        await store.windows(welding, replace(tens_of_seconds("M1"), fields=("no_such_field",)))
