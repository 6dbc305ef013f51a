"""The cursor of readings with one value: the range of its first page, and the position within it."""

from dataclasses import dataclass

from arcbeat.domain.readings.readings import ValuePosition
from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.time.time_ranges import TimeRange
from handlers._cursors import decode_cursor, encode_cursor, malformed_cursor
from handlers.readings.cursors import ROWS_PER_TS_MAX

SUBTABLE_CHARACTERS_MAX = 250


@dataclass(frozen=True, slots=True)
class ValueCursor:
    """A position within the readings that have one value.

    Attributes:
        within: the range of the first page, so that a range until now ends at the same time on every page.
    """

    within: TimeRange
    position: ValuePosition

    def encode(self, *parameters: object) -> str:
        """Return the text of the cursor, which is valid only for a request with the same parameters."""
        content = {
            "start": self.within.start,
            "end": self.within.end,
            "ts": self.position.ts,
            "subtable": self.position.subtable,
            "delivered": self.position.delivered,
        }
        return encode_cursor(content, parameters)

    @classmethod
    def decode(cls, text: str, *parameters: object) -> "ValueCursor":
        """Return the cursor of a text.

        Raises:
            InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
        """
        content = decode_cursor(text, parameters)
        try:
            within = TimeRange(check_timestamp(content["start"]), check_timestamp(content["end"]))
            subtable, delivered = str(content["subtable"]), int(content["delivered"])
            if not 1 <= delivered <= ROWS_PER_TS_MAX or len(subtable) > SUBTABLE_CHARACTERS_MAX or "\x00" in subtable:
                raise malformed_cursor()
            return cls(within, ValuePosition(check_timestamp(content["ts"]), subtable, delivered))
        except (ValueError, LookupError, TypeError, AttributeError) as error:  # a forged cursor
            raise malformed_cursor() from error
