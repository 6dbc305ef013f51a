"""The log is listed by filters and pages, and read as a tree."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from arcbeat.domain.errors import UnknownJobLog
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import LogStatus, LogType, RunEvent
from arcbeat.domain.jobs.logs import AdaptiveAdjustments, PerformanceMetrics, RetryContext, SyncJobLog, log_tree
from arcbeat.domain.jobs.ports import LogFilter, LogPosition
from arcbeat.domain.jobs.retry import StrategyName
from arcbeat.domain.jobs.runs import Run, RunOutcome, RunState
from tests.adapters.postgres.jobs.conftest import Jobs
from tests.support.jobs import log_of

CONTEXT = RetryContext(
    strategy_name=StrategyName.ADAPTIVE,
    delay_seconds=2.5,
    attempt_number=2,
    max_attempts=3,
    error_category=ErrorCategory.NETWORK_ERROR,
    adaptive_adjustments=AdaptiveAdjustments(2.0, timeout_extended=False),
)


async def failed_run(jobs: Jobs, message: str) -> Run:
    """Store a run with one retry that failed with a message."""
    await jobs.request()
    run = (await jobs.claim()).run
    retry = log_of(
        run,
        RunEvent.RETRIED,
        status=LogStatus.RUNNING,
        started_at=jobs.clock(),
        error_category=ErrorCategory.NETWORK_ERROR,
        retry_context=CONTEXT,
        performance_metrics=PerformanceMetrics(memory_usage_mb=64.0),
        attempt_number=2,
    )
    await jobs.logs.append(run, [retry])
    await jobs.logs.complete(run, replace(retry, ended_at=jobs.clock() + timedelta(seconds=3)))
    outcome = RunOutcome(
        state=RunState.FAILED, attempts=2, error_category=ErrorCategory.NETWORK_ERROR, error_message=message
    )
    final = log_of(run, RunEvent.FAILED, started_at=jobs.clock(), ended_at=jobs.clock(), error_message=message)
    finished = await jobs.queue.finish(run, outcome, [final])
    jobs.clock.now += timedelta(seconds=1)
    return finished


async def listed(jobs: Jobs, where: LogFilter) -> Sequence[SyncJobLog]:
    return await jobs.logs.list_logs(where, None, 100)


async def test_the_list_has_one_row_per_run_newest_first_in_pages(jobs: Jobs) -> None:
    runs = [await failed_run(jobs, f"failure {number}") for number in range(3)]

    first = await jobs.logs.list_logs(LogFilter(), None, 2)
    rest = await jobs.logs.list_logs(LogFilter(), LogPosition(first[-1].run_started_at, first[-1].id or 0), 2)

    assert [log.run_id for log in [*first, *rest]] == [run.id for run in reversed(runs)]
    assert {log.status for log in first} == {LogStatus.FAILED}


async def test_each_filter_selects_rows(jobs: Jobs) -> None:
    run = await failed_run(jobs, "50% of the rows_were rejected")
    await failed_run(jobs, "other")
    everything = LogFilter(roots_only=False)

    by_filter = {
        name: len(await listed(jobs, replace(everything, **{name: value})))  # type: ignore[arg-type] # by name
        for name, value in {
            "run_id": run.id,
            "job_name": run.job_name,
            "log_type": LogType.RETRY_ATTEMPT,
            "execution_phase": "final",
            "status": LogStatus.RUNNING,
            "error_category": ErrorCategory.NETWORK_ERROR,
            "end": run.run_started_at,
            "start": run.run_started_at + timedelta(milliseconds=1),
            "text": "50% OF the rows_were",
        }.items()
    }

    assert by_filter == {
        "run_id": 3,
        "job_name": 6,
        "log_type": 2,
        "execution_phase": 2,
        "status": 2,
        "error_category": 4,
        "end": 0,
        "start": 3,
        "text": 2,
    }
    assert await listed(jobs, LogFilter(job_name="no_such_job")) == []
    assert await listed(jobs, LogFilter(text="5_%")) == []


async def test_the_tree_of_a_run_is_found_from_each_of_its_rows(jobs: Jobs) -> None:
    await failed_run(jobs, "other")
    run = await failed_run(jobs, "failed")
    root = await jobs.logs.get_log(run.root_log_id or 0, run.run_started_at)

    logs = await jobs.logs.logs_of_run(root)

    assert [log.log_type for log in logs] == [LogType.EXECUTION_START, LogType.RETRY_ATTEMPT, LogType.FAILURE]
    assert await jobs.logs.logs_of_run(logs[-1]) == logs
    tree = log_tree(logs, root.id or 0)
    assert tree is not None
    assert [child.log for child in tree.children] == list(logs[1:])
    assert (logs[1].retry_context, logs[1].duration) == (CONTEXT, timedelta(seconds=3))


async def test_values_of_other_programs_are_read_as_unknown(jobs: Jobs) -> None:
    insert = """
        insert into sync_job_log (job_name, error_category, retry_context) values ('other', 'EIO', '{"times": 3}')
        returning id"""
    row = await jobs.database.fetch_one(insert)

    log = await jobs.logs.get_log(int((row or {})["id"]), None)

    assert (log.error_category, log.retry_context, log.run_id) == (ErrorCategory.UNKNOWN, None, None)


async def test_an_unknown_row_is_not_found(jobs: Jobs) -> None:
    with pytest.raises(UnknownJobLog):
        await jobs.logs.get_log(10**9, None)
