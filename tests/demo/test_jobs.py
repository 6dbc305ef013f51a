"""The jobs of the demo show what can happen to a run."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from arcbeat.app import JobRuntime, open_jobs
from arcbeat.demo.jobs import BACKFILL, OUTCOMES, REGISTRY
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.logs import AdaptiveAdjustments, log_tree, strategy_changes
from arcbeat.domain.jobs.runs import RowCounts, Run, RunRequest, RunState, Trigger
from jobs.execution.start import Starter


@pytest_asyncio.fixture
async def runtime(database_url: str, tmp_path: Path) -> AsyncIterator[JobRuntime]:
    environment = {"DATABASE_URL": database_url, "JOB_SPOOL_FOLDER": str(tmp_path / "spool"), "LOG_LEVEL": "error"}
    async with open_jobs(environment) as runtime:
        yield runtime


async def run(runtime: JobRuntime, definition: JobDefinition, **parameters: Any) -> Run:
    await runtime.ports.jobs.register([definition])
    starter = Starter(ports=runtime.ports, registry=REGISTRY, spool_folder=runtime.spool_folder)
    name = definition.name
    request = RunRequest(job_name=name, trigger=Trigger.COMMAND_LINE, requested_by="a test", parameters=parameters)
    return await starter.start_run(request)


@pytest.mark.parametrize(
    ("outcome", "state", "category"),
    [
        ("success", RunState.SUCCEEDED, None),
        ("failure", RunState.FAILED, ErrorCategory.DATA_ERROR),
        ("timeout", RunState.TIMED_OUT, ErrorCategory.TIMEOUT),
        ("nothing", RunState.FAILED, ErrorCategory.DATA_ERROR),
    ],
)
async def test_a_run_has_the_outcome_that_its_parameter_names_and_no_second_attempt(
    runtime: JobRuntime, outcome: str, state: RunState, category: ErrorCategory | None
) -> None:
    ended = await run(runtime, replace(OUTCOMES, timeout_seconds=1.0), outcome=outcome)

    assert (ended.state, ended.error_category, ended.attempts) == (state, category, 1)


async def test_a_run_without_that_parameter_has_the_outcome_whose_turn_it_is(runtime: JobRuntime) -> None:
    ended = await run(runtime, replace(OUTCOMES, timeout_seconds=1.0))

    states = (RunState.SUCCEEDED, RunState.FAILED, RunState.TIMED_OUT)
    assert ended.state is states[ended.created_at.minute // 2 % 3]


async def test_a_backfill_adapts_to_an_overloaded_store_and_to_its_time_limit(runtime: JobRuntime) -> None:
    # The work takes 2 seconds, of which an attempt has 1.5 at first, and 15 later.
    retry = replace(BACKFILL.retry, delay_seconds=0.01, attempt_timeout_seconds=1.5, timeout_extension=10.0)

    ended = await run(runtime, replace(BACKFILL, retry=retry), batch_milliseconds=50)

    assert (ended.state, ended.attempts, ended.rows) == (RunState.SUCCEEDED, 3, RowCounts(10_000, 9_960, 40))
    root = await runtime.ports.logs.get_log(ended.root_log_id or 0, ended.run_started_at)
    tree = log_tree(await runtime.ports.logs.logs_of_run(root), root.id or 0)
    assert tree is not None
    changes = strategy_changes([child.log for child in tree.children])
    assert [(each.error_category, each.after) for each in changes] == [
        (ErrorCategory.RESOURCE_EXHAUSTED, AdaptiveAdjustments(2.0, timeout_extended=False)),
        (ErrorCategory.TIMEOUT, AdaptiveAdjustments(4.0, timeout_extended=True)),
    ]
