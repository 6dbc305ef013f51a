"""The cursor of state spans: the range of the first page, and the position within it."""

from collections.abc import Collection
from dataclasses import dataclass

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.states.spans import SpanPosition
from arcbeat.domain.time.time_ranges import TimeRange, checked_range
from handlers._cursors import decode_cursor, encode_cursor, malformed_cursor


@dataclass(frozen=True, slots=True)
class SpanCursor:
    """A position within the spans of several devices.

    Attributes:
        within: the range of the first page, so that a range until now ends at the same time on every page.
    """

    within: TimeRange
    position: SpanPosition

    def encode(self, *parameters: object) -> str:
        """Return the text of the cursor, which is valid only for a request with the same parameters."""
        content = {
            "start": self.within.start,
            "end": self.within.end,
            "device_code": self.position.device_code,
            "ts": self.position.start,
        }
        return encode_cursor(content, parameters)

    @classmethod
    def decode(cls, text: str, device_codes: Collection[str], *parameters: object) -> "SpanCursor":
        """Return the cursor of a text, whose device is one of ``device_codes``.

        Raises:
            InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
        """
        content = decode_cursor(text, parameters)
        try:
            within = checked_range(check_timestamp(content["start"]), check_timestamp(content["end"]))
            position = SpanPosition(content["device_code"], check_timestamp(content["ts"]))
            is_possible = position.device_code in device_codes and within.start <= position.start < within.end
        except (ValueError, LookupError, TypeError, AttributeError, InvalidValue) as error:  # a forged cursor
            raise malformed_cursor() from error
        if not is_possible:
            raise malformed_cursor()
        return cls(within, position)
