"""``run`` and ``retry``: the commands that carry a run out in this process."""

import os
import sys
from collections.abc import Mapping

import click

from arcbeat.app import open_jobs
from arcbeat.domain.jobs.jobs import Parameter
from arcbeat.domain.jobs.runs import RunRequest, Trigger
from jobs.command_line import terminal
from jobs.command_line.exit_codes import EXIT_CODES
from jobs.command_line.options import as_json, parse_parameters
from jobs.command_line.signals import stop_after_grace
from jobs.context import RegisteredJob
from jobs.execution.event_loop import run_to_end
from jobs.execution.start import Starter


@click.command(help="Carry a run out in this process. docs/how-to/run-jobs.md lists the exit codes.")
@click.argument("name")
@click.option("--param", "parameters", multiple=True, callback=parse_parameters, help="A parameter, as name=value.")
@click.option("--from", "first", help="The first day, for jobs with a parameter from, such as sync_statistics.")
@click.option("--to", "last", help="The last day, inclusive, for jobs with a parameter to.")
@click.option("--key", help="The idempotency key: requests for one job with the same key make one run.")
@click.option("--dry-run", is_flag=True, help="Report what the job would change, and change nothing.")
@as_json
@click.pass_obj
def run(
    registry: Mapping[str, RegisteredJob],
    name: str,
    parameters: Mapping[str, Parameter],
    first: str | None,
    last: str | None,
    key: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    if name not in registry:
        raise click.BadParameter(f"no job is named {name!r}; there are: {', '.join(sorted(registry))}")
    given = {option: value for option, value in (("from", first), ("to", last)) if value is not None}
    request = RunRequest(
        job_name=name,
        trigger=Trigger.COMMAND_LINE,
        requested_by=_user(),
        parameters={**parameters, **given},
        idempotency_key=key,
        dry_run=dry_run,
    )
    return run_to_end(_run(registry, request, as_json=as_json))


@click.command(help="Repeat a run in this process, with the same parameters.")
@click.argument("run_id", type=int)
@as_json
@click.pass_obj
def retry(registry: Mapping[str, RegisteredJob], run_id: int, as_json: bool) -> int:
    async def repeat() -> int:
        async with open_jobs(os.environ) as runtime:
            previous = await runtime.ports.queue.get_run(run_id)
        return await _run(registry, previous.repeated(_user()), as_json=as_json)

    return run_to_end(repeat())


async def _run(registry: Mapping[str, RegisteredJob], request: RunRequest, *, as_json: bool) -> int:
    reporter = _reporter(as_json=as_json)
    async with open_jobs(os.environ) as runtime, stop_after_grace() as stop:
        starter = Starter(
            ports=runtime.ports,
            registry=registry,
            spool_folder=runtime.spool_folder,
            reporter=reporter,
            stop=stop,
        )
        ended = await starter.start_run(request)
        if ended.worker != starter.worker:
            reporter.not_executed(ended)
            click.echo(terminal.describe(ended), err=True)
        return EXIT_CODES[ended.state]


def _reporter(*, as_json: bool) -> terminal.JsonLines | terminal.ProgressBar:
    if as_json or not sys.stdout.isatty():
        return terminal.JsonLines(sys.stdout)
    return terminal.ProgressBar(sys.stdout)


def _user() -> str:
    return f"command line of {os.environ.get('USER') or os.getuid()}"
