"""Tests of the statistics tables of the demo."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from arcbeat import app
from arcbeat.app import Administration
from arcbeat.demo.ingest import SendFailed
from arcbeat.demo.statistics import (
    DAILY_TABLE,
    REALTIME_TABLE,
    past_days,
    realtime_row,
    seed_statistics,
    update_statistics,
    updated_day,
)
from arcbeat.domain.schema.columns import Value

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
STATUS = {
    "total": 10,
    "online": 6,
    "offline": 2,
    "by_state": [
        {"state": "焊接", "devices": 3},
        {"state": "待机", "devices": 2},
        {"state": "报警", "devices": 1},
        {"state": "关机", "devices": 2},
    ],
}
DEVICES = {
    "welding_devices": 3,
    "standby_devices": 2,
    "alarm_devices": 1,
    "shutdown_devices": 2,
    "offline_devices": 2,
    "online_devices": 6,
    "total_devices": 10,
}


class Api:
    """Fails at the first request, and returns the same status from then on."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str]]] = []

    async def get(self, path: str, **parameters: str) -> Any:
        self.requests.append((path, parameters))
        if len(self.requests) == 1:
            raise SendFailed("down for a moment")
        return STATUS


@pytest.fixture
async def stores(database: str) -> AsyncIterator[Administration]:
    app.migrate(database)
    async with app.open_administration(database) as administration:
        await seed_statistics(administration, NOW)
        yield administration


def rounds(number: int) -> Callable[[float], Awaitable[None]]:
    """Return a sleep that is cancelled after this number of rounds."""
    left = iter(range(number))

    async def sleep(_: float) -> None:
        if next(left, None) is None:
            raise asyncio.CancelledError

    return sleep


def test_past_days_are_plausible_and_the_same_in_every_run() -> None:
    days = past_days(NOW)

    assert days == past_days(NOW + timedelta(hours=15))
    assert [each.ts for each in days] == [MIDNIGHT - timedelta(days=back) for back in range(30, 0, -1)]
    for each in days:
        check_day(each.values, 1440.0)
    weekdays = [each.values["online_rate"] for each in days if each.ts.weekday() < 5]
    weekends = [each.values["online_rate"] for each in days if each.ts.weekday() >= 5]
    assert min(map(float, weekdays)) > max(map(float, weekends))  # type: ignore[arg-type] # all are numbers


def check_day(values: Mapping[str, Value], total_minutes: float) -> None:
    minutes = {name: value for name, value in values.items() if isinstance(value, float)}
    states = ("welding_minutes", "standby_minutes", "alarm_minutes")
    assert minutes["total_minutes"] == total_minutes
    assert minutes["online_minutes"] == pytest.approx(sum(minutes[state] for state in states), abs=0.01)
    assert minutes["online_minutes"] + minutes["shutdown_minutes"] == pytest.approx(total_minutes, abs=0.01)
    assert minutes["online_rate"] == pytest.approx(100 * minutes["online_minutes"] / total_minutes, abs=0.01)


def test_a_realtime_row_has_the_counts_of_the_board() -> None:
    assert realtime_row(STATUS) == DEVICES


def test_the_first_row_of_a_day_attributes_all_minutes_to_the_current_states() -> None:
    yesterday = past_days(NOW)[-1]

    today = updated_day({"ts": yesterday.ts, **yesterday.values}, DEVICES, NOW)

    assert today is not None
    assert (today.device_code, today.ts) == ("all", MIDNIGHT)
    check_day(today.values, 480.0)
    assert today.values["welding_minutes"] == 144.0
    assert today == updated_day(None, DEVICES, NOW)


def test_minutes_are_added_to_the_row_of_the_day() -> None:
    morning = updated_day(None, DEVICES, NOW)
    assert morning is not None

    noon = updated_day(
        {"ts": morning.ts, **morning.values}, {**DEVICES, "welding_devices": 10}, NOW + timedelta(hours=4)
    )

    assert noon is not None
    assert noon.values["welding_minutes"] == 144.0 + 240.0
    assert noon.values["total_minutes"] == 720.0


def test_there_is_no_new_row_within_a_minute_or_while_all_devices_are_offline() -> None:
    today = updated_day(None, DEVICES, NOW)
    assert today is not None

    assert updated_day({"ts": today.ts, **today.values}, DEVICES, NOW + timedelta(seconds=59)) is None
    assert updated_day(None, {**DEVICES, "offline_devices": 10}, NOW) is None
    assert updated_day(None, DEVICES, MIDNIGHT) is None


async def test_both_statistics_are_written_after_a_failure(stores: Administration) -> None:
    api = Api()

    with capture_logs() as logs, suppress(asyncio.CancelledError):
        await update_statistics(stores, api, lambda: NOW, 5, rounds(2))

    realtime, daily = await stores.newest_row(REALTIME_TABLE), await stores.newest_row(DAILY_TABLE)
    assert realtime == {"ts": NOW, **DEVICES}
    assert daily is not None
    assert (daily["ts"], daily["total_minutes"]) == (MIDNIGHT, 480.0)
    assert api.requests == [("/api/v1/board/status", {"type_code": "welding"})] * 2
    assert [each["event"] for each in logs] == ["demo_statistics_failed"]


async def test_existing_days_are_not_simulated_again(stores: Administration) -> None:
    await stores.prune(DAILY_TABLE, NOW - timedelta(days=10))

    await seed_statistics(stores, NOW)

    assert await stores.prune(DAILY_TABLE, NOW - timedelta(days=10)) == 0
