"""The attempts and waits of a run, in order of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import LogStatus
from arcbeat.domain.jobs.logs.rows import SyncJobLog, retries_in_order


class SegmentKind(StrEnum):
    """What a stretch of a run's timeline is."""

    ATTEMPT = "attempt"
    WAIT = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineSegment:
    """A stretch of a run: an attempt, or the wait before one.

    Attributes:
        planned_end_at: Of a wait, when it was to end; of an attempt, None.
        ended_at: None while it is under way.
        error_category: Why the attempt failed, or why the wait was needed.
    """

    kind: SegmentKind
    attempt_number: int
    started_at: datetime
    ended_at: datetime | None
    planned_end_at: datetime | None = None
    status: LogStatus = LogStatus.RUNNING
    error_category: ErrorCategory | None = None


def timeline(root: SyncJobLog, children: Sequence[SyncJobLog]) -> Sequence[TimelineSegment]:
    """Return the attempts and waits of a run in order.

    The root row begins the first attempt. Each retry row was written when an attempt failed (``started_at``), and says
    when the next attempt was to begin (``planned_start_at``) and did begin (``ended_at``). No attempt follows a wait
    that is cancelled, or that has no end: its process did not survive it, or the run ended.
    """
    return list(_segments(root, retries_in_order(children)))


def _segments(root: SyncJobLog, retries: Sequence[SyncJobLog]) -> Iterator[TimelineSegment]:
    attempt_number = 1
    began: datetime | None = root.started_at or root.run_started_at
    ends = [retry.ended_at or cut_at for retry, cut_at in zip(retries, _cut_at(root, retries), strict=True)]
    for retry, wait_ended_at in zip(retries, ends, strict=True):
        failed_at = retry.started_at or retry.run_started_at
        next_number = retry.attempt_number or attempt_number + 1
        if began is not None:
            yield TimelineSegment(
                kind=SegmentKind.ATTEMPT,
                attempt_number=attempt_number,
                started_at=began,
                ended_at=failed_at,
                status=LogStatus.ABANDONED if retry.status is LogStatus.ABANDONED else LogStatus.FAILED,
                error_category=retry.error_category,
            )
        yield TimelineSegment(
            kind=SegmentKind.WAIT,
            attempt_number=next_number,
            started_at=failed_at,
            ended_at=wait_ended_at,
            planned_end_at=retry.planned_start_at,
            status=_wait_status(retry, wait_ended_at),
            error_category=retry.error_category,
        )
        attempt_number, began = next_number, retry.ended_at if _has_attempt(retry) else None
    if began is not None:
        yield TimelineSegment(
            kind=SegmentKind.ATTEMPT,
            attempt_number=attempt_number,
            started_at=began,
            ended_at=root.ended_at,
            status=root.status,
            error_category=root.error_category,
        )


def _cut_at(root: SyncJobLog, retries: Sequence[SyncJobLog]) -> Sequence[datetime | None]:
    """Return per retry row when what came next began: the resumption, or the end of the run."""
    return [*(each.started_at or each.run_started_at for each in retries[1:]), root.ended_at][: len(retries)]


def _wait_status(retry: SyncJobLog, ended_at: datetime | None) -> LogStatus:
    if ended_at is None:
        return LogStatus.RUNNING
    return LogStatus.SUCCESS if _has_attempt(retry) else LogStatus.CANCELLED


def _has_attempt(retry: SyncJobLog) -> bool:
    """Return whether the attempt after the wait began."""
    return retry.ended_at is not None and retry.status is not LogStatus.CANCELLED
