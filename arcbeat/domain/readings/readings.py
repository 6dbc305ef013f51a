"""Readings of devices, and the queries and results of the stores that hold them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from arcbeat.domain.schema.columns import Column, Value

CLOCK_SKEW_MAX = timedelta(seconds=60)
"""How far the ts of a reading may be ahead of the server's clock.

A reading that is further ahead is rejected on append and marked as clock skew on read. Otherwise TDengine would return
it as the newest reading until its ts has passed.
"""


@dataclass(slots=True)
class Reading:
    """One row of one device.

    Treat it as frozen, and `Latest` too. They are not declared so, because that makes them four times as slow to
    create, and a page or a batch has hundreds.

    Attributes:
        ts: in UTC, with microseconds.
        values: by column name. An absent column was not sent; None was sent as null.
        subtable: tells readings of one device with the same ts apart: the table that it was read from, as a device may
            have several, and the second key if the super table has a composite primary key. Not part of equality.
    """

    device_code: str
    ts: datetime
    values: Mapping[str, Value]
    subtable: str = field(default="", compare=False)


@dataclass(slots=True)
class Latest:
    """A device's newest reading.

    Attributes:
        clock_skew: the device has rows dated in the future; this is its newest row that is not.
    """

    reading: Reading
    clock_skew: bool = False


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why one reading of a batch was not stored.

    Attributes:
        index: in the batch, from 0.
        reason: a constant: ``unknown-field``, ``bad-value``, ``future-timestamp``, ``out-of-retention``,
            ``unregistered-device``.
        detail: the explanation, for people.
    """

    index: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class AppendResult:
    """The result of appending a batch: every reading that is not rejected is stored."""

    accepted: int
    rejections: tuple[Rejection, ...] = ()


class Order(StrEnum):
    """The order of readings by time."""

    ASCENDING = "asc"
    DESCENDING = "desc"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """Readings of one device with ``start <= ts < end``, at most ``limit`` of them.

    Readings with the same ts, from several subtables, come in any order.

    Attributes:
        fields: the columns to return; empty for all.
    """

    device_code: str
    start: datetime
    end: datetime
    fields: tuple[str, ...] = ()
    order: Order = Order.ASCENDING
    limit: int = 1000


class Aggregate(StrEnum):
    """How the values of a column within a window are combined."""

    AVG = "avg"
    MIN = "min"
    MAX = "max"
    LAST = "last"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowQuery:
    """Aggregates of the readings with ``start <= ts < end``: one row per device and interval that has readings.

    Attributes:
        device_codes: None aggregates the super table as one series, across its devices.
        merged: aggregate the devices in ``device_codes`` together, as one series.
        origin: windows begin at whole multiples of the interval from this time.
        interval: a whole number of milliseconds, at least 1.
        fields: the columns to aggregate, each by every one of ``aggregates``.
    """

    device_codes: tuple[str, ...] | None
    start: datetime
    end: datetime
    interval: timedelta
    fields: tuple[str, ...]
    aggregates: tuple[Aggregate, ...]
    origin: datetime
    merged: bool = False

    @property
    def is_one_series(self) -> bool:
        """Whether the windows belong to no single device."""
        return self.device_codes is None or self.merged


@dataclass(frozen=True, slots=True)
class Window:
    """The aggregates of one interval, of one device or of the whole super table.

    Attributes:
        device_code: empty for several devices together, or the whole super table.
        start: the beginning of the interval, in UTC; that of the first window may be before the query's start.
        values: by column, then by aggregate.
    """

    device_code: str
    start: datetime
    values: Mapping[str, Mapping[Aggregate, Value]]


@dataclass(frozen=True, slots=True)
class ValuePosition:
    """Where a page of a :class:`ValueQuery` ended.

    Attributes:
        subtable: of the last delivered row.
        delivered: how many rows with this ts and subtable have been delivered; more than one with a second key.
    """

    ts: datetime
    subtable: str
    delivered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueQuery:
    """Readings with ``start <= ts < end`` in which a column has one value, at most ``limit`` of them.

    Attributes:
        device_codes: None searches the readings of all devices of the super table.
        column: the column to compare, which is not a tag.
        value: not None, in the form that the column stores.
        fields: the columns to return besides ts; may be empty.
        after: leave out the readings before this position; those at its ts and subtable are returned again.
    """

    device_codes: tuple[str, ...] | None
    column: Column
    value: Value
    start: datetime
    end: datetime
    fields: tuple[str, ...] = ()
    order: Order = Order.ASCENDING
    limit: int = 1000
    after: ValuePosition | None = None
