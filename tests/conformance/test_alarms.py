"""Alarms in stored readings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from arcbeat.domain.alarms.alarms import AlarmPosition
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.services.alarms.acknowledging import alarm_at
from arcbeat.services.alarms.ended import DevicesOfType, ended_alarms
from arcbeat.services.alarms.following import AlarmLookup
from arcbeat.services.alarms.scanning import ScanBudget
from tests.support.catalogue import CUTTING

EIGHT = datetime(2024, 5, 1, 8, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)

Row = tuple[str, float, float | None]


def type_of(table: SuperTable) -> DeviceType:
    return replace(CUTTING, super_table=table)


async def send(
    store: TelemetryStore, table: SuperTable, code: str, state: str | None, first: float, end: float
) -> None:
    """Store a reading every thirty seconds; ``first`` and ``end`` are minutes from eight."""
    moments = [EIGHT + second * SECOND for second in range(int(first * 60), int(end * 60), 30)]
    await store.append(table, [Reading(code, ts, {"device_status": state}) for ts in moments])


async def ended(store: TelemetryStore, table: SuperTable, *, first: float = 0, last: float = 60) -> Sequence[Row]:
    """Return the alarms that ended in a range: device, and start and end in minutes."""
    groups = [DevicesOfType(type_of(table), ["M1", "M2", "M3"])]
    start, position = EIGHT + first * MINUTE, AlarmPosition(EIGHT + last * MINUTE)
    found = await ended_alarms(store, groups, start, position, ScanBudget(), device_days=300)
    assert found.is_complete
    return [(each.device_code, minute(each.start), minute(each.end) if each.end else None) for each in found.alarms]


def minute(ts: datetime) -> float:
    return (ts - EIGHT) / MINUTE


async def test_alarms_end_with_another_state_or_silence_and_begin_before_the_range(
    store: TelemetryStore, welding: SuperTable
) -> None:
    await send(store, welding, "M1", "报警", -600, 5)
    await send(store, welding, "M1", "焊接", 5, 10)
    await send(store, welding, "M1", "报警", 10, 20)
    await send(store, welding, "M1", None, 20, 21)
    await send(store, welding, "M2", "报警", 30, 31)
    await send(store, welding, "M2", "报警", 33, 34)
    await send(store, welding, "M3", "报警", 50, 70)

    assert await ended(store, welding) == [("M2", 33, 34.5), ("M2", 30, 31.5), ("M1", 10, 20), ("M1", -600, 5)]
    assert await ended(store, welding, first=5, last=20) == [("M1", 10, 20)]
    assert await ended(store, welding, first=60, last=80) == [("M3", 50, 70.5)]


async def test_late_readings_move_and_split_an_alarm(store: TelemetryStore, welding: SuperTable) -> None:
    await send(store, welding, "M1", "报警", 10, 20)
    await send(store, welding, "M1", "报警", 5, 10)
    assert await ended(store, welding) == [("M1", 5, 20.5)]

    await send(store, welding, "M1", "焊接", 12, 13)
    assert await ended(store, welding) == [("M1", 13, 20.5), ("M1", 5, 12)]


async def test_an_alarm_is_found_by_any_moment_in_it(store: TelemetryStore, welding: SuperTable) -> None:
    await send(store, welding, "M1", "报警", -1600, 200)
    await send(store, welding, "M1", "焊接", 200, 201)

    for moment in (-1600, 0, 199.75):
        alarm = await alarm_at(store, type_of(welding), "M1", EIGHT + moment * MINUTE, EIGHT + 300 * MINUTE)
        assert (minute(alarm.start), alarm.end and minute(alarm.end)) == (-1600, 200)


async def test_alarms_that_have_just_begun_and_ended_are_looked_up_together(
    store: TelemetryStore, welding: SuperTable
) -> None:
    await send(store, welding, "M1", "报警", -200, 60)
    await send(store, welding, "M2", "报警", 58, 59)
    await send(store, welding, "M2", "焊接", 59, 60)
    lookup = AlarmLookup(store, lambda: EIGHT + 60 * MINUTE)

    found = await lookup.at(
        type_of(welding),
        {"M1": EIGHT + 59.5 * MINUTE, "M2": EIGHT + 58.5 * MINUTE, "M3": EIGHT + 59 * MINUTE},
    )

    rows = {code: (minute(each.start), minute(each.end) if each.end else None) for code, each in found.items()}
    assert rows == {"M1": (-200, None), "M2": (58, 59)}
