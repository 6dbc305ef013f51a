"""Newest readings in the form in which a store returned them, whose values are decoded only when they are needed.

Most devices of a large type have sent nothing new at a tick, or nothing but a new time. Their rows need not be decoded,
and take a fraction of the memory of decoded values.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.columns import Value

StoredRow = Any
"""The newest reading of one device as a store returned it. Only its form knows what it is; equal rows are equal
readings."""


NO_VALUES: Mapping[str, Value] = {}


class RowForm(Protocol):
    """How a store's rows are decoded. It is hashable; the rows of two equal forms can be compared.

    What every tick needs of many rows is decoded and compared for all of them at once.
    """

    def times(self, stored: Sequence[StoredRow]) -> Sequence[datetime]:
        """Return the times of readings, in UTC.

        Raises:
            StoreProtocolError: a row has none.
        """
        ...

    def values(self, stored: StoredRow) -> Mapping[str, Value]:
        """Return the values by column, without ts.

        Raises:
            StoreProtocolError: the row is not in the documented form.
        """
        ...

    def changed_values(self, stored: Sequence[StoredRow], before: Sequence[StoredRow]) -> Sequence[Mapping[str, Value]]:
        """Return the values of rows, as ``values`` does, without those that are the same in the row of ``before`` at
        the same position.

        Raises:
            StoreProtocolError: a row is not in the documented form.
        """
        ...

    def latest(self, device_code: str, stored: StoredRow, *, clock_skew: bool) -> Latest:
        """Return the reading itself."""
        ...


@dataclass(frozen=True, slots=True)
class LatestRows:
    """The newest readings of some devices.

    Attributes:
        rows: by device code; a device without readings is missing. They belong to the caller, which may remove them.
        skewed: devices that have rows dated in the future.
    """

    form: RowForm
    rows: dict[str, StoredRow]
    skewed: Container[str] = frozenset()


def changed_items(values: Mapping[str, Value], before: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the values that differ from those before; a field that is missing has the value None."""
    if values == before:
        return NO_VALUES
    names = values if values.keys() == before.keys() else {**before, **values}
    new, old = values.get, before.get
    return {name: value for name in names if (value := new(name)) != old(name)}


class _LatestForm:
    """The form of rows that are readings already."""

    def times(self, stored: Sequence[Latest]) -> Sequence[datetime]:
        return [each.reading.ts for each in stored]

    def values(self, stored: Latest) -> Mapping[str, Value]:
        return stored.reading.values

    def changed_values(self, stored: Sequence[Latest], before: Sequence[Latest]) -> Sequence[Mapping[str, Value]]:
        pairs = zip(stored, before, strict=True)
        return [changed_items(each.reading.values, old.reading.values) for each, old in pairs]

    def latest(self, device_code: str, stored: Latest, *, clock_skew: bool) -> Latest:  # noqa: ARG002 -- the signature of the protocol
        return stored


_Received = tuple[datetime, Mapping[str, Value]]


class _ReceivedForm:
    """The form of rows that another process has sent: a pair of time and values."""

    def times(self, stored: Sequence[_Received]) -> Sequence[datetime]:
        return [ts for ts, _ in stored]

    def values(self, stored: _Received) -> Mapping[str, Value]:
        return stored[1]

    def changed_values(self, stored: Sequence[_Received], before: Sequence[_Received]) -> Sequence[Mapping[str, Value]]:
        return [changed_items(values, old) for (_, values), (_, old) in zip(stored, before, strict=True)]

    def latest(self, device_code: str, stored: _Received, *, clock_skew: bool) -> Latest:
        return Latest(Reading(device_code, *stored), clock_skew)


LATEST_FORM: RowForm = _LatestForm()
RECEIVED_FORM: RowForm = _ReceivedForm()


def rows_of(latest: Mapping[str, Latest]) -> LatestRows:
    """Return readings, by device code, as the rows of a store that decodes them itself."""
    return LatestRows(LATEST_FORM, dict(latest), frozenset(code for code, each in latest.items() if each.clock_skew))
