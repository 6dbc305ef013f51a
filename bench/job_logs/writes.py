"""What a row of the log costs its runner: the fence, the search for a stored row, the insert and the notification."""

import time
from dataclasses import replace
from datetime import UTC, datetime

from adapters.postgres.jobs.logs import PostgresJobLogs
from adapters.postgres.jobs.runs import PostgresRunQueue
from adapters.postgres.pool import Database
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.runs import Run, RunRequest, Trigger
from arcbeat.domain.time.clock import utc_now
from bench import record
from bench.job_logs.figures import comparison

JOBS = ("sync_line_01", "sync_line_02")
WARM_UP, ROWS = 100, 1000


async def measure(partitioned: Database, plain: Database) -> record.Row:
    """Append rows to a run on either side, in turns."""
    databases = (partitioned, plain)
    runs = [await _claim(database, job) for database, job in zip(databases, JOBS, strict=True)]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(WARM_UP + ROWS):
        for database, run, milliseconds in zip(databases, runs, times, strict=True):
            began = time.perf_counter()
            await _append(database, run)
            if number >= WARM_UP:
                milliseconds.append((time.perf_counter() - began) * 1000)
    return comparison("a retry row written by the runner, without waiting for the disk", *times, found=1, executed="")


async def _claim(database: Database, job: str) -> Run:
    queue = PostgresRunQueue(database, utc_now)
    request = RunRequest(job_name=job, trigger=Trigger.COMMAND_LINE, requested_by="the benchmark")
    run = await queue.request(request)
    claimed = await queue.claim("the benchmark", [job], run_id=run.id)
    assert claimed is not None  # noqa: S101 -- no other process is there
    return claimed.run


async def _append(database: Database, run: Run) -> None:
    now = datetime.now(UTC)
    log = replace(run.event_log(RunEvent.RETRIED, now, "连接被重置,准备重试"), attempt_number=2)
    await PostgresJobLogs(database).append(run, [log])
