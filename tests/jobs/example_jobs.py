"""Jobs for the tests, and a command line that knows them: ``python -m tests.jobs.example_jobs run NAME``."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.postgres.jobs.fence import fenced
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.errors import StoreBadValue, StoreUnreachable
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.retry import RetryPolicy, StrategyName
from jobs.command_line.main import main
from jobs.context import JobContext, RegisteredJob

RETRY = RetryPolicy(delay_seconds=0.05, attempt_timeout_seconds=30.0)
PATIENT_RETRY = RetryPolicy(max_attempts=100, delay_seconds=0.2, delay_seconds_max=1.0)
"""Attempts enough for any outage."""
WINDOW = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))

WRITE_STEP = """
insert into step (run_id, number, fence) values (%(run_id)s, %(number)s, %(fence)s)
on conflict (run_id, number) do update set fence = excluded.fence, writes = step.writes + 1"""


async def flaky(context: JobContext) -> Mapping[str, object]:
    """Fail with a lost connection before the attempt that the parameter names."""
    await context.ports.device_types.list_types()
    context.progress(1, 2)
    if context.attempt_number < int(context.parameter("succeeds_at") or 0):
        raise StoreUnreachable
    context.count(read=3, written=2, skipped=1)
    context.cover(*WINDOW)
    return {"attempt": context.attempt_number}


async def alternating(context: JobContext) -> Mapping[str, object]:
    """Fail with a lost connection at each odd attempt, and do as ``patient`` at each even one."""
    if context.attempt_number % 2:
        raise StoreUnreachable
    return await patient(context)


async def rejected(_: JobContext) -> Mapping[str, object]:
    """Fail permanently."""
    raise StoreBadValue


async def broken(_: JobContext) -> Mapping[str, object]:
    """Have a bug."""
    raise KeyError("no such field")


async def not_json(_: JobContext) -> Mapping[str, object]:
    """Return what is not JSON."""
    return {"at": datetime.now(UTC)}


async def half_done(context: JobContext) -> Mapping[str, object]:
    """Find a number, which may be no JSON, and fail permanently."""
    context.partial_result = {"found": float(str(context.parameter("found")))}
    raise StoreBadValue


async def patient(context: JobContext) -> Mapping[str, object]:
    """Create a file that shows that the work has begun, and wait until a second one exists, or forever."""
    folder = Path(str(context.parameter("folder")))
    begun = folder / f"begun-{context.attempt_number}"
    begun.touch()
    await _exists(folder / "end")
    return {"attempt": context.attempt_number}


async def _exists(file: Path) -> None:
    """Wait for a file that tests in other processes create."""
    while not file.exists():  # noqa: ASYNC110, ASYNC240 -- there is no event for it, and a look takes no time
        await asyncio.sleep(0.02)


async def two_steps(context: JobContext) -> Mapping[str, object]:
    """Write a row behind the fence in each of two steps, and wait for the file ``go-on`` or ``end`` after each.

    The file ``step-NUMBER-RUN`` shows that a step is done.
    """
    folder, run = Path(str(context.parameter("folder"))), context.run
    async with open_pool(os.environ["DATABASE_URL"], max_size=1) as pool:
        database, lease = Database(pool), timedelta(seconds=context.ports.queue.lease_seconds)
        for number, file in ((1, "go-on"), (2, "end")):
            async with fenced(database, run, lease) as connection:
                await connection.execute(WRITE_STEP, {"run_id": run.id, "number": number, "fence": run.fence})
            (folder / f"step-{number}-{run.id}").touch()
            await _exists(folder / file)
    return {}


async def uncancellable(context: JobContext) -> Mapping[str, object]:
    """Do as ``patient``, and ignore every cancellation."""
    while True:
        with suppress(asyncio.CancelledError):
            return await patient(context)


async def suicidal(_: JobContext) -> Mapping[str, object]:
    """Kill the own process."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


async def in_a_transaction(context: JobContext) -> Mapping[str, object]:
    """Write a row behind the fence, and do as ``patient`` before the commit."""
    async with open_pool(os.environ["DATABASE_URL"]) as pool:
        database, lease = Database(pool, timeout_seconds=120), timedelta(seconds=context.ports.queue.lease_seconds)
        async with fenced(database, context.run, lease) as connection:
            await connection.execute("insert into written values (%s, %s)", (context.run.id, context.attempt_number))
            return await patient(context)


def _job(name: str, work: object, **changes: object) -> RegisteredJob:
    definition = JobDefinition(name=name, description="A job of the tests.", **{"retry": RETRY, **changes})  # type: ignore[arg-type]
    return RegisteredJob(definition, work)  # type: ignore[arg-type]


REGISTRY = {
    job.definition.name: job
    for job in (
        _job("flaky", flaky, parameters={"succeeds_at": 3}),
        _job("rejected", rejected),
        _job("broken", broken),
        _job("not_json", not_json),
        _job("half_done", half_done, parameters={"found": "1"}),
        _job("patient", patient, parameters={"folder": ""}),
        _job("uncancellable", uncancellable, parameters={"folder": ""}),
        _job("hasty", patient, parameters={"folder": ""}, timeout_seconds=0.3),
        _job("in_a_transaction", in_a_transaction, parameters={"folder": ""}),
        _job("suicidal", suicidal, max_resumes=1),
        _job("two_steps", two_steps, parameters={"folder": ""}, exclusive=False, retry=PATIENT_RETRY),
        RegisteredJob(
            JobDefinition(
                name="alternating",
                description="A job of the tests.",
                parameters={"folder": ""},
                retry=replace(RETRY, strategy=StrategyName.ADAPTIVE, max_attempts=4),
            ),
            alternating,
        ),
        RegisteredJob(
            JobDefinition(
                name="slow_attempts",
                description="A job of the tests.",
                parameters={"folder": ""},
                retry=RetryPolicy(
                    strategy=StrategyName.ADAPTIVE, max_attempts=2, delay_seconds=0.01, attempt_timeout_seconds=0.2
                ),
            ),
            patient,
        ),
    )
}

if __name__ == "__main__":
    main(REGISTRY)
