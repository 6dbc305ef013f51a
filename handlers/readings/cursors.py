"""Cursors: where a client is within a history, as a text that it hands back untouched."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.columns import check_timestamp
from arcbeat.domain.readings.history import HistoryPosition
from arcbeat.domain.time.time_ranges import TimeRange

ROWS_OF_A_MOMENT_MAX = 10_000
"""A cursor counts so many rows of one moment at most; one that claims more is not ours."""

_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place within a history.

    Attributes:
        within: the bounds of the first page, so that «until now» is the same now for all of them.
    """

    within: TimeRange
    position: HistoryPosition

    def encode(self, *asked: object) -> str:
        """The text; it is good only for who asks the same again."""
        said = {
            "asked": _digest(asked),
            "start": self.within.start,
            "end": self.within.end,
            "ts": self.position.ts,
            "delivered": self.position.delivered,
        }
        return base64.urlsafe_b64encode(orjson.dumps(said)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, *asked: object) -> "Cursor":
        """From its text.

        Raises:
            InvalidInput: it is none, or one of another question; the place is the parameter ``cursor``.
        """
        try:
            said = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
            within = TimeRange(check_timestamp(said["start"]), check_timestamp(said["end"]))
            cursor = cls(within, _position(said))
            is_of_this = said["asked"] == _digest(asked)
        except (ValueError, LookupError, TypeError, AttributeError) as error:  # whatever JSON it may be
            raise _invalid("not a cursor") from error
        if not is_of_this:
            raise _invalid("the cursor of another question; only page_size may change from page to page")
        return cursor


def _digest(asked: tuple[object, ...]) -> str:
    return hashlib.sha256(orjson.dumps(asked)).hexdigest()[:_DIGITS]


def _position(said: Mapping[str, Any]) -> HistoryPosition:
    delivered = {str(name): int(count) for name, count in said["delivered"].items()}
    if any(count < 1 for count in delivered.values()) or sum(delivered.values()) > ROWS_OF_A_MOMENT_MAX:
        raise ValueError("no such counts")
    return HistoryPosition(check_timestamp(said["ts"]), delivered)


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput((InputError("query", "cursor", detail),))
