"""The cursors of histories and of spans: the range of the first page, and the position within it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.readings.history import HistoryPosition
from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.states.spans import SpanPosition
from arcbeat.domain.time.time_ranges import TimeRange, checked_range
from handlers._cursors import decode_cursor, encode_cursor, malformed_cursor

ROWS_PER_TS_MAX = 10_000
"""The largest number of rows with the same ts that a cursor may count; a larger number is a forged cursor."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position within a history.

    Attributes:
        within: the range of the first page, so that a range until now ends at the same time on every page.
    """

    within: TimeRange
    position: HistoryPosition

    def encode(self, *parameters: object) -> str:
        """Return the text of the cursor, which is valid only for a request with the same parameters."""
        content = {
            "start": self.within.start,
            "end": self.within.end,
            "ts": self.position.ts,
            "delivered": self.position.delivered,
        }
        return encode_cursor(content, parameters)

    @classmethod
    def decode(cls, text: str, *parameters: object) -> "Cursor":
        """Return the cursor of a text.

        Raises:
            InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
        """
        content = decode_cursor(text, parameters)
        try:
            within = TimeRange(check_timestamp(content["start"]), check_timestamp(content["end"]))
            return cls(within, _position(content))
        except (ValueError, LookupError, TypeError, AttributeError) as error:  # a forged cursor
            raise malformed_cursor() from error


def _position(content: Mapping[str, Any]) -> HistoryPosition:
    delivered = {str(name): int(count) for name, count in content["delivered"].items()}
    if any(count < 1 for count in delivered.values()) or sum(delivered.values()) > ROWS_PER_TS_MAX:
        raise ValueError("impossible row counts")
    return HistoryPosition(check_timestamp(content["ts"]), delivered)


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
