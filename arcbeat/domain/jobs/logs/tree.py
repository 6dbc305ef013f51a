"""The tree that the rows of a run are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from arcbeat.domain.jobs.logs.rows import SyncJobLog


@dataclass(frozen=True, slots=True)
class LogNode:
    """A log row with the rows below it, in order of their ids."""

    log: SyncJobLog
    children: tuple["LogNode", ...] = ()


def log_tree(logs: Iterable[SyncJobLog], root_id: int) -> LogNode | None:
    """Return the tree below a row; None when the row is not among ``logs``.

    A row whose parent is not among them (a month was archived in between) is not in the tree.
    """
    by_parent: dict[int | None, list[SyncJobLog]] = {}
    by_id: dict[int, SyncJobLog] = {}
    for log in sorted(logs, key=lambda each: each.id or 0):
        by_parent.setdefault(log.parent_log_id, []).append(log)
        by_id[log.id or 0] = log
    root = by_id.get(root_id)
    return None if root is None else _node(root, by_parent)


def _node(log: SyncJobLog, by_parent: Mapping[int | None, Sequence[SyncJobLog]]) -> LogNode:
    return LogNode(log, tuple(_node(child, by_parent) for child in by_parent.get(log.id, ())))
