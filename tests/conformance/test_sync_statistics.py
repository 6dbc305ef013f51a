"""The job sync_statistics on every store: the figures of the API, late and foreign readings, and the user's table."""

import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import pytest_asyncio

from arcbeat.app import JobRuntime, open_administration, open_jobs
from arcbeat.domain.jobs.runs import RunState
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Aggregate, HistoryQuery, Reading, WindowQuery
from arcbeat.domain.schema.columns import Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.state_time import StateRules, days_between
from arcbeat.domain.statistics.state_columns import daily_table, summary_table
from arcbeat.services.states import state_times
from jobs.execution.start import Starter
from jobs.registry import REGISTRY
from tests.conformance.columns import TAGS, TS, WELDING
from tests.conformance.conftest import CreateTable
from tests.conformance.harness import Harness
from tests.jobs.logs import request
from tests.support import catalogue
from tests.support.clocks import Clock

SHANGHAI = ZoneInfo("Asia/Shanghai")
MAY = date(2024, 5, 1)
MIDNIGHT = datetime(2024, 5, 1, tzinfo=SHANGHAI).astimezone(UTC)
NOW = MIDNIGHT + timedelta(days=3, hours=9)
CODES = ("P1", "P2", "p1", "三号/机")
BOARD = (
    TS,
    Column(name="standby_minutes", type=ColumnType.INT),
    Column(name="online_rate", type=ColumnType.FLOAT),
)
TEAM = Column(name="team", type=ColumnType.NCHAR, length=50, is_tag=True)


@dataclass(frozen=True, slots=True)
class Plant:
    """A device type with four devices whose readings are in the store under test."""

    runtime: JobRuntime
    store: TelemetryStore
    table: SuperTable
    type_code: str

    async def run(self, **parameters: Any) -> dict[str, Any]:
        """Compute 1 May, and return the result."""
        ports = replace(self.runtime.ports, clock=Clock(NOW))
        starter = Starter(ports=ports, registry=REGISTRY, spool_folder=self.runtime.spool_folder)
        days = {"from": str(MAY), "to": str(MAY), "time_zone": "Asia/Shanghai", "type_code": self.type_code}
        run = await starter.start_run(request("sync_statistics", **{**days, **parameters}))
        assert (run.state, run.attempts) == (RunState.SUCCEEDED, 1), run.error_message
        return dict(run.result or {})

    async def row(self, device_code: str) -> dict[str, Value]:
        return await self._row("daily", device_code)

    async def summary(self) -> dict[str, Value]:
        return await self._row("summary", "all")

    async def _row(self, kind: str, device_code: str) -> dict[str, Value]:
        device_type = await self.runtime.ports.device_types.get_type(self.type_code)
        table = daily_table(device_type) if kind == "daily" else summary_table(device_type)
        query = HistoryQuery(device_code=device_code, start=MIDNIGHT, end=MIDNIGHT + timedelta(days=1))
        [row] = await self.store.history(table, query)
        assert row.ts == MIDNIGHT
        return dict(row.values)


@pytest_asyncio.fixture
async def plant(harness: Harness, welding: SuperTable, database_url: str, tmp_path: Path) -> AsyncIterator[Plant]:
    # The tables of statistics are named after the type: a type of its own has tables of its own.
    type_code = welding.name
    async with open_administration(database_url) as administration:
        await administration.put_device_type(
            replace(catalogue.CUTTING, type_code=type_code, aliases=(), super_table=welding, position=9)
        )
    with psycopg.connect(database_url) as connection:
        statement = "insert into t_device_info (device_code, device_name, device_type) values (%s, %s, %s)"
        connection.cursor().executemany(statement, [(code, code, type_code) for code in CODES])
    environment = {
        "DATABASE_URL": database_url,
        "TELEMETRY_URL": harness.url,
        "STATISTICS_DB": harness.database,
        "RETENTION_HOURS": "0",
        "JOB_SPOOL_FOLDER": str(tmp_path / "spool"),
        "LOG_LEVEL": "error",
    }
    async with open_jobs(environment) as runtime:
        yield Plant(runtime, harness.store, welding, type_code)


def states(code: str, state: str | None, first_minute: int, end_minute: int) -> list[Reading]:
    """Return readings of one state, half a minute apart; the minutes count from midnight."""
    seconds = range(first_minute * 60, end_minute * 60, 30)
    return [Reading(code, MIDNIGHT + timedelta(seconds=second), {"device_status": state}) for second in seconds]


async def fill(plant: Plant, readings: Sequence[Reading]) -> None:
    assert (await plant.store.append(plant.table, readings)).rejections == ()


