"""The jobs of the demo: a scheduler and a worker in its own process, with short schedules and a job that recovers."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from arcbeat import app
from arcbeat.domain.errors import StoreUnreachable
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.retry import RetryPolicy
from jobs import check_latest, maintain_logs, sync_devices
from jobs.context import JobContext, RegisteredJob
from jobs.execution.start import Starter
from jobs.processes import run_scheduler, run_worker

RECOVERS_AT_ATTEMPT = 3
EVERY_MINUTE = "* * * * *"
EVERY_FIVE_MINUTES = "*/5 * * * *"

RECOVERY = JobDefinition(
    name="demo_recovery",
    description="Fail twice as if a store were unreachable, and succeed at the third attempt.",
    schedule=EVERY_MINUTE,
    retry=RetryPolicy(max_attempts=RECOVERS_AT_ATTEMPT, delay_seconds=1.0),
)


async def recover(context: JobContext) -> Mapping[str, object]:
    """Fail before the third attempt."""
    if context.attempt_number < RECOVERS_AT_ATTEMPT:
        raise StoreUnreachable("The demo pretends that the store cannot be reached.")
    return {"recovered_at_attempt": context.attempt_number}


REGISTRY: Mapping[str, RegisteredJob] = {
    job.definition.name: job
    for job in (
        replace(check_latest.JOB, definition=replace(check_latest.DEFINITION, schedule=EVERY_MINUTE)),
        replace(maintain_logs.JOB, definition=replace(maintain_logs.DEFINITION, schedule=EVERY_FIVE_MINUTES)),
        replace(sync_devices.JOB, definition=replace(sync_devices.DEFINITION, schedule=EVERY_FIVE_MINUTES)),
        RegisteredJob(RECOVERY, recover),
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
