"""``worker`` and ``scheduler``: the commands that run until they are stopped."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping

import click

from arcbeat.app import JobRuntime, open_jobs
from jobs.command_line.signals import stop_at_once
from jobs.context import RegisteredJob
from jobs.execution.event_loop import run_to_end
from jobs.execution.start import Starter
from jobs.processes.running import run_scheduler, run_worker
from jobs.processes.worker import RUNS_MAX


@click.command(help="Carry out runs that were requested elsewhere, until SIGTERM; runs in hand are finished.")
@click.option("--runs", "runs_max", type=click.IntRange(1, 64), default=RUNS_MAX, show_default=True, help="At a time.")
@click.pass_obj
def worker(registry: Mapping[str, RegisteredJob], runs_max: int) -> int:
    async def work(starter: Starter, runtime: JobRuntime, stop: asyncio.Event) -> None:
        await run_worker(starter, stop, watch=runtime.watch, runs_max=runs_max)

    return run_to_end(_serve(registry, work))


@click.command(help="Start the runs that are due, until SIGTERM; workers carry them out.")
@click.pass_obj
def scheduler(registry: Mapping[str, RegisteredJob]) -> int:
    async def schedule(starter: Starter, _: JobRuntime, stop: asyncio.Event) -> None:
        await run_scheduler(starter, stop)

    return run_to_end(_serve(registry, schedule))


async def _serve(
    registry: Mapping[str, RegisteredJob], process: Callable[[Starter, JobRuntime, asyncio.Event], Awaitable[None]]
) -> int:
    stop = stop_at_once()
    async with open_jobs(os.environ) as runtime:
        starter = Starter(ports=runtime.ports, registry=registry, spool_folder=runtime.spool_folder)
        await process(starter, runtime, stop)
    return 0
