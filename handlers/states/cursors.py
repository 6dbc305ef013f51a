"""The cursor of state spans."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.states.spans import SpanPosition
from arcbeat.domain.time.time_ranges import TimeRange
from handlers._cursors import RangeCursor, forged_cursors_rejected


@dataclass(frozen=True, slots=True)
class SpanCursor(RangeCursor[SpanPosition]):
    """A position within the spans of several devices."""

    def check_device(self, device_codes: Collection[str]) -> None:
        """Check that the device of the position is one of these.

        Raises:
            InvalidInput: it is not.
        """
        with forged_cursors_rejected():
            if self.position.device_code not in device_codes:
                raise ValueError("another device")

    def _content(self) -> Mapping[str, Any]:
        return {"device_code": self.position.device_code, "ts": self.position.start}

    @classmethod
    def _position(cls, content: Any, within: TimeRange) -> SpanPosition:
        position = SpanPosition(content["device_code"], check_timestamp(content["ts"]))
        if not within.start <= position.start < within.end:
            raise ValueError("outside the range")
        return position
