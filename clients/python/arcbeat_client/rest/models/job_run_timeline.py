from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.log_status import LogStatus

if TYPE_CHECKING:
    from ..models.strategy_change import StrategyChange
    from ..models.timeline_segment import TimelineSegment


T = TypeVar("T", bound="JobRunTimeline")


@_attrs_define
class JobRunTimeline:
    """The attempts, the waits and the changes of the strategy of a run.

    Attributes:
        log_id (int): Id of the root row of the run. Example: 90211.
        run_id (int | None): Id of the run; null for a row that another program wrote. Example: 412.
        job_name (str): Name of the job. Example: check_latest.
        status (LogStatus): The status of a log row; that of a root row is the status of its run. `unknown` is a status
            that another program wrote and
            arcbeat does not know.
             Example: success.
        started_at (datetime.datetime): When the run began. Example: 2026-03-02T08:15:01+08:00.
        ended_at (datetime.datetime | None): When the run ended; null while it is under way. Example:
            2026-03-02T08:15:04+08:00.
        duration_ms (float | None): Time from `started_at` to `ended_at` in milliseconds. Example: 3120.5.
        segments (list[TimelineSegment]): The attempts and waits in order. A segment without `ended_at` is under way.
        strategy_changes (list[StrategyChange]): The changes of the retry strategy in order.
    """

    log_id: int
    run_id: int | None
    job_name: str
    status: LogStatus
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    duration_ms: float | None
    segments: list[TimelineSegment]
    strategy_changes: list[StrategyChange]

    def to_dict(self) -> dict[str, Any]:
        log_id = self.log_id

        run_id: int | None
        run_id = self.run_id

        job_name = self.job_name

        status = self.status.value

        started_at = self.started_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        duration_ms: float | None
        duration_ms = self.duration_ms

        segments = []
        for segments_item_data in self.segments:
            segments_item = segments_item_data.to_dict()
            segments.append(segments_item)

        strategy_changes = []
        for strategy_changes_item_data in self.strategy_changes:
            strategy_changes_item = strategy_changes_item_data.to_dict()
            strategy_changes.append(strategy_changes_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "log_id": log_id,
                "run_id": run_id,
                "job_name": job_name,
                "status": status,
                "started_at": started_at,
                "ended_at": ended_at,
                "duration_ms": duration_ms,
                "segments": segments,
                "strategy_changes": strategy_changes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.strategy_change import StrategyChange
        from ..models.timeline_segment import TimelineSegment

        d = dict(src_dict)
        log_id = d.pop("log_id")

        def _parse_run_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        run_id = _parse_run_id(d.pop("run_id"))

        job_name = d.pop("job_name")

        status = LogStatus(d.pop("status"))

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))

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

        segments = []
        _segments = d.pop("segments")
        for segments_item_data in _segments:
            segments_item = TimelineSegment.from_dict(segments_item_data)

            segments.append(segments_item)

        strategy_changes = []
        _strategy_changes = d.pop("strategy_changes")
        for strategy_changes_item_data in _strategy_changes:
            strategy_changes_item = StrategyChange.from_dict(strategy_changes_item_data)

            strategy_changes.append(strategy_changes_item)

        job_run_timeline = cls(
            log_id=log_id,
            run_id=run_id,
            job_name=job_name,
            status=status,
            started_at=started_at,
            ended_at=ended_at,
            duration_ms=duration_ms,
            segments=segments,
            strategy_changes=strategy_changes,
        )

        return job_run_timeline
