"""What a request sent to be stored: rows that arrived together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from arcbeat.domain.readings.appending import IndexedReading


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A sent row that is not stored.

    Attributes:
        index: its index among all rows that were sent, from 0.
        device_code: None if the row has none.
        reason: that of a Rejection, or ``malformed`` for a row that is not a reading.
        detail: the explanation, for people.
    """

    index: int
    device_code: str | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class SentBatch:
    """Rows that were read together: the readings, and the rows that are not readings."""

    readings: Sequence[IndexedReading]
    rejected: Sequence[RejectedRow] = ()


@dataclass(frozen=True, slots=True)
class UnreadBatch:
    """Rows that arrived together.

    Attributes:
        lines: JSON texts, one per row, that may be stored without being read; None if they must be read.
        read: returns the readings.
    """

    lines: Sequence[bytes] | None
    read: Callable[[], SentBatch]