async def test_the_rows_are_the_state_time_of_the_devices(plant: Plant, harness: Harness) -> None:
    await fill(plant, [*states("P1", "待机", -5, 90), *states("P1", None, 100, 110), *states("p1", "报警", 1430, 1445)])
    await fill(plant, [*states("三号/机", "关机", 0, 60), *states("三号/机", "调试", 60, 61)])
    # A foreign subtable of a device that is not registered, and a duplicate of a moment.
    values = {"device_status": "待机"}
    await harness.insert_as_other_program(plant.table, f"foreign_{plant.table.name}", "P9", MIDNIGHT, values)
    await fill(plant, [Reading("P1", MIDNIGHT, {"device_status": "待机"})])

    result = await plant.run()
    repeated = await plant.run()

    device_type = await plant.runtime.ports.device_types.get_type(plant.type_code)
    days = days_between(MAY, MAY, SHANGHAI, NOW)
    expected = await state_times(plant.store, plant.table, CODES, days, StateRules.of(device_type))
    for code, [day] in zip(CODES, expected, strict=True):
        row = await plant.row(code)
        minutes = {name: row[f"{name}_minutes"] for name in ("online", "offline", "silent", "unknown", "total")}
        assert minutes == {name: round(getattr(day, name) / timedelta(minutes=1), 6) for name in minutes}
        for state, name in (("待机", "standby"), ("报警", "alarm"), ("关机", "shutdown"), ("调试", "other")):
            held = day.states.get(state, timedelta())
            assert row[f"{name}_minutes"] == round(held / timedelta(minutes=1), 6)
    summary = await plant.summary()
    assert summary["devices"] == len(CODES)
    of_type = result["types"][plant.type_code]
    assert of_type["states_without_column"] == ["调试"]
    assert len(of_type["created_tables"]) == 2
    assert repeated["types"][plant.type_code]["created_tables"] == []


async def test_late_readings_and_new_columns_replace_the_row(plant: Plant, database_url: str) -> None:
    await fill(plant, states("P1", "切割", 0, 60))
    await plant.run()
    before = await plant.row("P1")
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into t_dict_data (dict_type_id, data_label, data_value, sort_order) "
            "select id, '切割', 'cutting_minutes', 9 from t_dict_type where dict_name = '状态统计列对照'"
        )

    await fill(plant, states("P1", "待机", 30, 90))
    await plant.run()

    after = await plant.row("P1")
    assert (before["other_minutes"], before["standby_minutes"], "cutting_minutes" in before) == (60.5, 0, False)
    assert (after["other_minutes"], after["cutting_minutes"]) == (0, 30)
    assert (await plant.row("P2"))["cutting_minutes"] == 0


async def test_the_users_table_gets_rows_of_its_own_only_on_request(
    plant: Plant, harness: Harness, create_table: CreateTable, database_url: str
) -> None:
    board = await create_table((*BOARD, TEAM) if harness.has_subtables else (*BOARD, *TAGS))
    await harness.insert_row(board, f"theirs_{board.name}", MIDNIGHT, {"online_rate": 99.0})
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "update t_dict_data set data_value = %s where data_label = '平均在线率（日）'", (board.name,)
        )
    await fill(plant, states("P1", "待机", 0, 240))

    without = await plant.run()
    await plant.run(write_board=True, board_type=plant.type_code)
    result = await plant.run(write_board=True, board_type=plant.type_code)

    assert without["board"] is None
    assert result["board"]["columns"] == ["standby_minutes", "online_rate"]
    assert result["board"]["rows"] == 1
    query = WindowQuery(
        device_codes=None,
        start=MIDNIGHT,
        end=MIDNIGHT + timedelta(days=1),
        origin=MIDNIGHT,
        interval=timedelta(days=1),
        fields=("online_rate",),
        aggregates=(Aggregate.COUNT, Aggregate.MIN, Aggregate.MAX),
    )
    [window] = await plant.store.windows(board, query)
    online_rate = pytest.approx(100 * 240.5 / 1440 / len(CODES), abs=1e-4)
    assert window.values["online_rate"] == {Aggregate.COUNT: 2, Aggregate.MIN: online_rate, Aggregate.MAX: 99.0}
    columns = [each.name for each in await plant.store.describe(board)]
    assert columns == [each.name for each in (*BOARD, *([TEAM] if harness.has_subtables else TAGS))]


async def test_a_run_without_a_range_completes_the_days_since_the_newest_statistics(plant: Plant) -> None:
    no_range = {"from": "", "to": ""}
    await plant.run()

    caught_up = await plant.run(**no_range, recompute_days=1)
    usual = await plant.run(**no_range, recompute_days=1, recompute_each_run=True)
    later = await plant.run(**no_range, recompute_days=1)

    assert (caught_up["first_day"], caught_up["last_day"]) == ("2024-05-01", "2024-05-04")
    assert (usual["first_day"], usual["last_day"]) == ("2024-05-03", "2024-05-04")
    assert (later["first_day"], later["last_day"]) == ("2024-05-04", "2024-05-04")


async def test_days_that_the_database_does_not_keep_are_counted_as_rejected(
    plant: Plant, tdengine: Harness, database_url: str
) -> None:
    database = f"conformance_keep_{uuid.uuid4().hex[:12]}"
    await tdengine.execute(f"create database {database} keep 30 duration 1 vgroups 1")
    try:
        table = SuperTable(database, "welding_real_data")
        await tdengine.create_super_table(table, WELDING)
        with psycopg.connect(database_url) as connection:
            statement = "update t_device_type set super_table = %s where type_code = %s"
            connection.execute(statement, (str(table), plant.type_code))

        result = await plant.run()
    finally:
        await tdengine.execute(f"drop database if exists {database}")

    of_type = result["types"][plant.type_code]
    assert of_type["rejected"] == {"out-of-retention": len(CODES) + 1}  # the summary, too
    assert of_type["rejection"] == "ts: older than the database keeps"
