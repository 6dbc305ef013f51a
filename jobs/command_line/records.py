"""``list``, ``logs``, ``tree`` and ``cancel``: the commands that read and change what is stored, and run no job."""

from collections.abc import Mapping

import click

from arcbeat.domain.jobs.logs import LogNode, log_tree, timeline
from arcbeat.domain.jobs.ports import JobPorts, LogFilter
from jobs.command_line import terminal
from jobs.command_line.options import as_json
from jobs.command_line.ports import with_ports
from jobs.context import RegisteredJob

LOGS_MAX = 1000


@click.command("list", help="List the jobs.")
@as_json
@click.pass_obj
def list_jobs(registry: Mapping[str, RegisteredJob], as_json: bool) -> int:
    async def show(ports: JobPorts) -> None:
        await ports.jobs.register([job.definition for job in registry.values()])
        for job in await ports.jobs.list_jobs():
            state = "" if job.enabled else "disabled "
            text = f"{job.name:24} {job.schedule or '-':16} {state}{job.problem or job.description}"
            click.echo(terminal.to_json(terminal.JOB, job) if as_json else text)

    return with_ports(show)


@click.command(help="List runs, newest first; with --all, all rows of their logs.")
@click.option("--job", help="The runs of one job.")
@click.option("--all", "every", is_flag=True, help="List all rows, not only one per run.")
@click.option("--limit", type=click.IntRange(1, LOGS_MAX), default=20, show_default=True)
@as_json
def logs(job: str | None, every: bool, limit: int, as_json: bool) -> int:
    async def show(ports: JobPorts) -> None:
        found = await ports.logs.list_logs(LogFilter(job_name=job, roots_only=not every), None, limit)
        for log in found:
            click.echo(terminal.to_json(terminal.LOG, log) if as_json else terminal.line(log))

    return with_ports(show)


@click.command(help="Show the log of a run as a tree, and its attempts and waits.")
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
            click.echo(terminal.to_json(terminal.NODE, node))
            return
        _show_node(node)
        for segment in segments:
            click.echo(f"  {segment.kind} {segment.attempt_number}: {segment.started_at} to {segment.ended_at}")

    return with_ports(show)


def _show_node(node: LogNode, depth: int = 0) -> None:
    click.echo("  " * depth + f"{node.log.started_at} {node.log.status} {terminal.summary(node.log)}")
    for child in node.children:
        _show_node(child, depth + 1)


@click.command(help="Request the cancellation of a run, wherever it is carried out.")
@click.argument("run_id", type=int)
def cancel(run_id: int) -> int:
    async def request(ports: JobPorts) -> None:
        click.echo(terminal.describe(await ports.queue.cancel(run_id)))

    return with_ports(request)
