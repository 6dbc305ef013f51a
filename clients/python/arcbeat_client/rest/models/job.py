from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.job_health import JobHealth
from ..models.misfire_policy import MisfirePolicy
from ..models.overlap_policy import OverlapPolicy

if TYPE_CHECKING:
    from ..models.active_run_type_0 import ActiveRunType0
    from ..models.job_parameters import JobParameters
    from ..models.last_run_type_0 import LastRunType0
    from ..models.retry_policy import RetryPolicy


T = TypeVar("T", bound="Job")


@_attrs_define
class Job:
    """A job.

    Attributes:
        name (str): Unique name of the job. Example: check_latest.
        description (str): What the job does. Example: Compare the latest readings with the newest rows of the store..
        schedule (None | str): When the job runs, as a cron expression of five fields; null for a job that starts only
            on request. Example: */15 * * * *.
        time_zone (str): IANA name of the time zone of the schedule. Example: Asia/Shanghai.
        enabled (bool): Whether the schedule starts the job. Example: True.
        timeout_seconds (float): Time limit in seconds of a run with all its attempts and waits. Example: 600.
        exclusive (bool): Whether only one run of the job may be under way at a time. Example: True.
        overlap (OverlapPolicy): What happens to a run that is requested while another run of an exclusive job has not
            ended: `skip` stores it as skipped,
            `queue` lets it wait, and `refuse` stores it as refused and rejects the request (409).
             Example: skip.
        misfire (MisfirePolicy): What happens to the moments of the schedule that passed while no scheduler ran:
            `run_once` makes one run for all of them,
            and `skip` makes none.
             Example: run_once.
        misfire_grace_seconds (float): A scheduled moment that is missed by fewer seconds is not a misfire. Example: 60.
        max_resumes (int): How often a run whose worker died is resumed. Example: 3.
        retry (RetryPolicy): How often, and after which delays, a job repeats a failed attempt.
        parameters (JobParameters): Values of parameters by name. Example: {'apply': False}.
        problem (None | str): What is wrong with the stored `retry` or `parameters`, which another program has changed;
            null for a valid job. Such a job is
            shown with the default retry policy and without parameters, it cannot be changed (409), and its runs are
            refused.
        next_run_at (datetime.datetime | None): Next moment of the schedule; null for a job without a schedule and for
            one that is not enabled. Example: 2026-03-02T08:15:00+08:00.
        created_at (datetime.datetime | None): When the job was registered. Example: 2026-03-01T08:00:00+08:00.
        updated_at (datetime.datetime | None): When the job was last changed. Example: 2026-03-01T08:00:00+08:00.
        health (JobHealth): The health of a job; the first of these that applies:

            - `damaged`: the job has a `problem`, or its schedule is invalid, so that it cannot run.
            - `stuck`: a run began, and its worker has neither ended it nor renewed its lease.
            - `disabled`: `enabled` is false, so that nothing is expected of the job.
            - `silent`: a run should have begun at `silent_since` and did not, although no other run of the job was under
            way. The moment of
              the schedule passed without a run, or a run stays in the queue. A job may be late by `misfire_grace_seconds`,
            but at least
              by 60 seconds, before it is silent.
            - `failing`: runs have failed, timed out or been abandoned since the last success.
            - `never_run`: no run has succeeded or failed yet.
            - `ok`: the last run succeeded; runs that were cancelled, skipped or refused after it do not count.

            A run under way does not change the health, see `active_run`.
             Example: ok.
        silent_since (datetime.datetime | None): Of a `silent` job, when a run should have begun; null otherwise.
        active_run (ActiveRunType0 | None): The run of a job that is under way: one that is stuck, or else the oldest
            one that is running, or else the oldest one that is
            queued. Null if all runs have ended.
        last_run (LastRunType0 | None): The newest run of a job that began and has ended. Runs that were skipped,
            refused, or cancelled in the queue never began. Null if
            there is none.
        last_success_at (datetime.datetime | None): When the newest run that succeeded ended; null if none has
            succeeded. Example: 2026-03-02T08:00:04+08:00.
        consecutive_failures (int): Number of runs that failed, timed out or were abandoned since the last success.
            Counted up to 100. Example: 0.
    """

    name: str
    description: str
    schedule: None | str
    time_zone: str
    enabled: bool
    timeout_seconds: float
    exclusive: bool
    overlap: OverlapPolicy
    misfire: MisfirePolicy
    misfire_grace_seconds: float
    max_resumes: int
    retry: RetryPolicy
    parameters: JobParameters
    problem: None | str
    next_run_at: datetime.datetime | None
    created_at: datetime.datetime | None
    updated_at: datetime.datetime | None
    health: JobHealth
    silent_since: datetime.datetime | None
    active_run: ActiveRunType0 | None
    last_run: LastRunType0 | None
    last_success_at: datetime.datetime | None
    consecutive_failures: int

    def to_dict(self) -> dict[str, Any]:
        from ..models.active_run_type_0 import ActiveRunType0
        from ..models.last_run_type_0 import LastRunType0

        name = self.name

        description = self.description

        schedule: None | str
        schedule = self.schedule

        time_zone = self.time_zone

        enabled = self.enabled

        timeout_seconds = self.timeout_seconds

        exclusive = self.exclusive

        overlap = self.overlap.value

        misfire = self.misfire.value

        misfire_grace_seconds = self.misfire_grace_seconds

        max_resumes = self.max_resumes

        retry = self.retry.to_dict()

        parameters = self.parameters.to_dict()

        problem: None | str
        problem = self.problem

        next_run_at: None | str
        if isinstance(self.next_run_at, datetime.datetime):
            next_run_at = self.next_run_at.isoformat()
        else:
            next_run_at = self.next_run_at

        created_at: None | str
        if isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        updated_at: None | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        health = self.health.value

        silent_since: None | str
        if isinstance(self.silent_since, datetime.datetime):
            silent_since = self.silent_since.isoformat()
        else:
            silent_since = self.silent_since

        active_run: dict[str, Any] | None
        if isinstance(self.active_run, ActiveRunType0):
            active_run = self.active_run.to_dict()
        else:
            active_run = self.active_run

        last_run: dict[str, Any] | None
        if isinstance(self.last_run, LastRunType0):
            last_run = self.last_run.to_dict()
        else:
            last_run = self.last_run

        last_success_at: None | str
        if isinstance(self.last_success_at, datetime.datetime):
            last_success_at = self.last_success_at.isoformat()
        else:
            last_success_at = self.last_success_at

        consecutive_failures = self.consecutive_failures

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "description": description,
                "schedule": schedule,
                "time_zone": time_zone,
                "enabled": enabled,
                "timeout_seconds": timeout_seconds,
                "exclusive": exclusive,
                "overlap": overlap,
                "misfire": misfire,
                "misfire_grace_seconds": misfire_grace_seconds,
                "max_resumes": max_resumes,
                "retry": retry,
                "parameters": parameters,
                "problem": problem,
                "next_run_at": next_run_at,
                "created_at": created_at,
                "updated_at": updated_at,
                "health": health,
                "silent_since": silent_since,
                "active_run": active_run,
                "last_run": last_run,
                "last_success_at": last_success_at,
                "consecutive_failures": consecutive_failures,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.active_run_type_0 import ActiveRunType0
        from ..models.job_parameters import JobParameters
        from ..models.last_run_type_0 import LastRunType0
        from ..models.retry_policy import RetryPolicy

        d = dict(src_dict)
        name = d.pop("name")

        description = d.pop("description")

        def _parse_schedule(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        schedule = _parse_schedule(d.pop("schedule"))

        time_zone = d.pop("time_zone")

        enabled = d.pop("enabled")

        timeout_seconds = d.pop("timeout_seconds")

        exclusive = d.pop("exclusive")

        overlap = OverlapPolicy(d.pop("overlap"))

        misfire = MisfirePolicy(d.pop("misfire"))

        misfire_grace_seconds = d.pop("misfire_grace_seconds")

        max_resumes = d.pop("max_resumes")

        retry = RetryPolicy.from_dict(d.pop("retry"))

        parameters = JobParameters.from_dict(d.pop("parameters"))

        def _parse_problem(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        problem = _parse_problem(d.pop("problem"))

        def _parse_next_run_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_run_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_run_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_run_at = _parse_next_run_at(d.pop("next_run_at"))

        def _parse_created_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        created_at = _parse_created_at(d.pop("created_at"))

        def _parse_updated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        updated_at = _parse_updated_at(d.pop("updated_at"))

        health = JobHealth(d.pop("health"))

        def _parse_silent_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                silent_since_type_0 = datetime.datetime.fromisoformat(data)

                return silent_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        silent_since = _parse_silent_since(d.pop("silent_since"))

        def _parse_active_run(data: object) -> ActiveRunType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_active_run_type_0 = ActiveRunType0.from_dict(data)

                return componentsschemas_active_run_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ActiveRunType0 | None, data)

        active_run = _parse_active_run(d.pop("active_run"))

        def _parse_last_run(data: object) -> LastRunType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_last_run_type_0 = LastRunType0.from_dict(data)

                return componentsschemas_last_run_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LastRunType0 | None, data)

        last_run = _parse_last_run(d.pop("last_run"))

        def _parse_last_success_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_success_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_success_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_success_at = _parse_last_success_at(d.pop("last_success_at"))

        consecutive_failures = d.pop("consecutive_failures")

        job = cls(
            name=name,
            description=description,
            schedule=schedule,
            time_zone=time_zone,
            enabled=enabled,
            timeout_seconds=timeout_seconds,
            exclusive=exclusive,
            overlap=overlap,
            misfire=misfire,
            misfire_grace_seconds=misfire_grace_seconds,
            max_resumes=max_resumes,
            retry=retry,
            parameters=parameters,
            problem=problem,
            next_run_at=next_run_at,
            created_at=created_at,
            updated_at=updated_at,
            health=health,
            silent_since=silent_since,
            active_run=active_run,
            last_run=last_run,
            last_success_at=last_success_at,
            consecutive_failures=consecutive_failures,
        )

        return job
