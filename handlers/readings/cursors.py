"""Cursors: the position within a history as opaque text, which a client passes back unchanged."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.history import HistoryPosition
from arcbeat.domain.schema.columns import check_timestamp
from arcbeat.domain.time.time_ranges import TimeRange

ROWS_PER_TS_MAX = 10_000
"""The largest number of rows with the same ts that a cursor may count; a larger number is a forged cursor."""

_DIGITS = 16


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
            # The key of earlier versions, so that a client that is between two pages during an update can go on.
            "asked": _digest(parameters),
            "start": self.within.start,
            "end": self.within.end,
            "ts": self.position.ts,
            "delivered": self.position.delivered,
        }
        return base64.urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, *parameters: object) -> "Cursor":
        """Return the cursor of a text.

        Raises:
            InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
        """
        try:
            content = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
            within = TimeRange(check_timestamp(content["start"]), check_timestamp(content["end"]))
            cursor = cls(within, _position(content))
            is_same_request = content["asked"] == _digest(parameters)
        except (ValueError, LookupError, TypeError, AttributeError) as error:  # the text may be any JSON
            raise _invalid("not a cursor; pass the next_cursor of an answer unchanged") from error
        if not is_same_request:
            raise _invalid("from a request with other parameters; only page_size may change from page to page")
        return cursor


def _digest(parameters: tuple[object, ...]) -> str:
    return hashlib.sha256(orjson.dumps(parameters)).hexdigest()[:_DIGITS]


def _position(content: Mapping[str, Any]) -> HistoryPosition:
    delivered = {str(name): int(count) for name, count in content["delivered"].items()}
    if any(count < 1 for count in delivered.values()) or sum(delivered.values()) > ROWS_PER_TS_MAX:
        raise ValueError("impossible row counts")
    return HistoryPosition(check_timestamp(content["ts"]), delivered)


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput((InputError("query", "cursor", detail),))
