"""maintain_logs archives old months into verified files, and spares months that are in use."""

import csv
import gzip
import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from arcbeat.app import JobRuntime, open_jobs
from arcbeat.domain.jobs.checks.volume import forecast, months_to_limit
from arcbeat.domain.jobs.ports import LogMonth
from tests.jobs.archive.log_months import (
    CREATE,
    OLD_ROWS,
    PARTITIONS,
    ROWS,
    execute,
    failure,
    folder_content,
    result,
    run_job,
)

OPEN_RUN = """
with other as (insert into sync_job (name) values ('other') returning id)
insert into sync_job_run (job_id, job_name, state, trigger, requested_by, lease_until, run_started_at)
select id, 'other', 'running', 'http', 'a test', now() + interval '1 hour', '2020-02-15T00:00:00Z' from other"""
TABLES = """
select c.oid::regclass::text, i.inhparent::regclass::text, i.inhdetachpending, pg_get_expr(c.relpartbound, c.oid),
       obj_description(c.oid, 'pg_class')
  from pg_class c left join pg_inherits i on i.inhrelid = c.oid where c.relkind in ('r', 'p', 'i', 'S') order by 1"""


async def test_an_old_month_is_in_a_verified_file_before_it_is_dropped(
    archiving: JobRuntime, environment: dict[str, str], tmp_path: Path
) -> None:
    run = await run_job(archiving)

    found = result(run)
    assert (run.window_start, run.window_end) == (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 3, 1, tzinfo=UTC))
    [archived] = [each for each in found["archived"] if each["month"] == "2020-01"]
    content = gzip.decompress((tmp_path / "archive" / archived["file"]).read_bytes())
    manifest = json.loads((tmp_path / "archive" / f"{archived['file']}.json").read_text())
    assert hashlib.sha256(content).hexdigest() == archived["sha256"] == manifest["sha256"]
    rows = list(csv.DictReader(content.decode().splitlines(keepends=True)))
    assert len(rows) == archived["rows"] == manifest["rows"] == ROWS
    assert rows[0]["message"] == '第一行, "quoted"\nsecond line 1'
    partitions = [name for (name,) in await execute(environment, PARTITIONS)]
    assert "sync_job_log_2020_01" not in partitions
    assert not [path for path in (tmp_path / "archive").iterdir() if path.name.endswith(".partial")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("months_ahead", 25), ("months_ahead", -1), ("keep_months", 0), ("keep_restored_days", -1), ("limit_bytes", -1)],
)
async def test_a_number_out_of_bounds_changes_nothing(
    archiving: JobRuntime, environment: dict[str, str], name: str, value: int
) -> None:
    before = await execute(environment, PARTITIONS)

    parameters: dict[str, Any] = {name: value}
    message = failure(await run_job(archiving, **parameters))

    assert message.startswith(f"{name} is {value}; it must be a whole number")

    assert await execute(environment, PARTITIONS) == before


async def test_a_month_with_a_run_that_has_not_ended_is_spared(
    archiving: JobRuntime, environment: dict[str, str]
) -> None:
    await execute(environment, OPEN_RUN)

    found = result(await run_job(archiving))

    assert found["spared"] == ["2020-02"]
    assert ("sync_job_log_2020_02",) in await execute(environment, PARTITIONS)


async def test_a_month_that_another_program_uses_is_left_to_the_next_run(
    archiving: JobRuntime, environment: dict[str, str]
) -> None:
    async with await psycopg.AsyncConnection.connect(environment["DATABASE_URL"]) as reader:
        await reader.execute("select * from sync_job_log_2020_01 limit 1")
        found = result(await run_job(archiving))

        assert found["left"] == ["2020-01"]
        assert found["due"] == ["2020-01"]

    assert [each["month"] for each in result(await run_job(archiving))["archived"]] == ["2020-01"]


async def test_a_dry_run_reports_and_changes_nothing(
    archiving: JobRuntime, environment: dict[str, str], tmp_path: Path
) -> None:
    before = await execute(environment, PARTITIONS)

    found = result(await run_job(archiving, dry_run=True))

    assert (found["due"], found["archived"]) == (["2020-01", "2020-02"], [])
    assert await execute(environment, PARTITIONS) == before
    assert not (tmp_path / "archive").exists()


