"""The audit of newest readings, on PostgreSQL and on a store that returns wrong rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from arcbeat import app
from arcbeat.app import JobRuntime
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.runs import RunState
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.columns import Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.time.clock import utc_now
from jobs.check_latest import JOB
from jobs.execution.start import Starter
from tests.jobs.logs import request

WELDING_TABLE = SuperTable("test_db", "welding_real_data")
DEVICES = ("w1", "w2", "w3", "w4")
NOW = utc_now()


def reading(code: str, seconds_ago: float, current: float = 1.0) -> Reading:
    values: Mapping[str, Value] = {"device_status": "welding", "weld_current": current}
    return Reading(code, NOW - timedelta(seconds=seconds_ago), values)


async def fill(database_url: str, readings: Sequence[Reading]) -> None:
    with psycopg.connect(database_url) as connection:
        statement = "insert into t_device_info (device_code, device_name, device_type) values (%s, %s, 'welding')"
        connection.cursor().executemany(statement, [(code, code) for code in DEVICES])
    async with app.open_administration(database_url) as administration:
        result = await administration.append(WELDING_TABLE, readings)
    assert result.rejections == ()


@dataclass(frozen=True, slots=True)
class WrongLatest:
    """A store whose «latest» is not what its rows say."""

    store: TelemetryStore
    returned: Mapping[str, Latest]

    async def latest(self, table: SuperTable, device_codes: Sequence[str]) -> Mapping[str, Latest]:
        found = dict(await self.store.latest(table, device_codes))
        return {**found, **self.returned} if table == WELDING_TABLE else found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


def starter_of(runtime: JobRuntime, returned: Mapping[str, Latest] | None = None) -> Starter:
    wrong: Any = WrongLatest(runtime.ports.telemetry, returned or {})
    ports = replace(runtime.ports, telemetry=wrong)
    return Starter(ports=ports, registry={"check_latest": JOB}, spool_folder=runtime.spool_folder)


async def test_a_store_that_returns_its_newest_rows_has_no_findings(runtime: JobRuntime, database_url: str) -> None:
    await fill(database_url, [reading("w1", 10), reading("w1", 5), reading("w2", 86400), reading("w3", 1)])

    run = await starter_of(runtime).start_run(request("check_latest"))

    assert run.state is RunState.SUCCEEDED
    assert run.result == {"devices": 4, "counts": {}, "findings": [], "advice": []}
    assert (run.rows.read, run.rows.skipped) == (3, 1)
    assert (run.window_start, run.window_end) == (reading("w2", 86400).ts, reading("w3", 1).ts)


async def test_each_difference_is_a_finding(runtime: JobRuntime, database_url: str) -> None:
    newest = [reading(code, 5) for code in DEVICES]
    await fill(database_url, newest)
    returned = {
        "w1": Latest(reading("w1", 60)),
        "w2": Latest(replace(newest[1], values={"device_status": "off", "weld_current": 1.0})),
        "w3": Latest(reading("w3", 0)),
    }

    run = await starter_of(runtime, returned).start_run(request("check_latest"))

    result = run.result or {}
    assert result["counts"] == {"stale": 1, "different": 1}
    assert result["findings"] == [
        {
            "kind": "stale",
            "device_code": "w1",
            "newest_row_at": text(newest[0].ts),
            "latest_at": text(returned["w1"].reading.ts),
        },
        {
            "kind": "different",
            "device_code": "w2",
            "newest_row_at": text(newest[1].ts),
            "latest_at": text(newest[1].ts),
        },
    ]


async def test_rows_in_the_future_are_found(runtime: JobRuntime, database_url: str) -> None:
    await fill(database_url, [reading("w1", 5)])
    with psycopg.connect(database_url) as connection:
        connection.execute("update test_db.welding_real_data set ts = now() + interval '1 day'")

    run = await starter_of(runtime).start_run(request("check_latest"))

    assert (run.result or {})["counts"] == {"future_rows": 1}


async def test_the_sample_has_the_requested_size(runtime: JobRuntime, database_url: str) -> None:
    await fill(database_url, [reading(code, 5) for code in DEVICES])

    run = await starter_of(runtime).start_run(request("check_latest", devices_per_type=2))

    assert (run.result or {})["devices"] == 2


@pytest.mark.parametrize("size", [-5, 0, 2.5, 10**9])
async def test_a_size_that_is_impossible_ends_the_run_at_its_first_attempt(runtime: JobRuntime, size: float) -> None:
    run = await starter_of(runtime).start_run(request("check_latest", devices_per_type=size))

    assert (run.state, run.attempts, run.error_category) == (RunState.FAILED, 1, ErrorCategory.DATA_ERROR)
    assert run.error_message == f"devices_per_type is {size}; it must be a whole number from 1 to 10000"


def text(moment: datetime) -> str:
    return moment.isoformat()
