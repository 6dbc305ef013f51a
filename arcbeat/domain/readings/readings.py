"""Readings: what a device said at one moment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from arcbeat.domain.readings.columns import Value

CLOCK_SKEW_MAX = timedelta(seconds=60)
"""How far ahead of our clock a reading may be dated. One from further ahead is refused on append, and on read counts
as clock skew: TDengine would otherwise show it as the newest for ever."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


def is_identifier(text: str) -> bool:
    """Whether databases, tables and fields may be called this."""
    return _IDENTIFIER.match(text) is not None


@dataclass(frozen=True, slots=True, order=True)
class SuperTable:
    """The table of a device type, written ``database.table``.

    Both names are identifiers in lower or upper case letters, digits and underscores, at most 64 characters.
    """

    database: str
    name: str

    def __post_init__(self) -> None:
        for part in (self.database, self.name):
            if not is_identifier(part):
                raise ValueError(f"not an identifier: {part!r}")

    @classmethod
    def parse(cls, text: str) -> "SuperTable":
        """From ``database.table``.

        Raises:
            ValueError: it is not of that form.
        """
        database, _, name = text.partition(".")
        return cls(database, name)

    def __str__(self) -> str:
        return f"{self.database}.{self.name}"


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of one device.

    Attributes:
        ts: when, in UTC, to the microsecond.
        values: by column; a column that is absent was not said, one that is None was said to be nothing.
        subtable: where history found it, in a store that keeps several tables of a device; no part of what it says.
    """

    device_code: str
    ts: datetime
    values: Mapping[str, Value]
    subtable: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Latest:
    """A device's newest reading.

    Attributes:
        clock_skew: the device also has rows dated in the future; this is the newest that is not.
    """

    reading: Reading
    clock_skew: bool = False


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why one reading of a batch was not stored.

    Attributes:
        index: its place in the batch, from 0.
        reason: a constant: ``unknown-field``, ``bad-value``, ``future-timestamp``, ``out-of-retention``,
            ``unregistered-device``.
        detail: for a person.
    """

    index: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class AppendResult:
    """What became of a batch: every reading that is not rejected is stored."""

    accepted: int
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class Subtable:
    """A device's table in the store, as its tags tell it."""

    name: str
    device_code: str
    tags: Mapping[str, Value] = field(default_factory=dict)


class Order(StrEnum):
    """Which end of time comes first."""

    ASCENDING = "asc"
    DESCENDING = "desc"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """Readings of one device with ``start <= ts < end``, at most ``limit`` of them.

    Those of one moment, from several subtables, come in any order.

    Attributes:
        fields: the columns wanted; empty for all.
    """

    device_code: str
    start: datetime
    end: datetime
    fields: tuple[str, ...] = ()
    order: Order = Order.ASCENDING
    limit: int = 1000


class Aggregate(StrEnum):
    """What becomes of a column within a window."""

    AVG = "avg"
    MIN = "min"
    MAX = "max"
    LAST = "last"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowQuery:
    """Aggregates of the readings with ``start <= ts < end``, a row a device and interval that has readings.

    Attributes:
        device_codes: None is one series of the whole super table, whosever the readings are.
        origin: windows begin at whole intervals from here.
        interval: whole milliseconds, more than 0.
        fields: each is aggregated by each of ``aggregates``.
    """

    device_codes: tuple[str, ...] | None
    start: datetime
    end: datetime
    interval: timedelta
    fields: tuple[str, ...]
    aggregates: tuple[Aggregate, ...]
    origin: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """One interval of one device, or of the whole super table.

    Attributes:
        device_code: empty where it is of the whole super table.
        start: the beginning of the interval, in UTC; the first may lie before the query's start.
        values: by column, then by aggregate.
    """

    device_code: str
    start: datetime
    values: Mapping[str, Mapping[Aggregate, Value]]
