"""sync_statistics computes daily statistics of state time, and writes them to tables of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.rows import dict_row

from arcbeat import app
from arcbeat.app import JobRuntime, open_jobs
from arcbeat.domain.errors import StoreUnreachable
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.runs import Run, RunState
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.statistics.ports import StatisticsStore
from jobs.execution.start import Starter
from jobs.sync_statistics import JOB
from tests.jobs.logs import request
from tests.jobs.programs import PRODUCT, events
from tests.jobs.programs import run as run_command
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


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Readings of any age are kept."""
    return {**environment, "RETENTION_HOURS": "0"}


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


async def test_the_summary_is_the_average_device(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1", "W2", "W3")
    await fill(database_url, [*states("W1", "焊接", 0, 90), *states("W2", "关机", 0, 60)])

    await result_of(runtime, **ONE_DAY)

    [row] = rows(database_url, SUMMARY)
    of_devices = rows(database_url)
    assert (row["device_code"], row["ts"], row["devices"]) == ("all", of_devices[0]["ts"], 3)
    for name in ("welding_minutes", "shutdown_minutes", "online_minutes", "silent_minutes", "online_rate"):
        assert row[name] == pytest.approx(sum(each[name] for each in of_devices) / 3, abs=1e-5)


async def test_a_run_computes_the_last_days_and_today_up_to_now(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1")
    await fill(database_url, states("W1", "焊接", 0, 60, date(2024, 5, 4)))

    run = await run_job(runtime, time_zone="Asia/Shanghai", recompute_days=2, type_code="welding")

    assert [each["ts"].astimezone(SHANGHAI).date().day for each in rows(database_url)] == [2, 3, 4]
    today = rows(database_url)[-1]
    assert (today["total_minutes"], today["welding_minutes"]) == (9.5 * 60, pytest.approx(60.5))
    result: Any = run.result or {}
    assert (result["first_day"], result["last_day"]) == ("2024-05-02", "2024-05-04")
    assert (run.window_start, run.window_end) == (datetime(2024, 5, 1, 16, tzinfo=UTC), NOW)


async def test_today_is_left_out_on_request(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1")

    await result_of(runtime, include_today=False, recompute_days=1)

    assert [each["ts"] for each in rows(database_url)] == [datetime(2024, 5, 3, tzinfo=UTC)]


async def test_the_first_run_of_a_day_computes_the_last_days_and_the_later_ones_only_today(
    runtime: JobRuntime, database_url: str
) -> None:
    register(database_url, "W1")
    hours = [
        await run_job(runtime, now=NOW + timedelta(hours=hour), time_zone="Asia/Shanghai", type_code="welding")
        for hour in (0, 1, 13, 15)
    ]

    computed = [((run.result or {})["first_day"], run.rows.written, (run.window_end or NOW) - NOW) for run in hours]
    assert computed == [
        ("2024-05-01", 4, timedelta()),
        ("2024-05-04", 1, timedelta(hours=1)),
        ("2024-05-04", 1, timedelta(hours=13)),
        ("2024-05-02", 4, timedelta(hours=15)),
    ]
    assert [each["total_minutes"] for each in rows(database_url)] == [*[1440] * 4, 30]


@pytest.mark.parametrize("more", [{"recompute_each_run": True}, {"now": NOW + timedelta(days=1)}])
async def test_a_late_reading_is_counted_by_the_next_run_that_recomputes(
    runtime: JobRuntime, database_url: str, more: dict[str, Any]
) -> None:
    register(database_url, "W1")
    await fill(database_url, states("W1", "焊接", 0, 60, date(2024, 5, 2)))
    await result_of(runtime, time_zone="Asia/Shanghai")
    [before] = [each for each in rows(database_url) if each["welding_minutes"]]

    await fill(database_url, states("W1", "焊接", 60, 120, date(2024, 5, 2)))
    await fill(database_url, states("W1", "待机", 0, 30, date(2024, 5, 2)))
    await result_of(runtime, time_zone="Asia/Shanghai", **more)

    [after] = [each for each in rows(database_url) if each["welding_minutes"]]
    assert (before["welding_minutes"], before["standby_minutes"]) == (pytest.approx(60.5), 0)
    assert (after["welding_minutes"], after["standby_minutes"]) == (pytest.approx(90.5), 30)
    assert (after["device_code"], after["ts"]) == (before["device_code"], before["ts"])


async def test_days_without_a_run_are_caught_up_and_the_last_one_before_them_is_completed(
    runtime: JobRuntime, database_url: str
) -> None:
    register(database_url, "W1")
    await result_of(runtime, now=NOW - timedelta(days=9), recompute_days=0, time_zone="Asia/Shanghai")
    assert [each["total_minutes"] for each in rows(database_url)] == [9.5 * 60]

    result = await result_of(runtime, recompute_days=1, time_zone="Asia/Shanghai")

    assert [each["total_minutes"] for each in rows(database_url)] == [*[1440] * 9, 9.5 * 60]
    assert (result["first_day"], result["last_day"]) == ("2024-04-25", "2024-05-04")


async def test_a_repetition_changes_nothing(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1", "W2")
    await fill(database_url, states("W1", "焊接", 0, 60))
    first = await result_of(runtime, **ONE_DAY)
    before, existing = (rows(database_url), rows(database_url, SUMMARY)), tables(database_url)

    second = await result_of(runtime, **ONE_DAY)

    assert (rows(database_url), rows(database_url, SUMMARY)) == before
    assert tables(database_url) == existing
    assert first["types"]["welding"]["created_tables"] == [str(DAILY), str(SUMMARY)]
    assert second["types"]["welding"]["created_tables"] == second["types"]["welding"]["added_columns"] == []


async def test_a_dry_run_reports_and_creates_and_writes_nothing(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1", "W2")
    await fill(database_url, states("W1", "调试", 0, 60))
    before = tables(database_url)

    run = await run_job(runtime, dry_run=True, **ONE_DAY)

    assert tables(database_url) == before
    assert (run.rows.read, run.rows.written) == (2, 0)
    result: Any = run.result or {}
    assert result["written"] is False
    assert result["types"]["welding"]["created_tables"] == [str(DAILY), str(SUMMARY)]
    assert result["types"]["welding"]["states_without_column"] == ["调试"]


async def test_a_state_counts_as_other_until_the_dictionary_names_its_column(
    runtime: JobRuntime, database_url: str
) -> None:
    register(database_url, "W1")
    await fill(database_url, [*states("W1", "焊接", 0, 10), *states("W1", "调试", 10, 30)])
    before = await result_of(runtime, **ONE_DAY)
    assert [each["other_minutes"] for each in rows(database_url)] == [pytest.approx(20.5)]

    add_state_column(database_url, "调试", "setup_minutes")
    after = await result_of(runtime, **ONE_DAY)

    [row] = rows(database_url)
    assert (row["other_minutes"], row["setup_minutes"], row["welding_minutes"]) == (0, pytest.approx(20.5), 10)
    assert before["types"]["welding"]["states_without_column"] == ["调试"]
    assert after["types"]["welding"]["states_without_column"] == []
    assert after["types"]["welding"]["added_columns"] == ["setup_minutes"]


def add_state_column(database_url: str, state: str, column: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into t_dict_data (dict_type_id, data_label, data_value, sort_order) "
            "select id, %s, %s, 9 from t_dict_type where dict_name = '状态统计列对照'",
            (state, column),
        )


@pytest.mark.parametrize("column", ["online_minutes", "other_minutes", "cutting", "Cutting_minutes", "a b_minutes", ""])
async def test_an_entry_that_cannot_be_a_column_is_reported(
    runtime: JobRuntime, database_url: str, column: str
) -> None:
    register(database_url, "W1")
    await fill(database_url, states("W1", "调试", 0, 10))
    add_state_column(database_url, "调试", column)

    result = await result_of(runtime, **ONE_DAY)

    assert result["invalid_columns"] == [column]
    assert [each["other_minutes"] for each in rows(database_url)] == [pytest.approx(10.5)]


async def test_another_kind_of_machine_needs_dictionary_data_only(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "C1", device_type="切割机")
    add_state_column(database_url, "切割", "cutting_minutes")
    await fill(database_url, states("C1", "切割", 0, 10), SuperTable("test_db", "cutting_real_data"))

    result = await result_of(runtime, **{**ONE_DAY, "type_code": ""})

    assert list(result["types"]) == ["cutting"]  # there is no welding machine
    [row] = rows(database_url, SuperTable("test_db", "cutting_state_daily"))
    assert (row["cutting_minutes"], row["standby_minutes"], "welding_minutes" in row) == (pytest.approx(10.5), 0, False)


@pytest.mark.parametrize(("day", "hours"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25)])
async def test_a_day_on_which_clocks_change_has_its_length(
    runtime: JobRuntime, database_url: str, day: date, hours: int
) -> None:
    register(database_url, "W1")
    berlin = ZoneInfo("Europe/Berlin")
    await fill(database_url, states("W1", "焊接", 0, hours * 60, day, berlin))

    days = {"from": str(day), "to": str(day)}
    await result_of(runtime, now=datetime(2025, 1, 1, tzinfo=UTC), time_zone="Europe/Berlin", **days)

    [row] = rows(database_url)
    assert row["ts"] == datetime(day.year, day.month, day.day, tzinfo=berlin)
    assert (row["total_minutes"], row["welding_minutes"], row["online_rate"]) == (hours * 60, hours * 60, 100)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"from": "2024-05-02", "to": "2024-05-01"},
            "from is 2024-05-02; it must not be after the last day",
        ),
        (
            {"from": "2024-05-01", "to": "2024-05-05"},
            "to is 2024-05-05; the last day must not be after today",
        ),
        ({"from": "1899-12-31"}, "from is 1899-12-31; the first day must not be before 1900-01-01"),
        ({"from": "2020-01-01"}, "from is 2020-01-01: 1586 days up to 2024-05-04 are too many; a run computes at most"),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "from is 0001-01-01; the first day must not be before"),
        ({"from": "yesterday"}, "from is 'yesterday'; it must be a day, for example 2026-03-02"),
        ({"to": "2024-05-01"}, "from is missing: set from and to, or only from"),
        ({"time_zone": "Mars"}, "time_zone is 'Mars'; it must be an IANA name, for example Asia/Shanghai"),
        ({"time_zone": "../zone"}, "time_zone is '../zone'; it must be an IANA name"),
        ({"recompute_days": -1}, "recompute_days is -1; it must be a whole number from 0 to 1099"),
        ({"recompute_days": 1.5}, "recompute_days is 1.5; it must be a whole number"),
        ({"type_code": "laser"}, "No device type has this code or alias"),
    ],
)
async def test_impossible_parameters_end_the_run_at_its_first_attempt(
    runtime: JobRuntime, parameters: dict[str, Any], message: str
) -> None:
    run = await run_job(runtime, **parameters)

    assert (run.state, run.attempts, run.error_category) == (RunState.FAILED, 1, ErrorCategory.DATA_ERROR)
    assert (run.error_message or "").startswith(message)


