"""The job that looks after the log of jobs: partitions ahead, old months archived or restored, the size forecast.

Months are archived and restored only if the process has an archive folder (JOB_ARCHIVE_FOLDER).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from arcbeat.domain.errors import ArchiveDamaged, Conflict, InvalidValue, LeaseLost, StatementTimeout
from arcbeat.domain.jobs.checks.volume import forecast, months_to_limit
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.ports import ArchivedMonth, LogArchive, LogMonth, LogPartitions
from arcbeat.domain.time.months import first_day_of_month
from jobs.context import JobContext, RegisteredJob
from jobs.standalone import run_alone

MONTHS_AHEAD_MAX = 24
MONTHS_KEPT_MAX = 1200
DAYS_KEPT_MAX = 36_500
BYTES_MAX = 2**62
"""The largest values of the parameters."""

DEFINITION = JobDefinition(
    name="maintain_logs",
    description="Create the months of the log ahead, archive old ones, and forecast the size.",
    schedule="30 2 * * *",
    timeout_seconds=3600.0,
    parameters={"months_ahead": 3, "keep_months": 13, "keep_restored_days": 30, "limit_bytes": 0, "restore": ""},
)


@dataclass(slots=True)
class OldMonths:
    """The months before those that stay in the database.

    Attributes:
        due: To be archived.
        spared: A run of theirs has not ended.
        restored: They were read back from the archive and are kept for a while; with the end of that time.
        left: Due, and in use; with the reason.
        damaged: The errors of files that do not hold what they should.
    """

    due: list[date] = field(default_factory=list)
    spared: list[date] = field(default_factory=list)
    restored: dict[date, datetime] = field(default_factory=dict)
    archived: list[ArchivedMonth] = field(default_factory=list)
    left: dict[date, str] = field(default_factory=dict)
    damaged: list[ArchiveDamaged] = field(default_factory=list)

    def to_result(self) -> Mapping[str, object]:
        """Return the part of the result of a run that is about old months."""
        done = {each.month for each in self.archived}
        return {
            "archived": [{**asdict(each), "month": _text(each.month)} for each in self.archived],
            "spared": [_text(each) for each in self.spared],
            "restored_until": {_text(month): until.isoformat() for month, until in self.restored.items()},
            "left": [_text(each) for each in self.left],
            "left_because": {_text(month): reason for month, reason in self.left.items()},
            "due": [_text(each) for each in self.due if each not in done],
        }


def find_old(months: Sequence[LogMonth], now: datetime, keep_months: int, keep_restored: timedelta) -> OldMonths:
    """Return the months to archive and those that are spared.

    Args:
        keep_months: Complete months that stay in the database.
        keep_restored: How long a month stays that was read back from the archive.
    """
    first_kept, old = first_day_of_month(now, -keep_months), OldMonths()
    for each in months:
        if each.month >= first_kept:
            continue
        if each.open_runs:
            old.spared.append(each.month)
        elif each.restored_at is not None and now < each.restored_at + keep_restored:
            old.restored[each.month] = each.restored_at + keep_restored
        else:
            old.due.append(each.month)
    return old


def month_named(text: str) -> date:
    """Return the first day of a month that is given as ``2026-01``.

    Raises:
        InvalidValue: It is not given like that.
    """
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 -- a month has no time zone
    except ValueError:
        raise InvalidValue.of("restore", f"is {text!r}; it must be a month, for example 2026-01") from None


async def maintain_logs(context: JobContext) -> Mapping[str, object]:
    """Create, archive and measure months; or, with the parameter ``restore``, only read one month back."""
    if month := str(context.parameter("restore") or ""):
        return await _restore(context, month_named(month))
    ports, now, is_real = context.ports, context.ports.clock(), not context.run.dry_run
    ahead = context.number("months_ahead", at_least=0, at_most=MONTHS_AHEAD_MAX)
    keep_months = context.number("keep_months", at_least=1, at_most=MONTHS_KEPT_MAX)
    keep_restored = timedelta(days=context.number("keep_restored_days", at_least=0, at_most=DAYS_KEPT_MAX))
    limit_bytes = context.number("limit_bytes", at_least=0, at_most=BYTES_MAX)
    finalized, pending = await _finish_detachments(ports.partitions, is_real=is_real)
    created = await ports.partitions.ensure(ahead) if is_real else None
    months = await ports.partitions.months()
    if created is None:
        there = {each.month for each in months}
        created = [each for n in range(ahead + 1) if (each := first_day_of_month(now, n)) not in there]
    old = find_old(months, now, keep_months, keep_restored)
    if is_real and ports.archive is not None:
        await _archive(context, ports.archive, old)
    size = forecast(months, now)
    return {
        "finalized": list(finalized),
        "pending": list(pending),
        "created": [_text(each) for each in created],
        **old.to_result(),
        "months": [{"month": _text(each.month), "rows": each.rows, "bytes": each.size_bytes} for each in months],
        **size,
        "months_to_limit": months_to_limit(size, limit_bytes),
    }


async def _finish_detachments(partitions: LogPartitions, *, is_real: bool) -> tuple[Sequence[str], Sequence[str]]:
    """Return the tables whose detachment was finalized (in a dry run, is to be), and those that are still in use."""
    try:
        return await partitions.finish_detachments(dry_run=not is_real), ()
    except StatementTimeout:
        return (), await partitions.finish_detachments(dry_run=True)


async def _archive(context: JobContext, archive: LogArchive, old: OldMonths) -> None:
    """Archive the months that are due. One that is in use is left to the next run.

    Raises:
        ArchiveDamaged: A file does not hold what it should; the other months are archived.
    """
    for number, month in enumerate(old.due):
        context.progress(number, len(old.due))
        try:
            archived = await archive.archive(context.run, month)
        except LeaseLost:
            raise
        except ArchiveDamaged as error:
            old.damaged.append(error)
        except (Conflict, StatementTimeout) as error:
            old.left[month] = error.detail
        else:
            old.archived.append(archived)
            _cover(context, month)
            context.count(read=archived.rows, written=archived.rows)
    if old.damaged:
        raise old.damaged[0]


async def _restore(context: JobContext, month: date) -> Mapping[str, object]:
    archive = context.ports.archive
    if archive is None:
        raise InvalidValue.of("restore", "needs the archive folder; set JOB_ARCHIVE_FOLDER for this process")
    archives = await archive.archives(month)
    found = {
        "month": _text(month),
        "files": [each.file for each in archives],
        "rows": sum(each.rows for each in archives),
    }
    if context.run.dry_run:
        return {"restored": found}
    done = await archive.restore(context.run, month)
    _cover(context, month)
    context.count(read=done.rows, written=done.restored, skipped=done.rows - done.restored)
    return {"restored": {**found, "stored": done.restored, "skipped": done.rows - done.restored}}


def _cover(context: JobContext, month: date) -> None:
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    context.cover(start, datetime.combine(first_day_of_month(start, 1), time(), UTC))


def _text(month: date) -> str:
    return f"{month:%Y-%m}"


JOB = RegisteredJob(DEFINITION, maintain_logs)

if __name__ == "__main__":
    run_alone(DEFINITION.name)
