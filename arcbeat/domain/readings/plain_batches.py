"""Readings that a store takes as they are: a batch that was checked as a whole, without one object per reading.

Nearly all batches are plain. One that is not, or that a store does not take, is appended reading by reading.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Readings that name the same columns, one item per reading in each sequence.

    Attributes:
        names: the named columns, at least one, without ts and tags, in the order of the super table.
        timestamps: in UTC, with microseconds.
        values: one tuple per reading, in the order of ``names``; each value is one that its column stores as it is.
    """

    names: tuple[str, ...]
    device_codes: Sequence[str]
    timestamps: Sequence[datetime]
    values: Sequence[tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class PlainBatch:
    """Readings that the columns of a super table store as they are, grouped by the columns that they name.

    Attributes:
        columns: the columns that the readings were checked against, tags included.
        has_special_characters: whether a text may contain an apostrophe, a backslash or a control character.
    """

    columns: Sequence[Column]
    groups: Sequence[PlainRows]
    has_special_characters: bool

    @property
    def size(self) -> int:
        """The number of readings."""
        return sum(len(group.device_codes) for group in self.groups)

    def device_codes(self) -> frozenset[str]:
        """Return the devices of the readings."""
        return frozenset().union(*(group.device_codes for group in self.groups))

    def keys(self) -> set[tuple[str, datetime]]:
        """Return the device and ts of each reading."""
        return {key for group in self.groups for key in zip(group.device_codes, group.timestamps, strict=True)}


def merged(batches: Sequence[PlainBatch]) -> PlainBatch:
    """Return one batch with the readings of all, which were checked against the same columns."""
    if len(batches) == 1:
        return batches[0]
    by_names: dict[tuple[str, ...], list[PlainRows]] = {}
    for group in (group for batch in batches for group in batch.groups):
        by_names.setdefault(group.names, []).append(group)
    has_special_characters = any(batch.has_special_characters for batch in batches)
    return PlainBatch(batches[0].columns, [_joined(each) for each in by_names.values()], has_special_characters)


def _joined(groups: Sequence[PlainRows]) -> PlainRows:
    return PlainRows(
        groups[0].names,
        [code for group in groups for code in group.device_codes],
        [ts for group in groups for ts in group.timestamps],
        [row for group in groups for row in group.values],
    )


MayWrite = Callable[[], Awaitable[bool]]
"""Returns whether a batch may be written; it is called once at most."""


async def always() -> bool:
    """Allow a batch to be written."""
    return True


class PlainStore(Protocol):
    """A store that appends plain batches."""

    @property
    def readings_together_max(self) -> int:
        """How many readings of several requests are best stored by one append."""
        ...

    async def columns_to_append(self, table: SuperTable) -> Sequence[Column]:
        """Return the columns in order, tags last. They may be out of date: ``append_plain`` notices.

        Raises:
            StoreError: the columns are not known, and the store failed.
        """
        ...

    async def append_plain(self, table: SuperTable, batch: PlainBatch, may_write: MayWrite = always) -> bool:
        """Store all readings of a batch as ``append`` would, and return True.

        Return False if they must be appended by ``append`` instead: the columns have changed, two readings have one
        primary key, a timestamp is too early or in the future, or the store rejects a value. Some readings may have
        been stored then; appending all of them again is safe.

        Args:
            may_write: nothing is written unless it returns True; otherwise the result is False. The store may read, and
                raises no error of its reads, while it waits for this.

        Raises:
            StoreError: the store failed, as in ``append``.
        """
        ...