async def test_a_dry_run_reports_what_the_next_run_does_and_leaves_database_and_folder_as_they_are(
    archiving: JobRuntime, environment: dict[str, str], folder: Path
) -> None:
    await run_job(archiving)
    await run_job(archiving, restore="2020-01")
    before = (await execute(environment, TABLES), await execute(environment, OLD_ROWS), folder_content(folder))

    planned = result(await run_job(archiving, dry_run=True, months_ahead=6, keep_restored_days=0))

    assert (await execute(environment, TABLES), await execute(environment, OLD_ROWS), folder_content(folder)) == before
    done = result(await run_job(archiving, months_ahead=6, keep_restored_days=0))
    assert len(planned["created"]) == 3
    assert planned["created"] == done["created"]
    assert planned["due"] == [each["month"] for each in done["archived"]] == ["2020-01"]
    assert (planned["archived"], done["due"]) == ([], [])


async def test_without_an_archive_folder_nothing_is_dropped(environment: dict[str, str]) -> None:
    await execute(environment, CREATE)

    async with open_jobs({**environment, "JOB_ARCHIVE_FOLDER": ""}) as runtime:
        assert result(await run_job(runtime))["due"] == ["2020-01", "2020-02"]
    assert ("sync_job_log_2020_01",) in await execute(environment, PARTITIONS)


async def test_the_result_has_the_size_of_each_month(archiving: JobRuntime, environment: dict[str, str]) -> None:
    await execute(environment, "vacuum analyze sync_job_log_2020_01")

    found = result(await run_job(archiving, dry_run=True, limit_bytes=10**9))

    [size] = await execute(environment, "select pg_total_relation_size('sync_job_log_2020_01')")
    assert found["months"][:2] == [
        {"month": "2020-01", "rows": ROWS, "bytes": size[0]},
        {"month": "2020-02", "rows": None, "bytes": found["months"][1]["bytes"]},
    ]
    assert found["total_bytes"] == sum(each["bytes"] for each in found["months"])
    assert found["monthly_bytes"] == (found["months"][0]["bytes"] + found["months"][1]["bytes"]) // 2
    assert found["months_to_limit"] == (10**9 - found["total_bytes"]) // found["monthly_bytes"] + 1


def test_a_restored_month_does_not_change_the_expected_growth() -> None:
    may = datetime(2026, 5, 3, tzinfo=UTC)
    months = [
        LogMonth(month=date(2026, 3, 1), rows=1, size_bytes=10**9, open_runs=0, restored_at=may),
        LogMonth(month=date(2026, 4, 1), rows=1, size_bytes=500, open_runs=0),
    ]

    assert forecast(months, may)["monthly_bytes"] == 500


@pytest.mark.parametrize(
    ("total", "monthly", "limit", "months"),
    [(1000, 100, 0, None), (1000, 0, 5000, None), (1000, 100, 999, 0), (1000, 100, 1000, 1), (1000, 100, 1250, 3)],
)
def test_the_month_in_which_the_log_exceeds_its_limit(total: int, monthly: int, limit: int, months: int | None) -> None:
    size = {"total_bytes": total, "monthly_bytes": monthly}

    assert months_to_limit(size, limit) == months


def test_the_forecast_counts_on_the_growth_of_the_last_complete_months() -> None:
    sizes = {date(2026, 1, 1): 900, date(2026, 2, 1): 300, date(2026, 3, 1): 400, date(2026, 4, 1): 500}
    months = [
        LogMonth(month=month, rows=1, size_bytes=size, open_runs=0)
        for month, size in {**sizes, date(2026, 5, 1): 50}.items()
    ]

    found = forecast(months, datetime(2026, 5, 3, tzinfo=UTC))

    assert found == {"total_bytes": 2150, "monthly_bytes": 400, "bytes_in_12_months": 2150 + 12 * 400}
