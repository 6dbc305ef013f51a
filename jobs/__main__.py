"""The command line of jobs: ``python -m jobs run NAME`` carries a run out in this process.

Exit codes of ``run``: 0 the run succeeded; 1 it failed; 2 the command line or a setting is wrong; 3 it was skipped or
refused, or another process carries it out; 4 it timed out; 5 it was cancelled, or this process was told to stop; 6 it
was abandoned, or another process took it over; 7 PostgreSQL is unavailable, so that it did not begin, or its outcome is
not stored.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import click

from arcbeat.app import JobRuntime, open_jobs
from arcbeat.domain.errors import ArcbeatError, LeaseLost, StoreError
from arcbeat.domain.jobs.jobs import Parameter
from arcbeat.domain.jobs.logs import LogNode, log_tree, timeline
from arcbeat.domain.jobs.ports import JobPorts, LogFilter
from arcbeat.domain.jobs.runs import Run, RunRequest, RunState, Trigger
from jobs import terminal
from jobs.context import RegisteredJob
from jobs.execution.start import Starter
from jobs.processes import run_scheduler, run_worker
from jobs.registry import REGISTRY
from jobs.worker import RUNS_MAX

GRACE_SECONDS = 12.0
"""How long a run may go on after SIGTERM before it is cancelled. With CLOSE_SECONDS and FINISH_STOPPING_SECONDS of the
runner, the process ends within 30 seconds."""
LOGS_MAX = 1000

EXIT_USAGE = 2
EXIT_LOST = 6
EXIT_UNAVAILABLE = 7
EXIT_CODES: Mapping[RunState, int] = {
    RunState.SUCCEEDED: 0,
    RunState.FAILED: 1,
    RunState.SKIPPED: 3,
    RunState.REFUSED: 3,
    RunState.QUEUED: 3,
    RunState.RUNNING: 3,
    RunState.TIMED_OUT: 4,
    RunState.CANCELLED: 5,
    RunState.ABANDONED: EXIT_LOST,
}
"""The exit code by the state of the run."""


def main(registry: Mapping[str, RegisteredJob] = REGISTRY) -> None:
    """Run the command line; an expected error is printed without a traceback."""
    try:
        code = cli(standalone_mode=False, obj=registry)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = EXIT_CODES[RunState.CANCELLED]
    except LeaseLost as error:
        code = _fail(error, EXIT_LOST)
    except StoreError as error:
        code = _fail(error, EXIT_UNAVAILABLE)
    except (ArcbeatError, ValueError, OSError) as error:
        code = _fail(error, EXIT_USAGE)
    sys.exit(code)


def _fail(error: Exception, code: int) -> int:
    click.echo(f"jobs: {error}", err=True)
    return code


@click.group(help="Run jobs, and read what they did. Requires DATABASE_URL.")
def cli() -> None:
    pass


def _parameter(_: click.Context, __: click.Parameter, given: Sequence[str]) -> Mapping[str, Parameter]:
    parameters = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text!r} is not of the form name=value, for example devices_per_type=50")
        parameters[name] = _value(value)
    return parameters


def _value(text: str) -> Parameter:
    """Return a JSON number, true, false or null as such, and anything else as text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (int, float)) or value is None else text


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, an object per line.")


