from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.execution_phase import ExecutionPhase
from ..models.job_log_error_category import JobLogErrorCategory
from ..models.log_status import LogStatus
from ..models.log_type import LogType

if TYPE_CHECKING:
    from ..models.performance_metrics_type_0 import PerformanceMetricsType0
    from ..models.retry_context_type_0 import RetryContextType0
    from ..models.retry_statistics_type_0 import RetryStatisticsType0


T = TypeVar("T", bound="JobLog")


@_attrs_define
class JobLog:
    """A row of the job log.

    Attributes:
        id (int): Id of the row. Example: 90211.
        run_id (int | None): Id of the run; null for a row that another program wrote. Example: 412.
        job_name (str): Name of the job. Example: check_latest.
        parent_log_id (int | None): Id of the row above; null for a root row.
        run_started_at (datetime.datetime): Equal for all rows of a run. It decides in which month the rows are stored.
            Example: 2026-03-02T08:15:00+08:00.
        log_type (LogType): What a log row records; see docs/reference/job-events.md. Example: execution_start.
        execution_phase (ExecutionPhase): When in a run the row was written. Example: initial.
        status (LogStatus): The status of a log row; that of a root row is the status of its run. `unknown` is a status
            that another program wrote and
            arcbeat does not know.
             Example: success.
        message (str): What happened. Example: check_latest succeeded at attempt 1.
        error_category (JobLogErrorCategory): Why the attempt or the run failed, as in ErrorCategory; null without an
            error. Example: network_error.
        error_message (None | str): The error in words.
        attempt_number (int | None): Number of the attempt; the first attempt is 1. Example: 1.
        planned_start_at (datetime.datetime | None): Of a `retry_attempt`, when the attempt was planned to begin.
        started_at (datetime.datetime | None): Start of what the row records. Of a `retry_attempt`, when the attempt
            before failed. Example: 2026-03-02T08:15:01+08:00.
        ended_at (datetime.datetime | None): End of what the row records. Of a `retry_attempt`, when the attempt began;
            null during the wait. Example: 2026-03-02T08:15:04+08:00.
        duration_ms (float | None): Time from `started_at` to `ended_at` in milliseconds. Example: 3120.5.
        retry_context (None | RetryContextType0): Why and how an attempt is repeated; null for rows that record no
            retry.
        performance_metrics (None | PerformanceMetricsType0): What an attempt or a run cost; null is not measured. See
            docs/reference/job-events.md.
        retry_statistics (None | RetryStatisticsType0): What the attempts of a run add up to; null unless the row is the
            root row of a run that has ended.
        rows_read (int | None): Number of rows that were read. Example: 240.
        rows_written (int | None): Number of rows that were written. Example: 0.
        rows_skipped (int | None): Number of rows that were skipped. Example: 0.
        window_start (datetime.datetime | None): Start of the range of time that was covered. Example:
            2026-03-02T08:00:00+08:00.
        window_end (datetime.datetime | None): End of the range of time that was covered. Example:
            2026-03-02T08:15:00+08:00.
    """

    id: int
    run_id: int | None
    job_name: str
    parent_log_id: int | None
    run_started_at: datetime.datetime
    log_type: LogType
    execution_phase: ExecutionPhase
    status: LogStatus
    message: str
    error_category: JobLogErrorCategory
    error_message: None | str
    attempt_number: int | None
    planned_start_at: datetime.datetime | None
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    duration_ms: float | None
    retry_context: None | RetryContextType0
    performance_metrics: None | PerformanceMetricsType0
    retry_statistics: None | RetryStatisticsType0
    rows_read: int | None
    rows_written: int | None
    rows_skipped: int | None
    window_start: datetime.datetime | None
    window_end: datetime.datetime | None

    def to_dict(self) -> dict[str, Any]:
        from ..models.performance_metrics_type_0 import PerformanceMetricsType0
        from ..models.retry_context_type_0 import RetryContextType0
        from ..models.retry_statistics_type_0 import RetryStatisticsType0

        id = self.id

        run_id: int | None
        run_id = self.run_id

        job_name = self.job_name

        parent_log_id: int | None
        parent_log_id = self.parent_log_id

        run_started_at = self.run_started_at.isoformat()

        log_type = self.log_type.value

        execution_phase = self.execution_phase.value

        status = self.status.value

        message = self.message

        error_category = self.error_category.value

        error_message: None | str
        error_message = self.error_message

        attempt_number: int | None
        attempt_number = self.attempt_number

        planned_start_at: None | str
        if isinstance(self.planned_start_at, datetime.datetime):
            planned_start_at = self.planned_start_at.isoformat()
        else:
            planned_start_at = self.planned_start_at

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        duration_ms: float | None
        duration_ms = self.duration_ms

        retry_context: dict[str, Any] | None
        if isinstance(self.retry_context, RetryContextType0):
            retry_context = self.retry_context.to_dict()
        else:
            retry_context = self.retry_context

        performance_metrics: dict[str, Any] | None
        if isinstance(self.performance_metrics, PerformanceMetricsType0):
            performance_metrics = self.performance_metrics.to_dict()
        else:
            performance_metrics = self.performance_metrics

        retry_statistics: dict[str, Any] | None
        if isinstance(self.retry_statistics, RetryStatisticsType0):
            retry_statistics = self.retry_statistics.to_dict()
        else:
            retry_statistics = self.retry_statistics

        rows_read: int | None
        rows_read = self.rows_read

        rows_written: int | None
        rows_written = self.rows_written

        rows_skipped: int | None
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

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "run_id": run_id,
                "job_name": job_name,
                "parent_log_id": parent_log_id,
                "run_started_at": run_started_at,
                "log_type": log_type,
                "execution_phase": execution_phase,
                "status": status,
                "message": message,
                "error_category": error_category,
                "error_message": error_message,
                "attempt_number": attempt_number,
                "planned_start_at": planned_start_at,
                "started_at": started_at,
                "ended_at": ended_at,
                "duration_ms": duration_ms,
                "retry_context": retry_context,
                "performance_metrics": performance_metrics,
                "retry_statistics": retry_statistics,
                "rows_read": rows_read,
                "rows_written": rows_written,
                "rows_skipped": rows_skipped,
                "window_start": window_start,
                "window_end": window_end,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.performance_metrics_type_0 import PerformanceMetricsType0
        from ..models.retry_context_type_0 import RetryContextType0
        from ..models.retry_statistics_type_0 import RetryStatisticsType0

        d = dict(src_dict)
        id = d.pop("id")

        def _parse_run_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        run_id = _parse_run_id(d.pop("run_id"))

        job_name = d.pop("job_name")

        def _parse_parent_log_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        parent_log_id = _parse_parent_log_id(d.pop("parent_log_id"))

        run_started_at = datetime.datetime.fromisoformat(d.pop("run_started_at"))

        log_type = LogType(d.pop("log_type"))

        execution_phase = ExecutionPhase(d.pop("execution_phase"))

        status = LogStatus(d.pop("status"))

        message = d.pop("message")

        error_category = JobLogErrorCategory(d.pop("error_category"))

        def _parse_error_message(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_message = _parse_error_message(d.pop("error_message"))

        def _parse_attempt_number(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        attempt_number = _parse_attempt_number(d.pop("attempt_number"))

        def _parse_planned_start_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                planned_start_at_type_0 = datetime.datetime.fromisoformat(data)

                return planned_start_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        planned_start_at = _parse_planned_start_at(d.pop("planned_start_at"))

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

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        def _parse_duration_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_ms = _parse_duration_ms(d.pop("duration_ms"))

        def _parse_retry_context(data: object) -> None | RetryContextType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_retry_context_type_0 = RetryContextType0.from_dict(data)

                return componentsschemas_retry_context_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RetryContextType0, data)

        retry_context = _parse_retry_context(d.pop("retry_context"))

        def _parse_performance_metrics(data: object) -> None | PerformanceMetricsType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_performance_metrics_type_0 = PerformanceMetricsType0.from_dict(data)

                return componentsschemas_performance_metrics_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PerformanceMetricsType0, data)

        performance_metrics = _parse_performance_metrics(d.pop("performance_metrics"))

        def _parse_retry_statistics(data: object) -> None | RetryStatisticsType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_retry_statistics_type_0 = RetryStatisticsType0.from_dict(data)

                return componentsschemas_retry_statistics_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RetryStatisticsType0, data)

        retry_statistics = _parse_retry_statistics(d.pop("retry_statistics"))

        def _parse_rows_read(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        rows_read = _parse_rows_read(d.pop("rows_read"))

        def _parse_rows_written(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        rows_written = _parse_rows_written(d.pop("rows_written"))

        def _parse_rows_skipped(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        rows_skipped = _parse_rows_skipped(d.pop("rows_skipped"))

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

        job_log = cls(
            id=id,
            run_id=run_id,
            job_name=job_name,
            parent_log_id=parent_log_id,
            run_started_at=run_started_at,
            log_type=log_type,
            execution_phase=execution_phase,
            status=status,
            message=message,
            error_category=error_category,
            error_message=error_message,
            attempt_number=attempt_number,
            planned_start_at=planned_start_at,
            started_at=started_at,
            ended_at=ended_at,
            duration_ms=duration_ms,
            retry_context=retry_context,
            performance_metrics=performance_metrics,
            retry_statistics=retry_statistics,
            rows_read=rows_read,
            rows_written=rows_written,
            rows_skipped=rows_skipped,
            window_start=window_start,
            window_end=window_end,
        )

        return job_log
