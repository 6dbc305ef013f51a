"""The cursor of readings with one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arcbeat.domain.readings.readings import ValuePosition
from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.time.time_ranges import TimeRange
from handlers._cursors import RangeCursor
from handlers.readings.cursors import ROWS_PER_TS_MAX

SUBTABLE_CHARACTERS_MAX = 250


@dataclass(frozen=True, slots=True)
class ValueCursor(RangeCursor[ValuePosition]):
    """A position within the readings that have one value."""

    def _content(self) -> Mapping[str, Any]:
        position = self.position
        return {"ts": position.ts, "subtable": position.subtable, "delivered": position.delivered}

    @classmethod
    def _position(cls, content: Any, within: TimeRange) -> ValuePosition:  # noqa: ARG003 -- of the base class
        subtable, delivered = str(content["subtable"]), int(content["delivered"])
        if not 1 <= delivered <= ROWS_PER_TS_MAX or len(subtable) > SUBTABLE_CHARACTERS_MAX or "\x00" in subtable:
            raise ValueError("impossible row count or name")
        return ValuePosition(check_timestamp(content["ts"]), subtable, delivered)
