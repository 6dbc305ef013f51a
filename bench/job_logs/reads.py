"""Reads of the log as the API makes them: lists by each filter, first pages and further ones, a row, a tree, a text."""

import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from adapters.postgres.jobs.logs import PostgresJobLogs
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import ExecutionPhase, LogStatus, LogType
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.ports import LogFilter, LogPosition
from bench.job_logs import rows

Read = Callable[[PostgresJobLogs], Awaitable[int]]
"""Reads from a log and returns how many rows it read."""

PAGE_ROWS = 51
"""What a page of 50 requests: one more shows whether there is a next page."""
TEXT_DAYS = 31
NOW = datetime.now(UTC)
WEEK_START, WEEK_END = NOW - timedelta(days=200), NOW - timedelta(days=193)
TEXT_START = NOW - timedelta(days=TEXT_DAYS)

LISTS: Mapping[str, LogFilter] = {
    "runs": LogFilter(),
    "runs of a job": LogFilter(job_name="sync_line_05"),
    "runs of the job with half of all runs": LogFilter(job_name=rows.SKEWED_JOB),
    "runs of a job with few": LogFilter(job_name=rows.RARE_JOB),
    "runs of a job without any": LogFilter(job_name=rows.IDLE_JOB),
    "runs under way": LogFilter(status=LogStatus.RUNNING),
    "failed runs": LogFilter(status=LogStatus.FAILED),
    "failed runs of a job": LogFilter(job_name="sync_line_05", status=LogStatus.FAILED),
    "failed runs of a job without any": LogFilter(job_name=rows.STEADY_JOB, status=LogStatus.FAILED),
    "abandoned runs (1 in 10 000)": LogFilter(status=LogStatus.ABANDONED),
    "runs by error category": LogFilter(error_category=ErrorCategory.NETWORK_ERROR),
    "runs by a rare error category": LogFilter(error_category=ErrorCategory.AUTH_ERROR),
    "runs by an error category without any": LogFilter(error_category=ErrorCategory.CONFLICT),
    "runs of a week half a year ago": LogFilter(start=WEEK_START, end=WEEK_END),
    "runs of a job in that week": LogFilter(job_name="sync_line_05", start=WEEK_START, end=WEEK_END),
    "rows by type": LogFilter(log_type=LogType.RETRY_ATTEMPT, roots_only=False),
    "rows by type, of a job": LogFilter(job_name="sync_line_05", log_type=LogType.TIMEOUT, roots_only=False),
    "rows by type, of a job without any": LogFilter(
        job_name=rows.STEADY_JOB, log_type=LogType.TIMEOUT, roots_only=False
    ),
    "rows by phase": LogFilter(execution_phase=ExecutionPhase.FINAL, roots_only=False),
    "rows by phase, of a job with few": LogFilter(
        job_name=rows.RARE_JOB, execution_phase=ExecutionPhase.RETRY, roots_only=False
    ),
    "rows of one run": LogFilter(run_id=rows.RUNS // 2, roots_only=False),
    "all rows": LogFilter(roots_only=False),
    "all rows of a job": LogFilter(job_name="sync_line_05", roots_only=False),
    "all rows of a job with few": LogFilter(job_name=rows.RARE_JOB, roots_only=False),
    "all abandoned rows (1 in 10 000)": LogFilter(status=LogStatus.ABANDONED, roots_only=False),
    "all rows by a rare error category": LogFilter(error_category=ErrorCategory.AUTH_ERROR, roots_only=False),
}
TEXTS: Mapping[str, LogFilter] = {
    "text in the runs of the job with half of all runs, 31 days": LogFilter(
        job_name=rows.SKEWED_JOB, text=rows.TEXT, start=TEXT_START
    ),
    "text in all its rows, 31 days": LogFilter(
        job_name=rows.SKEWED_JOB, text=rows.TEXT, start=TEXT_START, roots_only=False
    ),
    "text without a match in all its rows, 31 days": LogFilter(
        job_name=rows.SKEWED_JOB, text="不存在", start=TEXT_START, roots_only=False
    ),
}


def lists() -> Iterator[tuple[str, Read]]:
    """Yield a read of the first page and one of a further page, per filter."""
    for what, where in LISTS.items():
        yield f"{what}, first page", _page(where, None)
        if not (where.run_id or where.start):
            yield f"{what}, further page", _page(where, _position(rows.MONTHS * 30 // 2))


def texts() -> Iterator[tuple[str, Read]]:
    """Yield the searches for a text."""
    for what, where in TEXTS.items():
        yield what, _page(where, None)


def runs(sample: list[SyncJobLog]) -> Iterator[tuple[str, Read]]:
    """Yield the reads of single rows and of the rows of a run, each of a random row of ``sample``."""

    async def with_month(logs: PostgresJobLogs) -> int:
        log = random.choice(sample)  # noqa: S311 -- no secret
        await logs.get_log(log.id or 0, log.run_started_at)
        return 1

    async def by_id_alone(logs: PostgresJobLogs) -> int:
        await logs.get_log(random.choice(sample).id or 0, None)  # noqa: S311 -- no secret
        return 1

    async def tree(logs: PostgresJobLogs) -> int:
        return len(await logs.logs_of_run(random.choice(sample)))  # noqa: S311 -- no secret

    yield "a row by id and run_started_at", with_month
    yield "a row by id alone", by_id_alone
    yield "the rows of a run, for its tree and its timeline", tree


async def sampled(logs: PostgresJobLogs) -> list[SyncJobLog]:
    """Return rows of all months."""
    where = LogFilter(roots_only=False)
    return [log for days in range(1, 330, 7) for log in await logs.list_logs(where, _position(days), PAGE_ROWS)]


def _page(where: LogFilter, after: LogPosition | None) -> Read:
    async def read(logs: PostgresJobLogs) -> int:
        return len(await logs.list_logs(where, after, PAGE_ROWS))

    return read


def _position(days_ago: int) -> LogPosition:
    return LogPosition(NOW - timedelta(days=days_ago), 2**40)
