"""Readings of a plain batch in the order in which they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.postgres.telemetry.arrays import microseconds
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
    latest = microseconds(horizon)
    keys: set[tuple[str, int]] = set()
    ordered = []
    for group in groups:
        moments = [microseconds(ts) for ts in group.timestamps]
        if max(moments, default=latest) > latest:
            return None
        ordered.append(_ordered(group, moments))
        keys.update(zip(group.device_codes, moments, strict=True))
    return ordered if len(keys) == sum(len(group.moments) for group in ordered) else None


def _ordered(group: PlainRows, moments: Sequence[int]) -> OrderedRows:
    keys = list(zip(group.device_codes, moments, strict=True))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return OrderedRows(
        group.names,
        [group.device_codes[index] for index in order],
        [moments[index] for index in order],
        [group.values[index] for index in order],
    )
