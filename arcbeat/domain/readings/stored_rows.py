"""Newest readings in the form in which a store returned them, whose values are decoded only when they are needed.

Most devices of a large type have sent nothing new at a tick, or nothing but a new time. Their rows need not be decoded,
and take a fraction of the memory of decoded values.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.columns import Value

StoredRow = Any
"""The newest reading of one device as a store returned it. Only its form knows what it is; equal rows are equal
readings."""


class RowForm(Protocol):
    """How a store's rows are decoded. It is hashable; the rows of two equal forms can be compared."""

    def ts(self, stored: StoredRow) -> datetime:
        """Return the time of the reading, in UTC.

        Raises:
            StoreProtocolError: the row has none.
        """
        ...

    def values(self, stored: StoredRow) -> Mapping[str, Value]:
        """Return the values by column, without ts.

        Raises:
            StoreProtocolError: the row is not in the documented form.
        """
        ...

    def has_same_values(self, stored: StoredRow, other: StoredRow) -> bool:
        """Return whether two rows that may differ in their time have the same values; False if that takes decoding."""
        ...

    def latest(self, device_code: str, stored: StoredRow, *, clock_skew: bool) -> Latest:
        """Return the reading itself."""
        ...


@dataclass(frozen=True, slots=True)
class LatestRows:
    """The newest readings of some devices.

    Attributes:
        rows: by device code; a device without readings is missing.
        skewed: devices that have rows dated in the future.
    """

    form: RowForm
    rows: dict[str, StoredRow]
    skewed: Container[str] = frozenset()


class _LatestForm:
    """The form of rows that are readings already."""

    def ts(self, stored: Latest) -> datetime:
        return stored.reading.ts

    def values(self, stored: Latest) -> Mapping[str, Value]:
        return stored.reading.values

    def has_same_values(self, stored: Latest, other: Latest) -> bool:
        return stored.reading.values == other.reading.values

    def latest(self, device_code: str, stored: Latest, *, clock_skew: bool) -> Latest:  # noqa: ARG002 -- the signature of the protocol
        return stored


class _ReceivedForm:
    """The form of rows that another process has sent: a pair of time and values."""

    def ts(self, stored: tuple[datetime, Mapping[str, Value]]) -> datetime:
        return stored[0]

    def values(self, stored: tuple[datetime, Mapping[str, Value]]) -> Mapping[str, Value]:
        return stored[1]

    def has_same_values(self, stored: StoredRow, other: StoredRow) -> bool:
        return bool(stored[1] == other[1])

    def latest(self, device_code: str, stored: StoredRow, *, clock_skew: bool) -> Latest:
        return Latest(Reading(device_code, *stored), clock_skew)


LATEST_FORM: RowForm = _LatestForm()
RECEIVED_FORM: RowForm = _ReceivedForm()


def rows_of(latest: Mapping[str, Latest]) -> LatestRows:
    """Return readings, by device code, as the rows of a store that decodes them itself."""
    return LatestRows(LATEST_FORM, dict(latest), frozenset(code for code, each in latest.items() if each.clock_skew))
