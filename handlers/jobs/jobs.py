"""Operations on jobs: their schedules and limits, and the statistics of their runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from arcbeat.domain.jobs.activity import NO_ACTIVITY, JobActivity
from arcbeat.domain.jobs.health import health_of
from arcbeat.domain.jobs.jobs import Job, MisfirePolicy, OverlapPolicy, merge_parameters
from arcbeat.domain.jobs.ports import DailyStatistics, JobCatalogue, JobStatistics, RunHistory
from arcbeat.domain.jobs.retry import StrategyName
from arcbeat.domain.jobs.rules import check_job
from arcbeat.domain.time.clock import Clock
from arcbeat.domain.versions import check_expected, version_of
from handlers._http import HandlerResponse, body_errors, etag, expected_versions, member_errors, page_body
from handlers.jobs._bodies import summary_body

# JSON has no difference between 60 and 60.0; a version must not have one either.
_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "schedule": lambda value: value,
    "time_zone": str,
    "enabled": bool,
    "timeout_seconds": float,
    "overlap": OverlapPolicy,
    "misfire": MisfirePolicy,
    "misfire_grace_seconds": float,
    "max_resumes": int,
}
_RETRY_CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {"strategy": StrategyName, "max_attempts": int}


async def list_jobs(
    jobs: JobCatalogue, run_history: RunHistory, clock: Clock, *, page: int, page_size: int
) -> dict[str, Any]:
    """List jobs."""
    found = await jobs.list_jobs()
    shown = found[(page - 1) * page_size : page * page_size]
    items = await _bodies(shown, run_history, clock())
    return page_body(items, page=page, page_size=page_size, total=len(found))


async def get_job(jobs: JobCatalogue, run_history: RunHistory, clock: Clock, *, name: str) -> HandlerResponse:
    """Return one job."""
    return await _response(await jobs.get_job(name), run_history, clock())


async def update_job(
    jobs: JobCatalogue,
    run_history: RunHistory,
    clock: Clock,
    *,
    name: str,
    body: dict[str, Any],
    if_match: str | None,
) -> HandlerResponse:
    """Update a job; a property that the body lacks keeps its value."""
    change = partial(_changed, body=body, expected=expected_versions(if_match))
    with body_errors():
        changed = await jobs.change_job(name, change)
    return await _response(changed, run_history, clock())


async def get_job_statistics(
    job_statistics: JobStatistics, clock: Clock, *, days: int, job: str | None
) -> dict[str, Any]:
    """Return the statistics of the last days in UTC, ending with today."""
    today = clock().date()
    first_day, tomorrow = today - timedelta(days=days - 1), today + timedelta(days=1)
    found = await job_statistics.daily(first_day, tomorrow, job)
    items = [_statistics_body(each) for each in sorted(found, key=lambda each: (each.day, each.job_name))]
    return {"first_day": first_day, "last_day": today, "items": items}


def _changed(before: Job, *, body: Mapping[str, Any], expected: frozenset[str] | None) -> Job:
    check_expected(expected, _version(before))
    changes = {name: convert(body[name]) for name, convert in _CONVERSIONS.items() if name in body}
    if "retry" in body:
        changes["retry"] = replace(before.retry, **_retry_changes(body["retry"]))
    if "parameters" in body:
        with member_errors("parameters"):
            changes["parameters"] = merge_parameters(before, body["parameters"])
    after = replace(before, **changes)
    check_job(after)
    return after


def _retry_changes(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _RETRY_CONVERSIONS.get(name, float)(value) for name, value in body.items()}


def _version(job: Job) -> str:
    """Return the version of what a client can change; a run changes ``next_run_at`` without an author."""
    return version_of(replace(job, next_run_at=None, updated_at=None))


async def _response(job: Job, run_history: RunHistory, now: datetime) -> HandlerResponse:
    [body] = await _bodies([job], run_history, now)
    return body, 200, etag(_version(job))


async def _bodies(jobs: Sequence[Job], run_history: RunHistory, now: datetime) -> list[dict[str, Any]]:
    activity = await run_history.activity([job.id for job in jobs], now)
    return [{**_to_body(job), **_activity_body(job, activity.get(job.id, NO_ACTIVITY), now)} for job in jobs]


def _activity_body(job: Job, activity: JobActivity, now: datetime) -> dict[str, Any]:
    report = health_of(job, activity, now)
    return {
        "health": report.health,
        "silent_since": report.silent_since,
        "active_run": summary_body(activity.active_run) if activity.active_run else None,
        "last_run": summary_body(activity.last_run) if activity.last_run else None,
        "last_success_at": activity.last_success_at,
        "consecutive_failures": activity.consecutive_failures,
    }


def _to_body(job: Job) -> dict[str, Any]:
    return {
        "name": job.name,
        "description": job.description,
        "schedule": job.schedule,
        "time_zone": job.time_zone,
        "enabled": job.enabled,
        "timeout_seconds": job.timeout_seconds,
        "exclusive": job.exclusive,
        "overlap": job.overlap,
        "misfire": job.misfire,
        "misfire_grace_seconds": job.misfire_grace_seconds,
        "max_resumes": job.max_resumes,
        "retry": asdict(job.retry),
        "parameters": dict(job.parameters),
        "problem": job.problem,
        "next_run_at": job.next_run_at,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
    }


def _statistics_body(statistics: DailyStatistics) -> dict[str, Any]:
    total = sum(statistics.runs.values())
    return {
        "job_name": statistics.job_name,
        "day": statistics.day,
        "total": total,
        "runs": {str(state): runs for state, runs in statistics.runs.items()},
        "retries": statistics.retries,
        "duration_ms_avg": statistics.duration_ms_total / total if total else 0.0,
        "duration_ms_max": statistics.duration_ms_max,
        "errors_by_category": {str(category): runs for category, runs in statistics.errors.items()},
    }
