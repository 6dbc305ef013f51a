"""Operations on the logs of runs: as a list, one row, a tree and a timeline."""

from typing import Any

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import ExecutionPhase, LogStatus, LogType
from arcbeat.domain.jobs.logs import LogNode, log_tree
from arcbeat.domain.jobs.ports import JobLogs, LogFilter
from arcbeat.domain.jobs.rules import check_log_filter
from arcbeat.domain.time.clock import Clock
from handlers._http import query_errors
from handlers._time import parse_moment
from handlers.jobs._bodies import log_body, timeline_body, tree_body
from handlers.jobs.cursors import decode_position, encode_position


async def list_job_logs(
    job_logs: JobLogs,
    clock: Clock,
    *,
    job: str | None,
    run_id: int | None,
    log_type: str | None,
    execution_phase: str | None,
    status: str | None,
    error_category: str | None,
    from_: str | None,
    to: str | None,
    text: str | None,
    roots_only: bool | None,
    page_size: int,
    cursor: str | None,
) -> dict[str, Any]:
    """Return a page of log rows: the first one, or the one after a cursor."""
    where = LogFilter(
        job_name=job,
        run_id=run_id,
        log_type=LogType(log_type) if log_type else None,
        execution_phase=ExecutionPhase(execution_phase) if execution_phase else None,
        status=LogStatus(status) if status else None,
        error_category=ErrorCategory(error_category) if error_category else None,
        start=parse_moment("from", from_) if from_ else None,
        end=parse_moment("to", to) if to else None,
        text=text,
        roots_only=roots_only if roots_only is not None else not (log_type or execution_phase or run_id),
    )
    with query_errors(start="from", end="to"):
        check_log_filter(where, clock())
    parameters = (job, run_id, log_type, execution_phase, status, error_category, from_, to, text, roots_only)
    after = decode_position(cursor, parameters) if cursor else None
    found = await job_logs.list_logs(where, after, page_size + 1)  # one more shows whether there is a next page
    rows = found[:page_size]
    next_cursor = encode_position(rows[-1], parameters) if len(found) > page_size else None
    return {"items": [log_body(each) for each in rows], "next_cursor": next_cursor}


async def get_job_log(job_logs: JobLogs, *, log_id: int, run_started_at: str | None) -> dict[str, Any]:
    """Return one log row."""
    moment = parse_moment("run_started_at", run_started_at) if run_started_at else None
    return log_body(await job_logs.get_log(log_id, moment))


async def get_job_log_tree(job_logs: JobLogs, *, log_id: int, run_started_at: str | None) -> dict[str, Any]:
    """Return the root row of the row's run, with the rows below it."""
    return tree_body(await _tree(job_logs, log_id, run_started_at))


async def get_job_log_timeline(job_logs: JobLogs, *, log_id: int, run_started_at: str | None) -> dict[str, Any]:
    """Return the attempts, the waits and the changes of the strategy of the row's run."""
    root = await _tree(job_logs, log_id, run_started_at)
    return timeline_body(root.log, [child.log for child in root.children])


async def _tree(job_logs: JobLogs, log_id: int, run_started_at: str | None) -> LogNode:
    moment = parse_moment("run_started_at", run_started_at) if run_started_at else None
    log = await job_logs.get_log(log_id, moment)
    root = log_tree(await job_logs.logs_of_run(log), log.parent_log_id or log_id)
    return root or LogNode(log)  # the month of its parent may have been archived
