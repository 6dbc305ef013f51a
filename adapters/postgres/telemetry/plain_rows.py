"""Readings of a plain batch in the order in which they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from adapters.postgres.telemetry.arrays import EPOCH, MICROSECOND, microseconds
from arcbeat.domain.readings.plain_batches import PlainRows
from arcbeat.domain.schema.columns import Value


@dataclass(frozen=True, slots=True)
class OrderedRows:
    """Readings that name the same columns, ordered by device code and time, one item per reading in each sequence.

    Attributes:
        moments: their timestamps, as PostgreSQL stores them.
        values: one tuple per reading, in the order of ``names``.
    """

    names: tuple[str, ...]
    device_codes: Sequence[str]
    moments: Sequence[int]
    values: Sequence[tuple[Value, ...]]

    def __getitem__(self, part: slice) -> "OrderedRows":
        return OrderedRows(self.names, self.device_codes[part], self.moments[part], self.values[part])


def in_key_order(groups: Sequence[PlainRows], horizon: datetime) -> list[OrderedRows] | None:
    """Return the readings by primary key, so that two batches with the same devices lock rows in the same order.

    Return None if two readings have the same key, or a timestamp is after the horizon.
    """
    moments = [[(ts - EPOCH) // MICROSECOND for ts in group.timestamps] for group in groups]
    codes = chain.from_iterable(group.device_codes for group in groups)
    keys = set(zip(codes, chain.from_iterable(moments), strict=True))
    if len(keys) != sum(map(len, moments)) or max(chain.from_iterable(moments), default=0) > microseconds(horizon):
        return None
    return [_ordered(group, times) for group, times in zip(groups, moments, strict=True) if times]


def _ordered(group: PlainRows, moments: Sequence[int]) -> OrderedRows:
    """Return the rows of a group in which all keys differ, so that values are never compared."""
    rows = sorted(zip(group.device_codes, moments, group.values, strict=True))
    device_codes, ordered_moments, values = zip(*rows, strict=True)
    return OrderedRows(group.names, device_codes, ordered_moments, values)
