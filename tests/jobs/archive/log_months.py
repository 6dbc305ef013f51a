"""Two old months of the log, and runs of maintain_logs on them."""

from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from arcbeat.app import JobRuntime
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState, Trigger
from jobs import maintain_logs
from jobs.execution.start import Starter

OLD, SPARED = date(2020, 1, 1), date(2020, 2, 1)
ROWS = 500
NAME = maintain_logs.DEFINITION.name
FILE = "sync_job_log_2020_01.csv.gz"
CREATE = "select sync_job_log_create_months(array['2020-01-01', '2020-02-01']::date[])"
FILL = """
insert into sync_job_log (job_name, run_started_at, log_type, execution_phase, status, message)
select 'welding', '2020-01-15T00:00:00Z', 'success', 'final', 'success', E'第一行, "quoted"\nsecond line ' || n
  from generate_series(1, %s) n"""
PARTITIONS = "select inhrelid::regclass::text from pg_inherits where inhparent = 'sync_job_log'::regclass order by 1"
PENDING = "select inhrelid::regclass::text from pg_inherits where inhdetachpending"
# As text, with all columns: two equal results are equal rows.
OLD_ROWS = "select log::text from sync_job_log log where run_started_at < '2021-01-01' order by id"


def starter_of(runtime: JobRuntime) -> Starter:
    return Starter(ports=runtime.ports, registry={NAME: maintain_logs.JOB}, spool_folder=runtime.spool_folder)


async def execute(environment: dict[str, str], statement: str, *values: object) -> list[Any]:
    async with await psycopg.AsyncConnection.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        cursor = await connection.execute(statement.encode(), values)
        return await cursor.fetchall() if cursor.description else []


async def run_job(runtime: JobRuntime, *, dry_run: bool = False, **parameters: Any) -> Run:
    request = RunRequest(
        job_name=NAME, trigger=Trigger.COMMAND_LINE, requested_by="a test", dry_run=dry_run, parameters=parameters
    )
    return await starter_of(runtime).start_run(request)


def result(run: Run) -> dict[str, Any]:
    assert run.state is RunState.SUCCEEDED, run.error_message
    return dict(run.result or {})


def failure(run: Run) -> str:
    assert run.state is RunState.FAILED
    return str(run.error_message)


def archived_months(run: Run) -> list[str]:
    return [each["month"] for each in result(run)["archived"]]


def folder_content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}
