from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.job_run_error_category import JobRunErrorCategory
from ..models.job_run_trigger import JobRunTrigger
from ..models.run_state import RunState
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.job_parameters import JobParameters
    from ..models.job_run_result_type_0 import JobRunResultType0
    from ..models.timeline_segment import TimelineSegment


T = TypeVar("T", bound="JobRun")


@_attrs_define
class JobRun:
    """One execution of a job.

    Attributes:
        id (int): Id of the run. Example: 412.
        job_name (str): Name of the job. Example: check_latest.
        state (RunState): The state of a run. `queued` and `running` have not ended. `skipped` and `refused` never
            began, because another run was under
            way or the moment of the schedule was missed. The worker of an `abandoned` run died too often.
             Example: succeeded.
        trigger (JobRunTrigger): What requested a run. Example: http.
        requested_by (str): A user, an API key, or the name of a program. Example: wang.wei.
        parameters (JobParameters): Values of parameters by name. Example: {'apply': False}.
        dry_run (bool): Whether the job only reports what it would change. Example: False.
        idempotency_key (None | str): The `Idempotency-Key` of the request. Example: audit-2026-03-02.
        scheduled_for (datetime.datetime | None): The moment of the schedule; null for a run that was requested
            otherwise.
        retry_of (int | None): Id of the run that this one repeats.
        cancel_requested (bool): Whether a cancellation was requested. Example: False.
        worker (None | str): The process that executes or executed the run. Example: arcbeat-1:4711:9f3a.
        lease_until (datetime.datetime | None): Until when the worker owns the run unless it renews the lease. Example:
            2026-03-02T08:15:30+08:00.
        attempts (int): Number of attempts so far. Example: 1.
        max_attempts (int): Maximum number of attempts. Example: 3.
        resumes (int): How often the run was resumed after its worker died. Example: 0.
        created_at (datetime.datetime): When the run was requested. Example: 2026-03-02T08:15:00+08:00.
        started_at (datetime.datetime | None): When the first attempt began. Example: 2026-03-02T08:15:01+08:00.
        finished_at (datetime.datetime | None): When the run ended. Example: 2026-03-02T08:15:04+08:00.
        error_category (JobRunErrorCategory): Why the attempt or the run failed, as in ErrorCategory; null without an
            error. Example: network_error.
        error_message (None | str): The error in words.
        rows_read (int): Number of rows that the run read; while it goes on, of its attempt so far. Example: 240.
        rows_written (int): Number of rows that the run wrote; while it goes on, of its attempt so far. Example: 0.
        rows_skipped (int): Number of rows that the run skipped; while it goes on, of its attempt so far. Example: 0.
        window_start (datetime.datetime | None): Start of the range of time that the run covered. Example:
            2026-03-02T08:00:00+08:00.
        window_end (datetime.datetime | None): End of the range of time that the run covered. Example:
            2026-03-02T08:15:00+08:00.
        result (JobRunResultType0 | None): What the job reports, by names that it defines; null before the run has
            ended. A run that failed may have a partial one. Example: {'checked': 240, 'different': 0}.
        root_log_id (int | None): Id of the root row of its logs; null before the run has one. Example: 90211.
        run_started_at (datetime.datetime): The `run_started_at` of its log rows; with it their month is found at once.
            Example: 2026-03-02T08:15:00+08:00.
        segments (list[TimelineSegment] | Unset): The attempts and waits of the run in order. Only in lists, with
            `include=segments`.
    """

    id: int
    job_name: str
    state: RunState
    trigger: JobRunTrigger
    requested_by: str
    parameters: JobParameters
    dry_run: bool
    idempotency_key: None | str
    scheduled_for: datetime.datetime | None
    retry_of: int | None
    cancel_requested: bool
    worker: None | str
    lease_until: datetime.datetime | None
    attempts: int
    max_attempts: int
    resumes: int
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    error_category: JobRunErrorCategory
    error_message: None | str
    rows_read: int
    rows_written: int
    rows_skipped: int
    window_start: datetime.datetime | None
    window_end: datetime.datetime | None
    result: JobRunResultType0 | None
    root_log_id: int | None
    run_started_at: datetime.datetime
    segments: list[TimelineSegment] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.job_run_result_type_0 import JobRunResultType0

        id = self.id

        job_name = self.job_name

        state = self.state.value

        trigger = self.trigger.value

        requested_by = self.requested_by

        parameters = self.parameters.to_dict()

        dry_run = self.dry_run

        idempotency_key: None | str
        idempotency_key = self.idempotency_key

        scheduled_for: None | str
        if isinstance(self.scheduled_for, datetime.datetime):
            scheduled_for = self.scheduled_for.isoformat()
        else:
            scheduled_for = self.scheduled_for

        retry_of: int | None
        retry_of = self.retry_of

        cancel_requested = self.cancel_requested

        worker: None | str
        worker = self.worker

        lease_until: None | str
        if isinstance(self.lease_until, datetime.datetime):
            lease_until = self.lease_until.isoformat()
        else:
            lease_until = self.lease_until

        attempts = self.attempts

        max_attempts = self.max_attempts

        resumes = self.resumes

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

        error_category = self.error_category.value

        error_message: None | str
        error_message = self.error_message

        rows_read = self.rows_read

        rows_written = self.rows_written

        rows_skipped = self.rows_skipped

        window_start: None | str
        if isinstance(self.window_start, datetime.datetime):
            window_start = self.window_start.isoformat()
        else:
            window_start = self.window_start

        window_end: None | str
        if isinstance(self.window_end, datetime.datetime):
            window_end = self.window_end.isoformat()
        else:
            window_end = self.window_end

        result: dict[str, Any] | None
        if isinstance(self.result, JobRunResultType0):
            result = self.result.to_dict()
        else:
            result = self.result

        root_log_id: int | None
        root_log_id = self.root_log_id

        run_started_at = self.run_started_at.isoformat()

        segments: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.segments, Unset):
            segments = []
            for segments_item_data in self.segments:
                segments_item = segments_item_data.to_dict()
                segments.append(segments_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "job_name": job_name,
                "state": state,
                "trigger": trigger,
                "requested_by": requested_by,
                "parameters": parameters,
                "dry_run": dry_run,
                "idempotency_key": idempotency_key,
                "scheduled_for": scheduled_for,
                "retry_of": retry_of,
                "cancel_requested": cancel_requested,
                "worker": worker,
                "lease_until": lease_until,
                "attempts": attempts,
                "max_attempts": max_attempts,
                "resumes": resumes,
                "created_at": created_at,
                "started_at": started_at,
                "finished_at": finished_at,
                "error_category": error_category,
                "error_message": error_message,
                "rows_read": rows_read,
                "rows_written": rows_written,
                "rows_skipped": rows_skipped,
                "window_start": window_start,
                "window_end": window_end,
                "result": result,
                "root_log_id": root_log_id,
                "run_started_at": run_started_at,
            }
        )
        if segments is not UNSET:
            field_dict["segments"] = segments

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.job_parameters import JobParameters
        from ..models.job_run_result_type_0 import JobRunResultType0
        from ..models.timeline_segment import TimelineSegment

        d = dict(src_dict)
        id = d.pop("id")

        job_name = d.pop("job_name")

        state = RunState(d.pop("state"))

        trigger = JobRunTrigger(d.pop("trigger"))

        requested_by = d.pop("requested_by")

        parameters = JobParameters.from_dict(d.pop("parameters"))

        dry_run = d.pop("dry_run")

        def _parse_idempotency_key(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        idempotency_key = _parse_idempotency_key(d.pop("idempotency_key"))

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

        def _parse_retry_of(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        retry_of = _parse_retry_of(d.pop("retry_of"))

        cancel_requested = d.pop("cancel_requested")

        def _parse_worker(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        worker = _parse_worker(d.pop("worker"))

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

        resumes = d.pop("resumes")

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

        error_category = JobRunErrorCategory(d.pop("error_category"))

        def _parse_error_message(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_message = _parse_error_message(d.pop("error_message"))

        rows_read = d.pop("rows_read")

        rows_written = d.pop("rows_written")

        rows_skipped = d.pop("rows_skipped")

        def _parse_window_start(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                window_start_type_0 = datetime.datetime.fromisoformat(data)

                return window_start_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        window_start = _parse_window_start(d.pop("window_start"))

        def _parse_window_end(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                window_end_type_0 = datetime.datetime.fromisoformat(data)

                return window_end_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        window_end = _parse_window_end(d.pop("window_end"))

        def _parse_result(data: object) -> JobRunResultType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0 = JobRunResultType0.from_dict(data)

                return result_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobRunResultType0 | None, data)

        result = _parse_result(d.pop("result"))

        def _parse_root_log_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        root_log_id = _parse_root_log_id(d.pop("root_log_id"))

        run_started_at = datetime.datetime.fromisoformat(d.pop("run_started_at"))

        _segments = d.pop("segments", UNSET)
        segments: list[TimelineSegment] | Unset = UNSET
        if _segments is not UNSET:
            segments = []
            for segments_item_data in _segments:
                segments_item = TimelineSegment.from_dict(segments_item_data)

                segments.append(segments_item)

        job_run = cls(
            id=id,
            job_name=job_name,
            state=state,
            trigger=trigger,
            requested_by=requested_by,
            parameters=parameters,
            dry_run=dry_run,
            idempotency_key=idempotency_key,
            scheduled_for=scheduled_for,
            retry_of=retry_of,
            cancel_requested=cancel_requested,
            worker=worker,
            lease_until=lease_until,
            attempts=attempts,
            max_attempts=max_attempts,
            resumes=resumes,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
            error_category=error_category,
            error_message=error_message,
            rows_read=rows_read,
            rows_written=rows_written,
            rows_skipped=rows_skipped,
            window_start=window_start,
            window_end=window_end,
            result=result,
            root_log_id=root_log_id,
            run_started_at=run_started_at,
            segments=segments,
        )

        return job_run