async def test_a_type_that_cannot_be_computed_does_not_hold_up_the_others(
    runtime: JobRuntime, database_url: str
) -> None:
    register(database_url, "W1")
    register(database_url, "C1", device_type="cutting")
    execute(database_url, "drop table test_db.cutting_real_data", "create table test_db.welding_state_daily (ts int)")

    missing = await result_of(runtime, **{**ONE_DAY, "type_code": ""})

    assert missing["missing_super_tables"] == ["test_db.cutting_real_data"]
    assert "is not a table of statistics of arcbeat" in missing["skipped_types"]["welding"]
    assert missing["types"] == {}


def execute(database_url: str, *statements: str) -> None:
    with psycopg.connect(database_url) as connection:
        for statement in statements:
            connection.execute(statement.encode())


async def test_days_whose_readings_are_deleted_are_not_computed_again(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1")
    pruned = replace(runtime, ports=replace(runtime.ports, readings_kept=timedelta(hours=40)))

    recomputed = await run_job(pruned, recompute_days=3)
    earlier: dict[str, Any] = {"from": "2024-05-02"}
    backfill = await run_job(pruned, **earlier)

    assert [each["ts"].astimezone(UTC).day for each in rows(database_url)] == [3, 4]
    assert recomputed.state is RunState.SUCCEEDED
    assert (backfill.state, backfill.attempts) == (RunState.FAILED, 1)
    assert (backfill.error_message or "").startswith(
        "from is 2024-05-02; readings are deleted after RETENTION_HOURS, 40"
    )


async def test_the_setting_of_the_retention_counts_only_where_arcbeat_deletes_readings(
    environment: dict[str, str],
) -> None:
    kept = []
    for more in ({"RETENTION_HOURS": "40"}, {}, {"TELEMETRY_URL": "tdengine://root:taosdata@127.0.0.1:1"}):
        async with open_jobs({**environment, "RETENTION_HOURS": more.get("RETENTION_HOURS", "0"), **more}) as runtime:
            kept.append(runtime.ports.readings_kept)

    assert kept == [timedelta(hours=40), None, None]


@dataclass(frozen=True, slots=True)
class FailsOnce:
    """A store whose first row of the second day fails, as if it were unreachable."""

    store: StatisticsStore
    calls: list[datetime] = field(default_factory=list)

    async def write(self, table: SuperTable, rows: Sequence[Reading]) -> AppendResult:
        day = rows[0].ts
        self.calls.append(day)
        if day.day == 2 and self.calls.count(day) == 1:
            raise StoreUnreachable("The store cannot be reached.")
        return await self.store.write(table, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


async def test_an_attempt_after_an_error_goes_on_with_the_day_that_was_not_finished(
    runtime: JobRuntime, database_url: str
) -> None:
    register(database_url, "W1")
    failing: Any = FailsOnce(runtime.ports.state_statistics)
    ports = replace(runtime.ports, state_statistics=failing)
    days: dict[str, Any] = {"from": "2024-05-01", "to": "2024-05-03"}

    run = await run_job(replace(runtime, ports=ports), **days)

    assert (run.state, run.attempts) == (RunState.SUCCEEDED, 2)
    assert [each.day for each in failing.calls] == [1, 1, 2, 2, 2, 3, 3]  # devices, then the summary
    assert [each["ts"].astimezone(UTC).day for each in rows(database_url)] == [1, 2, 3]
    assert (run.window_start, run.window_end) == (datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 5, 4, tzinfo=UTC))


async def test_the_board_shows_the_summary_if_the_dictionary_names_it(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1", "W2")
    await fill(database_url, states("W1", "焊接", 0, 120))
    await result_of(runtime, **ONE_DAY)
    name = f"update t_dict_data set data_value = '{SUMMARY}' where data_label = '平均在线率（日）'"  # noqa: S608 -- constants
    execute(database_url, name)

    with Service.running(database_url) as service:
        answer = service.operator.get("/api/v1/board/statistics", params={"data_label": "平均在线率（日）", "days": 0})

    shown = answer.json()
    assert (shown["values"]["welding_minutes"], shown["values"]["devices"]) == (pytest.approx(60.25), 2)
    assert {each["name"] for each in shown["fields"]} == set(shown["values"])
    assert not [each["name"] for each in shown["fields"] if each["label"] == each["name"]]


BOARD_TABLE = SuperTable("hlzg_db", "weld_online_rate_daily")
CREATE_BOARD = """
create table hlzg_db.weld_online_rate_daily (device_code text, ts timestamptz, welding_minutes integer, shift text,
    online_rate real, primary key (device_code, ts))"""
THEIRS = "insert into hlzg_db.weld_online_rate_daily values ('all', '2024-05-01 00:00+08', 1, 'night', 2)"


async def test_the_table_of_the_board_is_not_touched_by_default(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1")
    execute(database_url, "create schema hlzg_db", CREATE_BOARD, THEIRS)

    result = await result_of(runtime, **ONE_DAY)

    assert result["board"] is None
    assert [each["shift"] for each in rows(database_url, BOARD_TABLE)] == ["night"]


async def test_the_table_of_the_board_gets_a_row_per_day_on_request(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1", "W2")
    await fill(database_url, states("W1", "焊接", 0, 120))
    execute(database_url, "create schema hlzg_db", CREATE_BOARD, THEIRS)

    for _ in range(2):
        result = await result_of(runtime, **ONE_DAY, write_board=True)

    assert result["board"] == {
        "table": "hlzg_db.weld_online_rate_daily",
        "series": "arcbeat_welding",
        "columns": ["welding_minutes", "online_rate"],
        "rows": 1,
    }
    midnight = datetime(2024, 5, 1, tzinfo=SHANGHAI)
    ours, theirs = sorted(rows(database_url, BOARD_TABLE), key=lambda row: str(row["shift"] or ""))
    assert ours == {
        "device_code": "arcbeat_welding",
        "ts": midnight,
        "welding_minutes": 60,
        "shift": None,
        "online_rate": pytest.approx(100 * 60.25 / 1440),
    }
    assert theirs == {"device_code": "all", "ts": midnight, "welding_minutes": 1, "shift": "night", "online_rate": 2.0}
    with Service.running(database_url) as service:
        answer = service.operator.get("/api/v1/board/statistics", params={"data_label": "平均在线率（日）", "days": 0})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        (
            (),
            "The dictionary names hlzg_db.weld_online_rate_daily for 平均在线率（日）, and the store has no",
        ),
        (
            ("create schema hlzg_db", "create table hlzg_db.weld_online_rate_daily (ts timestamptz, online_rate text)"),
            "The table hlzg_db.weld_online_rate_daily, which the dictionary names for 平均在线率（日）, must",
        ),
        (
            ("update t_dict_data set enabled = false",),
            "The dictionary type 焊机统计指标对照 has no enabled",
        ),
    ],
)
async def test_a_wrong_table_of_the_board_fails_the_run_once_its_own_tables_are_written(
    runtime: JobRuntime, database_url: str, statements: tuple[str, ...], message: str
) -> None:
    register(database_url, "W1")
    execute(database_url, *statements)

    run = await run_job(runtime, **{**ONE_DAY, "to": "2024-05-02"}, write_board=True)

    assert (run.state, run.attempts) == (RunState.FAILED, 1)
    assert (run.error_message or "").startswith(message)
    assert len(rows(database_url)) == 2
    result: Any = run.result or {}
    assert result["types"]["welding"]["table"] == str(DAILY)
    assert str(BOARD_TABLE) not in tables(database_url) or statements


async def test_a_dry_run_does_not_write_the_table_of_the_board(runtime: JobRuntime, database_url: str) -> None:
    register(database_url, "W1")
    execute(database_url, "create schema hlzg_db", CREATE_BOARD)

    run = await run_job(runtime, dry_run=True, **ONE_DAY, write_board=True)

    result: Any = run.result or {}
    assert result["board"]["rows"] == 1
    assert rows(database_url, BOARD_TABLE) == []


def test_the_command_line_has_options_for_the_days(environment: dict[str, str], database_url: str) -> None:
    register(database_url, "W1")
    days = ("--from", "2026-01-30", "--to", "2026-02-01")

    code, out, err = run_command(environment, "run", "sync_statistics", *days, "--json", module=PRODUCT)

    assert (code, err) == (0, "")
    printed = events(out)
    assert [(each["done"], each["total"]) for each in printed if each["event"] == "progress"] == [
        (0, 3), (1, 3), (2, 3), (3, 3),
    ]  # fmt: skip
    assert printed[-1]["rows"] == {"read": 3, "written": 3, "skipped": 0}
    assert [each["ts"].astimezone(UTC).day for each in rows(database_url)] == [30, 31, 1]


def test_a_script_of_its_own_has_the_options_too(environment: dict[str, str], database_url: str) -> None:
    register(database_url, "W1")

    code, _, err = run_command(environment, "--from", "2026-01-30", "--to", "2026-01-30", module="jobs.sync_statistics")

    assert (code, err, len(rows(database_url))) == (0, "", 1)


def test_a_job_without_such_parameters_rejects_the_options(environment: dict[str, str]) -> None:
    code, _, err = run_command(environment, "run", "check_latest", "--from", "2026-01-30", module=PRODUCT)

    assert code == 2
    assert "from is not a parameter of check_latest; its parameters: devices_per_type" in err
