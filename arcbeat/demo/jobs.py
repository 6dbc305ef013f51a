"""The jobs of the demo: a scheduler and a worker in its own process, with short schedules.

Besides those of arcbeat, there are jobs that show what can happen to a run: `demo_recovery` recovers at its third
attempt, `demo_backfill` takes long enough to be watched while its strategy adapts, and `demo_outcomes` succeeds, fails
and times out in turn.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

from arcbeat import app
from arcbeat.domain.errors import InvalidValue, StoreBadValue, StoreOverloaded, StoreUnreachable
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.retry import RetryPolicy, StrategyName
from jobs import check_latest, maintain_logs, sync_devices, sync_fields, watch_logs
from jobs.context import JobContext, RegisteredJob
from jobs.execution.start import Starter
from jobs.processes.running import run_scheduler, run_worker

RECOVERS_AT_ATTEMPT = 3
BATCH_ROWS = 250
BATCHES_UNTIL_OVERLOAD = 6
MINUTES_PER_OUTCOME = 2
EVERY_MINUTE = "* * * * *"
EVERY_TWO_MINUTES = "*/2 * * * *"
EVERY_FIVE_MINUTES = "*/5 * * * *"

RECOVERY = JobDefinition(
    name="demo_recovery",
    description="Fail twice as if a store were unreachable, and succeed at the third attempt.",
    schedule=EVERY_MINUTE,
    retry=RetryPolicy(max_attempts=RECOVERS_AT_ATTEMPT, delay_seconds=1.0),
)
BACKFILL = JobDefinition(
    name="demo_backfill",
    description="Copy rows for 20 seconds; the adaptive strategy first waits longer and then allows more time.",
    schedule=EVERY_TWO_MINUTES,
    # An attempt may take 8 seconds, and 32 after the first one that took longer.
    retry=RetryPolicy(
        strategy=StrategyName.ADAPTIVE,
        max_attempts=4,
        delay_seconds=0.5,
        attempt_timeout_seconds=8.0,
        timeout_extension=4.0,
    ),
    parameters={"batches": 40, "batch_milliseconds": 500},
)
OUTCOMES = JobDefinition(
    name="demo_outcomes",
    description="Succeed, fail with an error that no repetition mends, and exceed the time limit, in turn.",
    schedule=EVERY_TWO_MINUTES,
    timeout_seconds=5.0,
    parameters={"outcome": None},
)
# One failure opens an alert, and the next success closes it, so that `demo_outcomes` soon has some.
WATCH = replace(
    watch_logs.DEFINITION,
    schedule=EVERY_MINUTE,
    parameters={**watch_logs.DEFINITION.parameters, "failures_min": 1, "recover_after_minutes": 0},
)


async def recover(context: JobContext) -> Mapping[str, object]:
    """Fail before the third attempt."""
    if context.attempt_number < RECOVERS_AT_ATTEMPT:
        raise StoreUnreachable("The demo pretends that the store cannot be reached.")
    return {"recovered_at_attempt": context.attempt_number}


async def backfill(context: JobContext) -> Mapping[str, object]:
    """Count rows batch by batch; the first attempt ends as if the store were overloaded."""
    batches = context.number("batches", at_least=1, at_most=1_000)
    batch_seconds = context.number("batch_milliseconds", at_least=1, at_most=10_000) / 1_000
    for batch in range(1, batches + 1):
        await asyncio.sleep(batch_seconds)
        context.count(read=BATCH_ROWS, written=BATCH_ROWS - 1, skipped=1)
        context.progress(batch, batches)
        if context.attempt_number == 1 and batch == BATCHES_UNTIL_OVERLOAD:
            raise StoreOverloaded("The demo pretends that too many requests wait for the store.")
    return {"batches": batches}


async def _succeed() -> Mapping[str, object]:
    return {"checked": 3}


async def _fail() -> Mapping[str, object]:
    raise StoreBadValue("The demo pretends that the store rejects a value.")


async def _exceed_time_limit() -> Mapping[str, object]:
    await asyncio.Event().wait()
    return {}


_OUTCOMES: Mapping[str, Callable[[], Awaitable[Mapping[str, object]]]] = {
    "success": _succeed,
    "failure": _fail,
    "timeout": _exceed_time_limit,
}


async def end_in_turn(context: JobContext) -> Mapping[str, object]:
    """Do what the parameter ``outcome`` says; without it, what comes next.

    Raises:
        InvalidValue: The parameter names no outcome.
    """
    names = list(_OUTCOMES)
    turn = context.run.created_at.minute // MINUTES_PER_OUTCOME
    name = context.parameter("outcome") or names[turn % len(names)]
    if name not in names:
        raise InvalidValue.of("outcome", f"is {name!r}; it must be one of {', '.join(names)}")
    return await _OUTCOMES[str(name)]()


REGISTRY: Mapping[str, RegisteredJob] = {
    job.definition.name: job
    for job in (
        replace(check_latest.JOB, definition=replace(check_latest.DEFINITION, schedule=EVERY_MINUTE)),
        replace(maintain_logs.JOB, definition=replace(maintain_logs.DEFINITION, schedule=EVERY_FIVE_MINUTES)),
        replace(sync_devices.JOB, definition=replace(sync_devices.DEFINITION, schedule=EVERY_FIVE_MINUTES)),
        replace(sync_fields.JOB, definition=replace(sync_fields.DEFINITION, schedule=EVERY_FIVE_MINUTES)),
        replace(watch_logs.JOB, definition=WATCH),
        RegisteredJob(RECOVERY, recover),
        RegisteredJob(BACKFILL, backfill),
        RegisteredJob(OUTCOMES, end_in_turn),
    )
}
"""The jobs by name; their schedules are short, so that the log soon has rows."""


async def run_jobs(database_url: str, log_level: str, spool_folder: Path, stop: asyncio.Event) -> None:
    """Run a scheduler and a worker until ``stop`` is set; runs in hand are then cancelled."""
    environment = {"DATABASE_URL": database_url, "LOG_LEVEL": log_level, "JOB_SPOOL_FOLDER": str(spool_folder)}
    async with app.open_jobs(environment) as runtime:
        starter = Starter(ports=runtime.ports, registry=REGISTRY, spool_folder=runtime.spool_folder, stop=stop)
        async with asyncio.TaskGroup() as group:
            group.create_task(run_scheduler(starter, stop))
            group.create_task(run_worker(starter, stop, watch=runtime.watch))
