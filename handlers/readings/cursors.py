"""The cursor of a history: the range of its first page, and the position within it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arcbeat.domain.readings.history import HistoryPosition
from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.time.time_ranges import TimeRange
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
