"""The job that looks after the log of jobs: partitions ahead, old months archived, a forecast of the size.

Months are archived only if the process has an archive folder (JOB_ARCHIVE_FOLDER).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from arcbeat.domain.errors import Conflict, LeaseLost, StatementTimeout
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.ports import LogMonth
from jobs.context import JobContext, RegisteredJob
from jobs.standalone import run_alone

FORECAST_MONTHS = 12
MEASURED_MONTHS = 3
"""Complete months whose average size is the basis of the forecast."""

DEFINITION = JobDefinition(
    name="maintain_logs",
    description="Create the months of the log ahead, archive old ones, and forecast the size.",
    schedule="30 2 * * *",
    timeout_seconds=3600.0,
    parameters={"months_ahead": 3, "keep_months": 13},
)


def months_before(now: datetime, months: int) -> date:
    """Return the first day of the month that is so many months before that of ``now``."""
    number = now.year * 12 + now.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def split_old(months: Sequence[LogMonth], now: datetime, keep_months: int) -> tuple[list[date], list[date]]:
    """Return the months to archive and those that are spared, because a run of theirs has not ended.

    Args:
        keep_months: Complete months that stay in the database; at least one.
    """
    first_kept = months_before(now, max(1, keep_months))
    old = [each for each in months if each.month < first_kept]
    return [each.month for each in old if not each.open_runs], [each.month for each in old if each.open_runs]


def forecast(months: Sequence[LogMonth], now: datetime) -> Mapping[str, int]:
    """Return the size of the log, its growth per month, and its size in a year if nothing were archived."""
    complete = [each.size_bytes for each in months if each.month < months_before(now, 0)][-MEASURED_MONTHS:]
    total = sum(each.size_bytes for each in months)
    monthly = sum(complete) // len(complete) if complete else 0
    return {
        "total_bytes": total,
        "monthly_bytes": monthly,
        "bytes_in_12_months": total + FORECAST_MONTHS * monthly,
    }


async def maintain_logs(context: JobContext) -> Mapping[str, object]:
    """Create, archive and measure months. A month that is in use is left to the next run.

    Returns:
        The months that were created, archived (with rows, file and SHA-256), spared because of runs that have not
        ended, and left because they were in use; without an archive folder or in a dry run, what is due to be archived.
    """
    ports, now = context.ports, context.ports.clock()
    is_real = not context.run.dry_run
    created = await ports.partitions.ensure(int(context.parameter("months_ahead") or 0)) if is_real else ()
    months = await ports.partitions.months()
    due, spared = split_old(months, now, int(context.parameter("keep_months") or 0))
    archived: list[Mapping[str, object]] = []
    left: list[date] = []
    if is_real and ports.archive is not None:
        for number, month in enumerate(due):
            context.progress(number, len(due))
            try:
                written = await ports.archive.archive(context.run, month)
            except LeaseLost:
                raise
            except (Conflict, StatementTimeout):
                left.append(month)
            else:
                archived.append({**asdict(written), "month": _text(month)})
                context.count(read=written.rows, written=written.rows)
    done = {each["month"] for each in archived}
    return {
        "created": [_text(each) for each in created],
        "archived": archived,
        "spared": [_text(each) for each in spared],
        "left": [_text(each) for each in left],
        "due": [text for each in due if (text := _text(each)) not in done],
        **forecast(months, now),
    }


def _text(month: date) -> str:
    return f"{month:%Y-%m}"


JOB = RegisteredJob(DEFINITION, maintain_logs)

if __name__ == "__main__":
    run_alone(DEFINITION.name)
