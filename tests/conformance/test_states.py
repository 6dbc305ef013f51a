"""State times computed from stored readings."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from arcbeat.domain.readings.history import PAGE_ROWS_MAX
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.state_time import DayStates, StateRules, days_between
from arcbeat.services.states import state_times
from tests.conformance.harness import Harness

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2024, 5, 1, tzinfo=SHANGHAI).astimezone(UTC)
LATER = datetime(2024, 6, 1, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
RULES = StateRules(
    state_field="device_status",
    states=("焊接", "待机", "报警", "关机"),
    offline_states=("关机",),
    max_gap=timedelta(seconds=60),
)


def states_every_5_seconds(device_code: str, since_seconds: int, count: int, state: str | None) -> list[Reading]:
    """Return readings with one state, five seconds apart."""
    moments = (MIDNIGHT + timedelta(seconds=since_seconds + 5 * number) for number in range(count))
    return [Reading(device_code, ts, {"device_status": state}) for ts in moments]


async def of_first_of_may(store: TelemetryStore, table: SuperTable, now: datetime = LATER) -> DayStates:
    days = days_between(date(2024, 5, 1), date(2024, 5, 1), SHANGHAI, now)
    [[states]] = await state_times(store, table, ["M1"], days, RULES)
    return states


async def test_a_day_is_summed_over_several_pages(store: TelemetryStore, welding: SuperTable) -> None:
    rows = PAGE_ROWS_MAX + 1000
    await store.append(welding, states_every_5_seconds("M1", 0, rows, "焊接"))
    await store.append(
        welding, [*states_every_5_seconds("M1", 5 * rows, 100, "关机"), *states_every_5_seconds("M2", 0, 100, "报警")]
    )

    states = await of_first_of_may(store, welding)

    assert states.states == {
        "焊接": 5 * rows * SECOND,
        "待机": timedelta(),
        "报警": timedelta(),
        "关机": 495 * SECOND + RULES.max_gap,
    }
    assert states.online == 5 * rows * SECOND
    assert states.total == timedelta(days=1)


async def test_the_last_state_before_midnight_continues_after_it(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(
        welding,
        [
            *states_every_5_seconds("M1", -100, 1, "报警"),
            *states_every_5_seconds("M1", -20, 1, "焊接"),
            *states_every_5_seconds("M1", 20, 1, None),
        ],
    )

    states = await of_first_of_may(store, welding)

    assert (states.states["焊接"], states.unknown) == (20 * SECOND, MINUTE)
    assert states.states["报警"] == timedelta()


async def test_today_ends_now(store: TelemetryStore, welding: SuperTable) -> None:
    await store.append(welding, states_every_5_seconds("M1", 0, 10, "焊接"))

    states = await of_first_of_may(store, welding, now=MIDNIGHT + 30 * SECOND)

    assert (states.states["焊接"], states.total, states.online_rate) == (30 * SECOND, 30 * SECOND, 1)


async def test_rows_with_one_timestamp_in_several_subtables_are_counted_once(
    store: TelemetryStore, welding: SuperTable, harness: Harness
) -> None:
    for subtable in ("welder_7", "T_M1") if harness.has_subtables else ("only",):
        name = f"{subtable}_{welding.name}"
        await harness.insert_as_other_program(welding, name, "M1", MIDNIGHT, {"device_status": "焊接"})

    states = await of_first_of_may(store, welding)

    assert (states.states["焊接"], states.silent) == (MINUTE, timedelta(days=1) - MINUTE)


async def test_a_device_without_readings_was_offline_all_day(store: TelemetryStore, welding: SuperTable) -> None:
    states = await of_first_of_may(store, welding)

    assert (states.offline, states.online_rate) == (timedelta(days=1), 0)