@cli.command(help="Carry a run out in this process. docs/how-to/run-jobs.md lists the exit codes.")
@click.argument("name")
@click.option("--param", "parameters", multiple=True, callback=_parameter, help="A parameter, as name=value.")
@click.option("--key", help="The idempotency key: requests for one job with the same key make one run.")
@click.option("--dry-run", is_flag=True, help="Report what the job would change, and change nothing.")
@as_json
@click.pass_obj
def run(
    registry: Mapping[str, RegisteredJob],
    name: str,
    parameters: Mapping[str, Parameter],
    key: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    if name not in registry:
        raise click.BadParameter(f"no job is named {name!r}; there are: {', '.join(sorted(registry))}")
    request = RunRequest(
        job_name=name,
        trigger=Trigger.COMMAND_LINE,
        requested_by=_user(),
        parameters=parameters,
        idempotency_key=key,
        dry_run=dry_run,
    )
    return asyncio.run(_run(registry, request, as_json=as_json))


async def _run(registry: Mapping[str, RegisteredJob], request: RunRequest, *, as_json: bool) -> int:
    async with open_jobs(os.environ) as runtime, _stop_on_signals() as stop:
        starter = Starter(
            ports=runtime.ports,
            registry=registry,
            spool_folder=runtime.spool_folder,
            reporter=_reporter(as_json=as_json),
            stop=stop,
        )
        ended = await starter.start_run(request)
        if not ended.state.is_final or ended.state in {RunState.SKIPPED, RunState.REFUSED}:
            click.echo(terminal.describe(ended), err=True)
        return EXIT_CODES[ended.state]


def _reporter(*, as_json: bool) -> terminal.JsonLines | terminal.ProgressBar:
    if as_json or not sys.stdout.isatty():
        return terminal.JsonLines(sys.stdout)
    return terminal.ProgressBar(sys.stdout)


@asynccontextmanager
async def _stop_on_signals() -> AsyncIterator[asyncio.Event]:
    """Yield an event that is set by SIGINT at once and by SIGTERM after a grace period, or by a second signal."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []

    def terminate() -> None:
        timers.append(loop.call_later(0 if timers else GRACE_SECONDS, stop.set))

    loop.add_signal_handler(signal.SIGINT, stop.set)
    loop.add_signal_handler(signal.SIGTERM, terminate)
    try:
        yield stop
    finally:
        for timer in timers:
            timer.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _user() -> str:
    return f"command line of {os.environ.get('USER') or os.getuid()}"


@cli.command("list", help="List the jobs.")
@as_json
@click.pass_obj
def list_jobs(registry: Mapping[str, RegisteredJob], as_json: bool) -> int:
    async def show(ports: JobPorts) -> None:
        await ports.jobs.register([job.definition for job in registry.values()])
        for job in await ports.jobs.list_jobs():
            text = f"{job.name:24} {job.schedule or '-':16} {'' if job.enabled else 'disabled '}{job.description}"
            click.echo(_json(terminal.JOB, job) if as_json else text)

    return _with_ports(show)


@cli.command(help="List runs, newest first; with --all, all rows of their logs.")
@click.option("--job", help="The runs of one job.")
@click.option("--all", "every", is_flag=True, help="List all rows, not only one per run.")
@click.option("--limit", type=click.IntRange(1, LOGS_MAX), default=20, show_default=True)
@as_json
def logs(job: str | None, every: bool, limit: int, as_json: bool) -> int:
    async def show(ports: JobPorts) -> None:
        found = await ports.logs.list_logs(LogFilter(job_name=job, roots_only=not every), None, limit)
        for log in found:
            text = f"{log.run_started_at:%Y-%m-%d %H:%M:%S} run {log.run_id} {log.job_name} {log.status} "
            click.echo(_json(terminal.LOG, log) if as_json else text + terminal.summary(log))

    return _with_ports(show)


@cli.command(help="Show the log of a run as a tree, and its attempts and waits.")
@click.argument("run_id", type=int)
@as_json
def tree(run_id: int, as_json: bool) -> int:
    async def show(ports: JobPorts) -> None:
        root_id = (await ports.queue.get_run(run_id)).root_log_id
        if root_id is None:
            click.echo(f"run {run_id} has not begun", err=True)
            return
        found = await ports.logs.logs_of_run(await ports.logs.get_log(root_id, None))
        node = log_tree(found, root_id)
        if node is None:
            return
        segments = timeline(node.log, [child.log for child in node.children])
        if as_json:
            click.echo(_json(terminal.NODE, node))
            return
        _show_node(node)
        for segment in segments:
            click.echo(f"  {segment.kind} {segment.attempt_number}: {segment.started_at} to {segment.ended_at}")

    return _with_ports(show)


def _show_node(node: LogNode, depth: int = 0) -> None:
    click.echo("  " * depth + f"{node.log.started_at} {node.log.status} {terminal.summary(node.log)}")
    for child in node.children:
        _show_node(child, depth + 1)


@cli.command(help="Repeat a run in this process, with the same parameters.")
@click.argument("run_id", type=int)
@as_json
@click.pass_obj
def retry(registry: Mapping[str, RegisteredJob], run_id: int, as_json: bool) -> int:
    async def repeat() -> int:
        async with open_jobs(os.environ) as runtime:
            previous = await runtime.ports.queue.get_run(run_id)
        request = RunRequest(
            job_name=previous.job_name,
            trigger=Trigger.RETRY,
            requested_by=_user(),
            parameters=previous.parameters,
            dry_run=previous.dry_run,
            retry_of=previous.id,
        )
        return await _run(registry, request, as_json=as_json)

    return asyncio.run(repeat())


@cli.command(help="Request the cancellation of a run, wherever it is carried out.")
@click.argument("run_id", type=int)
def cancel(run_id: int) -> int:
    async def request(ports: JobPorts) -> None:
        cancelled: Run = await ports.queue.cancel(run_id)
        click.echo(terminal.describe(cancelled))

    return _with_ports(request)


def _with_ports(use: Callable[[JobPorts], Awaitable[None]]) -> int:
    async def call() -> None:
        runtime: JobRuntime
        async with open_jobs(os.environ) as runtime:
            await use(runtime.ports)

    asyncio.run(call())
    return 0


@cli.command(help="Carry out runs that were requested elsewhere, until SIGTERM; runs in hand are finished.")
@click.option("--runs", "runs_max", type=click.IntRange(1, 64), default=RUNS_MAX, show_default=True, help="At a time.")
@click.pass_obj
def worker(registry: Mapping[str, RegisteredJob], runs_max: int) -> int:
    async def work(starter: Starter, runtime: JobRuntime, stop: asyncio.Event) -> None:
        await run_worker(starter, stop, watch=runtime.watch, runs_max=runs_max)

    return asyncio.run(_serve(registry, work))


@cli.command(help="Start the runs that are due, until SIGTERM; workers carry them out.")
@click.pass_obj
def scheduler(registry: Mapping[str, RegisteredJob]) -> int:
    async def schedule(starter: Starter, _: JobRuntime, stop: asyncio.Event) -> None:
        await run_scheduler(starter, stop)

    return asyncio.run(_serve(registry, schedule))


async def _serve(
    registry: Mapping[str, RegisteredJob], process: Callable[[Starter, JobRuntime, asyncio.Event], Awaitable[None]]
) -> int:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with open_jobs(os.environ) as runtime:
        starter = Starter(ports=runtime.ports, registry=registry, spool_folder=runtime.spool_folder)
        await process(starter, runtime, stop)
    return 0


def _json(adapter: Any, value: object) -> str:
    return json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False)


if __name__ == "__main__":
    main()
