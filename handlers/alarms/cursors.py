"""The cursor of the list of alarms: the range of the first page, and the position within it."""

from dataclasses import dataclass

from arcbeat.domain.alarms.alarms import RANGE_MAX, AlarmPosition
from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.time.time_ranges import TimeRange, checked_range
from handlers._cursors import decode_cursor, encode_cursor, malformed_cursor


@dataclass(frozen=True, slots=True)
class AlarmCursor:
    """A position within the alarms of a range.

    Attributes:
        within: the range of the first page, so that alarms are open or not as of one moment on every page.
    """

    within: TimeRange
    position: AlarmPosition

    def encode(self, *parameters: object) -> str:
        """Return the text of the cursor, which is valid only for a request with the same parameters."""
        content = {
            "start": self.within.start,
            "end": self.within.end,
            "ended_before": self.position.ended_before,
            "device_code": self.position.device_code,
        }
        return encode_cursor(content, parameters)

    @classmethod
    def decode(cls, text: str, *parameters: object) -> "AlarmCursor":
        """Return the cursor of a text.

        Raises:
            InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
        """
        content = decode_cursor(text, parameters)
        try:
            within = checked_range(check_timestamp(content["start"]), check_timestamp(content["end"]))
            ended_before = None if content["ended_before"] is None else check_timestamp(content["ended_before"])
            position = AlarmPosition(ended_before, content["device_code"])
            is_text = position.device_code is None or isinstance(position.device_code, str)
            is_short = within.end - within.start <= RANGE_MAX
            is_possible = is_text and is_short and within.start <= (ended_before or within.end) <= within.end
        except (ValueError, LookupError, TypeError, AttributeError, InvalidValue) as error:  # a forged cursor
            raise malformed_cursor() from error
        if not is_possible:
            raise malformed_cursor()
        return cls(within, position)
