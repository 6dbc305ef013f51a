"""The log of a run in a form that tests compare as a whole."""

from collections.abc import Sequence
from typing import Any

from arcbeat.domain.jobs.logs import LogNode, SyncJobLog, TimelineSegment, log_tree, timeline
from arcbeat.domain.jobs.ports import JobPorts
from arcbeat.domain.jobs.runs import Run, RunRequest, Trigger


def request(job_name: str, **parameters: Any) -> RunRequest:
    return RunRequest(job_name=job_name, trigger=Trigger.COMMAND_LINE, requested_by="a test", parameters=parameters)


async def tree_of(ports: JobPorts, run: Run) -> LogNode:
    root = await ports.logs.get_log(run.root_log_id or 0, run.run_started_at)
    tree = log_tree(await ports.logs.logs_of_run(root), root.id or 0)
    assert tree is not None
    return tree


async def timeline_of(ports: JobPorts, run: Run) -> Sequence[TimelineSegment]:
    tree = await tree_of(ports, run)
    return timeline(tree.log, [child.log for child in tree.children])


def row(log: SyncJobLog) -> tuple[str, str, str, int | None, str | None]:
    """Return type, phase, status, attempt and error category of a log row."""
    return (log.log_type, log.execution_phase, log.status, log.attempt_number, log.error_category)


def rows(tree: LogNode) -> list[tuple[str, str, str, int | None, str | None]]:
    """Return the root row and the rows below it."""
    assert not any(child.children for child in tree.children)
    return [row(tree.log), *(row(child.log) for child in tree.children)]
