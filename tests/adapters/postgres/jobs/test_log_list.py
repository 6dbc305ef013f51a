"""Tests that a page of the log reads little more than its own rows, whatever filter it has."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from adapters.postgres.jobs.logs import list_query
from adapters.postgres.schema.migration import migrate
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import ExecutionPhase, LogStatus, LogType
from arcbeat.domain.jobs.ports import LogFilter, LogPosition
from tests.support.postgres import Server

NOW = datetime.now(UTC)
PAGE_ROWS = 21
ROWS_READ_MAX = 2 * PAGE_ROWS + 10
"""A list of two branches reads a page in each; some plans read a row more per month."""
# 4000 runs of a root row and a final row in two months, each fourth one failed; a run of a job that has no other.
ROWS = """
select sync_job_log_create_months(array[(now() - interval '1 month')::date]);
insert into sync_job_log (
    id, run_id, job_id, job_name, parent_log_id, run_started_at, log_type, execution_phase, status, error_category)
select 2 * run + part, case when run % 2 = 0 then run end, run % 3,
       case when run = 1000 then 'once' when run % 2 = 0 then 'job ' || run % 3 else '' end,
       case when part = 1 then 2 * run end, now() - interval '31 days' + run * interval '10 minutes',
       case when part = 0 then 'execution_start' when run % 4 = 0 then 'failure' else 'success' end,
       case when part = 0 then 'initial' else 'final' end, case when run % 4 = 0 then 'failed' else 'success' end,
       case when part = 1 and run % 4 = 0 then 'timeout' end
  from generate_series(1, 4000) as run, generate_series(0, 1) as part;
update sync_job_log set status = 'refused' where run_id = 1000;
analyze sync_job_log"""
AFTER = LogPosition(NOW - timedelta(days=10), 1_000_000)
FILTERS = {
    "none": LogFilter(),
    "all rows": LogFilter(roots_only=False),
    "job": LogFilter(job_name="job 1"),
    "all rows of a job": LogFilter(job_name="job 1", roots_only=False),
    "a job with one run": LogFilter(job_name="once"),
    "a job without runs": LogFilter(job_name="never"),
    "run": LogFilter(run_id=1000, roots_only=False),
    "log type": LogFilter(log_type=LogType.FAILURE, roots_only=False),
    "a log type without rows": LogFilter(log_type=LogType.STRATEGY_CHANGE, roots_only=False),
    "phase": LogFilter(execution_phase=ExecutionPhase.FINAL, roots_only=False),
    "status": LogFilter(status=LogStatus.FAILED),
    "a status without rows": LogFilter(status=LogStatus.RUNNING),
    "a status of few rows": LogFilter(status=LogStatus.REFUSED, roots_only=False),
    "job and status": LogFilter(job_name="job 1", status=LogStatus.FAILED),
    "job and a status without rows": LogFilter(job_name="job 1", status=LogStatus.TIMEOUT),
    "job and a log type without rows": LogFilter(job_name="job 1", log_type=LogType.TIMEOUT, roots_only=False),
    "error category": LogFilter(error_category=ErrorCategory.TIMEOUT, roots_only=False),
    "an error category that only rows below the roots have": LogFilter(error_category=ErrorCategory.TIMEOUT),
    "an error category without rows": LogFilter(error_category=ErrorCategory.CONFLICT),
    "time": LogFilter(start=NOW - timedelta(days=25), end=NOW - timedelta(days=24)),
}


@pytest.fixture(scope="module")
def many_logs(postgres_server: Server) -> Iterator[str]:
    url = postgres_server.create_database()
    migrate(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")  # the parents exist
        connection.execute(ROWS)
    yield url
    postgres_server.drop_database(url)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def rows_read(url: str, where: LogFilter, after: LogPosition | None, job_id: str | None = None) -> float:
    """Return how many rows the scans of a page read, those that did not match included."""
    query, values = list_query(where, after, job_id)
    statement = b"explain (analyze, format json) " + query.as_bytes()
    with psycopg.connect(url, row_factory=dict_row) as connection:
        found = connection.execute(statement, {**values, "limit": PAGE_ROWS})
        plan = found.fetchall()[0]["QUERY PLAN"][0]["Plan"]
    scans = [node for node in nodes(plan) if "Scan" in node["Node Type"] and node["Node Type"] != "Subquery Scan"]
    return sum(_rows_of(node) for node in scans)


def _rows_of(scan: dict[str, Any]) -> float:
    return float(scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)) * float(scan["Actual Loops"])


@pytest.mark.parametrize("after", [None, AFTER], ids=["first page", "further page"])
@pytest.mark.parametrize("name", FILTERS)
def test_a_page_reads_little_more_than_its_own_rows(many_logs: str, name: str, after: LogPosition | None) -> None:
    assert rows_read(many_logs, FILTERS[name], after) <= ROWS_READ_MAX


@pytest.mark.parametrize("after", [None, AFTER], ids=["first page", "further page"])
@pytest.mark.parametrize("job_id", ["1", "7"], ids=["rows of another program", "no rows of another program"])
def test_so_does_a_page_of_a_registered_job(many_logs: str, job_id: str, after: LogPosition | None) -> None:
    assert rows_read(many_logs, LogFilter(job_name="job 1"), after, job_id) <= ROWS_READ_MAX
