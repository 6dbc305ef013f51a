from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.log_status import LogStatus
from ..models.timeline_segment_error_category import TimelineSegmentErrorCategory
from ..models.timeline_segment_kind import TimelineSegmentKind

T = TypeVar("T", bound="TimelineSegment")


@_attrs_define
class TimelineSegment:
    """An attempt, or the wait before one.

    Attributes:
        kind (TimelineSegmentKind): What the segment is. Example: wait.
        attempt_number (int): Number of the attempt; for a wait, of the attempt that follows. Example: 2.
        planned_start_at (datetime.datetime | None): Of an attempt after a wait, when it was planned to begin.
        started_at (datetime.datetime): When it began. Example: 2026-03-02T08:15:02+08:00.
        planned_end_at (datetime.datetime | None): Of a wait, when it was planned to end. Example:
            2026-03-02T08:15:03+08:00.
        ended_at (datetime.datetime | None): When it ended; null while it is under way. Example:
            2026-03-02T08:15:03+08:00.
        duration_ms (float | None): Time from `started_at` to `ended_at` in milliseconds. Example: 1002.3.
        status (LogStatus): The status of a log row; that of a root row is the status of its run. `unknown` is a status
            that another program wrote and
            arcbeat does not know.
             Example: success.
        error_category (TimelineSegmentErrorCategory): Why the attempt or the run failed, as in ErrorCategory; null
            without an error. Example: network_error.
    """

    kind: TimelineSegmentKind
    attempt_number: int
    planned_start_at: datetime.datetime | None
    started_at: datetime.datetime
    planned_end_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    duration_ms: float | None
    status: LogStatus
    error_category: TimelineSegmentErrorCategory

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        attempt_number = self.attempt_number

        planned_start_at: None | str
        if isinstance(self.planned_start_at, datetime.datetime):
            planned_start_at = self.planned_start_at.isoformat()
        else:
            planned_start_at = self.planned_start_at

        started_at = self.started_at.isoformat()

        planned_end_at: None | str
        if isinstance(self.planned_end_at, datetime.datetime):
            planned_end_at = self.planned_end_at.isoformat()
        else:
            planned_end_at = self.planned_end_at

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        duration_ms: float | None
        duration_ms = self.duration_ms

        status = self.status.value

        error_category = self.error_category.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "attempt_number": attempt_number,
                "planned_start_at": planned_start_at,
                "started_at": started_at,
                "planned_end_at": planned_end_at,
                "ended_at": ended_at,
                "duration_ms": duration_ms,
                "status": status,
                "error_category": error_category,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        kind = TimelineSegmentKind(d.pop("kind"))

        attempt_number = d.pop("attempt_number")

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

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))

        def _parse_planned_end_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                planned_end_at_type_0 = datetime.datetime.fromisoformat(data)

                return planned_end_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        planned_end_at = _parse_planned_end_at(d.pop("planned_end_at"))

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

        status = LogStatus(d.pop("status"))

        error_category = TimelineSegmentErrorCategory(d.pop("error_category"))

        timeline_segment = cls(
            kind=kind,
            attempt_number=attempt_number,
            planned_start_at=planned_start_at,
            started_at=started_at,
            planned_end_at=planned_end_at,
            ended_at=ended_at,
            duration_ms=duration_ms,
            status=status,
            error_category=error_category,
        )

        return timeline_segment
