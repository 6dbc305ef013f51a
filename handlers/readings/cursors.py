"""The cursor of a history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arcbeat.domain.readings.history import HistoryPosition
from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.time.time_ranges import TimeRange
from handlers._cursors import RangeCursor

ROWS_PER_TS_MAX = 10_000
"""The largest number of rows with the same ts that a cursor may count; a larger number is a forged cursor."""


@dataclass(frozen=True, slots=True)
class Cursor(RangeCursor[HistoryPosition]):
    """A position within a history."""

    def _content(self) -> Mapping[str, Any]:
        return {"ts": self.position.ts, "delivered": self.position.delivered}

    @classmethod
    def _position(cls, content: Any, within: TimeRange) -> HistoryPosition:  # noqa: ARG003 -- of the base class
        delivered = {str(name): int(count) for name, count in content["delivered"].items()}
        if any(count < 1 for count in delivered.values()) or sum(delivered.values()) > ROWS_PER_TS_MAX:
            raise ValueError("impossible row counts")
        return HistoryPosition(check_timestamp(content["ts"]), delivered)
