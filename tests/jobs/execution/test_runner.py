"""Runs are carried out on a real PostgreSQL, from the claim to the last row of their log."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from arcbeat.app import JobRuntime
from arcbeat.domain.errors import LeaseLost
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.logs import AdaptiveAdjustments, RetryContext, SegmentKind
from arcbeat.domain.jobs.ports import LogFilter
from arcbeat.domain.jobs.retry import RetryStats, StrategyName
from arcbeat.domain.jobs.runs import RowCounts, RunOutcome, RunState
from jobs.execution.start import Starter
from tests.jobs.example_jobs import WINDOW
from tests.jobs.logs import request, rows, timeline_of, tree_of
from tests.jobs.test_processes import execute

NETWORK = "network_error"
BEGIN_SECONDS = 30


async def begun(folder: Path) -> None:
    """Wait until the work of the job has begun."""
    async with asyncio.timeout(BEGIN_SECONDS):
        while not (folder / "begun-1").exists():  # noqa: ASYNC110 -- the job may be in another process
            await asyncio.sleep(0.01)


async def test_a_job_that_recovers_at_its_third_attempt_leaves_its_whole_trail(
    starter: Starter, runtime: JobRuntime
) -> None:
    run = await starter.start_run(request("flaky"))

    assert (run.state, run.attempts, run.result) == (RunState.SUCCEEDED, 3, {"attempt": 3})
    assert (run.rows, run.window_start, run.window_end) == (RowCounts(3, 2, 1), *WINDOW)
    tree = await tree_of(runtime.ports, run)
    assert rows(tree) == [
        ("execution_start", "initial", "success", None, None),
        ("retry_attempt", "retry", "failed", 2, NETWORK),
        ("retry_attempt", "retry", "failed", 3, NETWORK),
        ("success", "final", "success", 3, None),
    ]
    root, (first, second, final) = tree.log, [child.log for child in tree.children]
    assert root.retry_statistics is not None
    assert replace(root.retry_statistics, wait_seconds=0.0) == RetryStats(
        attempts=3, retries=2, errors_by_category={ErrorCategory.NETWORK_ERROR: 2}
    )
    assert root.retry_statistics.wait_seconds > 0.1
    assert [replace(log.retry_context, delay_seconds=0.0) for log in (first, second) if log.retry_context] == [
        RetryContext(
            strategy_name=StrategyName.EXPONENTIAL_BACKOFF,
            delay_seconds=0.0,
            attempt_number=number,
            max_attempts=3,
            error_category=ErrorCategory.NETWORK_ERROR,
            adaptive_adjustments=AdaptiveAdjustments(1.0, timeout_extended=False),
        )
        for number in (2, 3)
    ]
    assert (final.rows_read, final.rows_written, final.rows_skipped) == (3, 2, 1)
    for log in (root, first, second, final):
        assert log.performance_metrics is not None
        assert log.performance_metrics.memory_usage_mb
        assert log.performance_metrics.database_query_time_ms


async def test_the_timeline_has_planned_and_actual_times(starter: Starter, runtime: JobRuntime) -> None:
    run = await starter.start_run(request("flaky", succeeds_at=2))

    segments = await timeline_of(runtime.ports, run)

    assert [(each.kind, each.attempt_number, each.status, each.error_category) for each in segments] == [
        (SegmentKind.ATTEMPT, 1, "failed", NETWORK),
        (SegmentKind.WAIT, 2, "success", NETWORK),
        (SegmentKind.ATTEMPT, 2, "success", None),
    ]
    first, wait, second = segments
    assert wait.planned_end_at is not None
    assert wait.ended_at is not None
    assert first.started_at <= wait.started_at < wait.planned_end_at <= wait.ended_at
    assert wait.started_at == first.ended_at
    assert wait.ended_at == second.started_at
    assert second.ended_at == run.finished_at


async def test_no_attempt_is_left(starter: Starter, runtime: JobRuntime) -> None:
    run = await starter.start_run(request("flaky", succeeds_at=4))

    assert (run.state, run.attempts, run.error_category) == (RunState.FAILED, 3, ErrorCategory.NETWORK_ERROR)
    assert rows(await tree_of(runtime.ports, run)) == [
        ("execution_start", "initial", "failed", None, NETWORK),
        ("retry_attempt", "retry", "failed", 2, NETWORK),
        ("retry_attempt", "retry", "failed", 3, NETWORK),
        ("failure", "final", "failed", 3, NETWORK),
    ]


@pytest.mark.parametrize(
    ("job", "log_type", "category"),
    [
        ("rejected", "failure", "data_error"),
        ("broken", "exception", "unknown"),
        ("not_json", "exception", "data_error"),
    ],
)
async def test_errors_end_a_run(starter: Starter, runtime: JobRuntime, job: str, log_type: str, category: str) -> None:
    run = await starter.start_run(request(job))

    assert (run.state, run.error_category) == (RunState.FAILED, category)
    final = rows(await tree_of(runtime.ports, run))[-1]
    assert final == (log_type, "final", "failed", run.attempts, category)


@pytest.mark.parametrize(("found", "result"), [("2", {"found": 2.0}), ("nan", None)])
async def test_a_run_that_fails_keeps_what_it_has_found(
    starter: Starter, found: str, result: dict[str, object] | None
) -> None:
    run = await starter.start_run(request("half_done", found=found))

    assert (run.state, run.error_category, run.result) == (RunState.FAILED, ErrorCategory.DATA_ERROR, result)


async def test_a_run_that_takes_too_long_is_timed_out(starter: Starter, runtime: JobRuntime, tmp_path: Path) -> None:
    run = await starter.start_run(request("hasty", folder=str(tmp_path)))

    assert run.state is RunState.TIMED_OUT
    assert rows(await tree_of(runtime.ports, run)) == [
        ("execution_start", "initial", "timeout", None, "timeout"),
        ("timeout", "final", "timeout", 1, "timeout"),
    ]


async def test_an_attempt_that_takes_too_long_is_repeated_with_more_time(
    starter: Starter, runtime: JobRuntime, tmp_path: Path
) -> None:
    run = await starter.start_run(request("slow_attempts", folder=str(tmp_path)))

    tree = await tree_of(runtime.ports, run)
    assert rows(tree) == [
        ("execution_start", "initial", "timeout", None, "timeout"),
        ("strategy_change", "retry", "success", 2, "timeout"),
        ("retry_attempt", "retry", "failed", 2, "timeout"),
        ("timeout", "final", "timeout", 2, "timeout"),
    ]
    change = tree.children[0].log
    assert change.message == "Delays are multiplied by 2, and an attempt may take 0.3 s."
    assert change.retry_context is not None
    assert change.retry_context.adaptive_adjustments == AdaptiveAdjustments(2.0, timeout_extended=True)


async def test_a_cancelled_run_ends_soon(starter: Starter, runtime: JobRuntime, tmp_path: Path) -> None:
    running = asyncio.create_task(starter.start_run(request("patient", folder=str(tmp_path))))
    await begun(tmp_path)
    [log] = await runtime.ports.logs.list_logs(LogFilter(), None, 10)

    await runtime.ports.queue.cancel(log.run_id or 0)
    run = await running

    assert run.state is RunState.CANCELLED
    assert rows(await tree_of(runtime.ports, run)) == [
        ("execution_start", "initial", "cancelled", None, None),
        ("exception", "final", "cancelled", 1, None),
    ]


async def test_a_run_whose_process_is_to_stop_is_cancelled(
    starter: Starter, runtime: JobRuntime, tmp_path: Path
) -> None:
    running = asyncio.create_task(starter.start_run(request("patient", folder=str(tmp_path))))
    await begun(tmp_path)

    starter.stop.set()
    run = await running

    assert run.state is RunState.CANCELLED
    assert (await tree_of(runtime.ports, run)).children[-1].log.message.startswith("The run was cancelled, because its")


async def test_a_lost_run_stops_and_stores_nothing_more(starter: Starter, runtime: JobRuntime, tmp_path: Path) -> None:
    running = asyncio.create_task(starter.start_run(request("patient", folder=str(tmp_path))))
    await begun(tmp_path)
    [log] = await runtime.ports.logs.list_logs(LogFilter(), None, 10)
    stolen = await runtime.ports.queue.get_run(log.run_id or 0)
    await runtime.ports.queue.finish(stolen, RunOutcome(state=RunState.ABANDONED, attempts=1), [])

    with pytest.raises(LeaseLost):
        await running

    assert rows(await tree_of(runtime.ports, stolen)) == [("execution_start", "initial", "abandoned", None, None)]


async def test_a_queued_run_that_was_left_comes_first(starter: Starter, runtime: JobRuntime) -> None:
    await starter.prepare()
    left = await runtime.ports.queue.request(request("flaky", succeeds_at=1))

    run = await starter.start_run(request("flaky", succeeds_at=1))

    assert (await runtime.ports.queue.get_run(left.id)).state is RunState.SUCCEEDED
    assert run.state is RunState.SUCCEEDED


async def test_a_parameter_that_the_stored_job_lacks_has_the_default_of_the_code(
    starter: Starter, runtime: JobRuntime, environment: dict[str, str]
) -> None:
    await starter.prepare()
    await execute(environment["DATABASE_URL"], "update sync_job set parameters = '{}'")

    run = await starter.start_run(request("flaky"))

    assert (run.state, run.attempts) == (RunState.SUCCEEDED, 3)


async def test_a_key_makes_one_run(starter: Starter) -> None:
    first = await starter.start_run(replace(request("flaky"), idempotency_key="once"))

    assert await starter.start_run(replace(request("flaky"), idempotency_key="once")) == first
