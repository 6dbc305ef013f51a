"""sync_statistics computes daily statistics of state time, and writes them to tables of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.rows import dict_row

from arcbeat import app
from arcbeat.app import JobRuntime
from arcbeat.domain.jobs.runs import Run, RunState
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.super_tables import SuperTable
from jobs.execution.start import Starter
from jobs.sync_statistics import JOB
from tests.jobs.logs import request
from tests.support.clocks import Clock
from tests.support.service import Service

WELDING_TABLE = SuperTable("test_db", "welding_real_data")
DAILY = SuperTable("test_db", "welding_state_daily")
SUMMARY = SuperTable("test_db", "welding_state_daily_summary")
SHANGHAI = ZoneInfo("Asia/Shanghai")
MAY = date(2024, 5, 1)
NOW = datetime(2024, 5, 4, 9, 30, tzinfo=SHANGHAI).astimezone(UTC)
ONE_DAY: dict[str, Any] = {
    "from": "2024-05-01",
    "to": "2024-05-01",
    "time_zone": "Asia/Shanghai",
    "type_code": "welding",
}

REGISTER = "insert into t_device_info (device_code, device_name, device_type) values (%s, %s, %s)"


def register(database_url: str, *device_codes: str, device_type: str = "welding") -> None:
    with psycopg.connect(database_url) as connection:
        connection.cursor().executemany(REGISTER, [(code, code, device_type) for code in device_codes])


def states(
    code: str, state: str | None, first_minute: float, end_minute: float, day: date = MAY, zone: ZoneInfo = SHANGHAI
) -> list[Reading]:
    """Return readings of one state, half a minute apart; the minutes count from the beginning of a day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    seconds = range(int(first_minute * 60), int(end_minute * 60), 30)
    return [Reading(code, midnight + timedelta(seconds=second), {"device_status": state}) for second in seconds]


async def fill(database_url: str, readings: Sequence[Reading], table: SuperTable = WELDING_TABLE) -> None:
    async with app.open_administration(database_url) as administration:
        result = await administration.append(table, readings)
    assert result.rejections == ()


async def run_job(runtime: JobRuntime, *, dry_run: bool = False, now: datetime = NOW, **parameters: Any) -> Run:
    ports = replace(runtime.ports, clock=Clock(now))
    starter = Starter(ports=ports, registry={"sync_statistics": JOB}, spool_folder=runtime.spool_folder)
    return await starter.start_run(replace(request("sync_statistics", **parameters), dry_run=dry_run))


async def result_of(runtime: JobRuntime, **parameters: Any) -> Mapping[str, Any]:
    run = await run_job(runtime, **parameters)
    assert run.state is RunState.SUCCEEDED, run.error_message
    return run.result or {}


def rows(database_url: str, table: SuperTable = DAILY) -> list[dict[str, Any]]:
    """Return the rows of a table of statistics, by device and time."""
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        return connection.execute(f"select * from {table} order by device_code, ts".encode()).fetchall()  # noqa: S608 -- constants


def tables(database_url: str) -> set[str]:
    statement = "select table_schema || '.' || table_name as name from information_schema.tables"
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        return {row["name"] for row in connection.execute(statement.encode())}


async def test_the_figures_are_those_of_the_api(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1", "W2", "W3")
    register(database_url, "W4", device_type="焊机")
    readings = [
        *states("W1", "焊接", 0, 100.5),
        *states("W1", "待机", 100.5, 320),
        *states("W1", None, 400, 410),
        *states("W1", "报警", 1430, 1445),
        *states("W2", "关机", -5, 30),
        *states("W2", "调试", 30, 31.5),
        *states("W4", "焊接", 600, 660),
    ]
    await fill(database_url, readings)

    run = await run_job(runtime, **{**ONE_DAY, "to": "2024-05-02"})

    assert run.state is RunState.SUCCEEDED, run.error_message
    assert (run.rows.read, run.rows.written, run.rows.skipped) == (8, 8, 0)
    with Service.running(database_url) as service:
        path, days = "/api/v1/device/data/states", {"first_day": "2024-05-01", "last_day": "2024-05-02"}
        answer = service.operator.get(path, params={**days, "time_zone": "Asia/Shanghai", "type_code": "welding"})
    expected = [
        {
            "device_code": item["device_code"],
            "ts": datetime.combine(date.fromisoformat(day["day"]), datetime.min.time(), SHANGHAI),
            "welding_minutes": day["state_minutes"]["焊接"],
            "standby_minutes": day["state_minutes"]["待机"],
            "alarm_minutes": day["state_minutes"]["报警"],
            "shutdown_minutes": day["state_minutes"]["关机"],
            "other_minutes": day["state_minutes"].get("调试", 0),
            **{f"{name}_minutes": day[f"{name}_minutes"] for name in ("unknown", "silent", "online", "offline")},
            "total_minutes": day["total_minutes"],
            "online_rate": pytest.approx(100 * day["online_rate"], abs=1e-4),
        }
        for item in answer.json()["items"]
        for day in item["days"]
    ]
    assert len(expected) == 8
    assert rows(database_url) == expected
