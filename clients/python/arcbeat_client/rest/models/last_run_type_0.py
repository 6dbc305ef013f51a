from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.job_run_trigger import JobRunTrigger
from ..models.last_run_type_0_error_category import LastRunType0ErrorCategory
from ..models.run_state import RunState

T = TypeVar("T", bound="LastRunType0")


@_attrs_define
class LastRunType0:
    """The newest run of a job that began and has ended. Runs that were skipped, refused, or cancelled in the queue never
    began. Null if
    there is none.

        Attributes:
            id (int): Id of the run. Example: 412.
            state (RunState): The state of a run. `queued` and `running` have not ended. `skipped` and `refused` never
                began, because another run was under
                way or the moment of the schedule was missed. The worker of an `abandoned` run died too often.
                 Example: succeeded.
            trigger (JobRunTrigger): What requested a run. Example: http.
            scheduled_for (datetime.datetime | None): The moment of the schedule; null for a run that was requested
                otherwise. Example: 2026-03-02T08:00:00+08:00.
            created_at (datetime.datetime): When the run was requested. Example: 2026-03-02T08:00:00+08:00.
            started_at (datetime.datetime | None): When the first attempt began. Example: 2026-03-02T08:00:01+08:00.
            finished_at (datetime.datetime | None): When the run ended. Example: 2026-03-02T08:00:04+08:00.
            duration_ms (float | None): Time from `started_at` to `finished_at` in milliseconds. Example: 3120.5.
            lease_until (datetime.datetime | None): Until when the worker owns the run unless it renews the lease. A run
                that has begun and not ended is stuck after it.
            attempts (int): Number of attempts so far. Example: 1.
            max_attempts (int): Maximum number of attempts. Example: 3.
            error_category (LastRunType0ErrorCategory): Why the run failed, as in ErrorCategory; null without an error.
                Example: network_error.
            error_message (None | str): The error in words.
            root_log_id (int | None): Id of the root row of its logs; null before the run has one. Example: 90211.
            run_started_at (datetime.datetime): The `run_started_at` of its log rows; with it their month is found at once.
                Example: 2026-03-02T08:00:00+08:00.
    """

    id: int
    state: RunState
    trigger: JobRunTrigger
    scheduled_for: datetime.datetime | None
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    duration_ms: float | None
    lease_until: datetime.datetime | None
    attempts: int
    max_attempts: int
    error_category: LastRunType0ErrorCategory
    error_message: None | str
    root_log_id: int | None
    run_started_at: datetime.datetime

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        state = self.state.value

        trigger = self.trigger.value

        scheduled_for: None | str
        if isinstance(self.scheduled_for, datetime.datetime):
            scheduled_for = self.scheduled_for.isoformat()
        else:
            scheduled_for = self.scheduled_for

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        duration_ms: float | None
        duration_ms = self.duration_ms

        lease_until: None | str
        if isinstance(self.lease_until, datetime.datetime):
            lease_until = self.lease_until.isoformat()
        else:
            lease_until = self.lease_until

        attempts = self.attempts

        max_attempts = self.max_attempts

        error_category = self.error_category.value

        error_message: None | str
        error_message = self.error_message

        root_log_id: int | None
        root_log_id = self.root_log_id

        run_started_at = self.run_started_at.isoformat()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "state": state,
                "trigger": trigger,
                "scheduled_for": scheduled_for,
                "created_at": created_at,
                "started_at": started_at,
                "finished_at": finished_at,
                "duration_ms": duration_ms,
                "lease_until": lease_until,
                "attempts": attempts,
                "max_attempts": max_attempts,
                "error_category": error_category,
                "error_message": error_message,
                "root_log_id": root_log_id,
                "run_started_at": run_started_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        state = RunState(d.pop("state"))

        trigger = JobRunTrigger(d.pop("trigger"))

        def _parse_scheduled_for(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                scheduled_for_type_0 = datetime.datetime.fromisoformat(data)

                return scheduled_for_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        scheduled_for = _parse_scheduled_for(d.pop("scheduled_for"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        def _parse_duration_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_ms = _parse_duration_ms(d.pop("duration_ms"))

        def _parse_lease_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                lease_until_type_0 = datetime.datetime.fromisoformat(data)

                return lease_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        lease_until = _parse_lease_until(d.pop("lease_until"))

        attempts = d.pop("attempts")

        max_attempts = d.pop("max_attempts")

        error_category = LastRunType0ErrorCategory(d.pop("error_category"))

        def _parse_error_message(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_message = _parse_error_message(d.pop("error_message"))

        def _parse_root_log_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        root_log_id = _parse_root_log_id(d.pop("root_log_id"))

        run_started_at = datetime.datetime.fromisoformat(d.pop("run_started_at"))

        last_run_type_0 = cls(
            id=id,
            state=state,
            trigger=trigger,
            scheduled_for=scheduled_for,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
            duration_ms=duration_ms,
            lease_until=lease_until,
            attempts=attempts,
            max_attempts=max_attempts,
            error_category=error_category,
            error_message=error_message,
            root_log_id=root_log_id,
            run_started_at=run_started_at,
        )

        return last_run_type_0
