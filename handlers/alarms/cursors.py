"""The cursor of the list of alarms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arcbeat.domain.alarms.alarms import RANGE_MAX, AlarmPosition
from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.time.time_ranges import TimeRange
from handlers._cursors import RangeCursor


@dataclass(frozen=True, slots=True)
class AlarmCursor(RangeCursor[AlarmPosition]):
    """A position within the alarms of a range; they are open or not as of the end of that range on every page."""

    def _content(self) -> Mapping[str, Any]:
        return {"ended_before": self.position.ended_before, "device_code": self.position.device_code}

    @classmethod
    def _position(cls, content: Any, within: TimeRange) -> AlarmPosition:
        ended_before = None if content["ended_before"] is None else check_timestamp(content["ended_before"])
        position = AlarmPosition(ended_before, content["device_code"])
        is_text = position.device_code is None or isinstance(position.device_code, str)
        is_short = within.end - within.start <= RANGE_MAX
        if not (is_text and is_short and within.start <= (ended_before or within.end) <= within.end):
            raise ValueError("impossible position")
        return position
