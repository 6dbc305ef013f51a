"""Appends of tests as plain batches: the same readings, as a decoder hands them to a store that takes plain batches."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, cast

from arcbeat.domain.readings.appending import validate
from arcbeat.domain.readings.plain_batches import PlainBatch, PlainRows, PlainStore
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable

FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)
"""A clock that no timestamp is ahead of: the store checks timestamps itself."""
SPECIAL_CHARACTERS = ("'", "\\", *map(chr, range(32)))


class Store(TelemetryStore, PlainStore, Protocol):
    """A store that takes plain batches."""


def plain_batch(columns: Sequence[Column], readings: Sequence[Reading]) -> PlainBatch | None:
    """Return the readings as a plain batch, or None if the columns do not store one of them, or it has no values."""
    validated = validate(readings, columns, FAR_FUTURE)
    if validated.rejections or not all(reading.values for reading in readings):
        return None
    by_names: dict[tuple[str, ...], list[Reading]] = defaultdict(list)
    for _, reading in validated.storable:
        by_names[tuple(column.name for column in columns if column.name in reading.values)].append(reading)
    groups = [_rows(names, named) for names, named in by_names.items()]
    return PlainBatch(columns, groups, any(map(_has_special_characters, readings)))


def _rows(names: tuple[str, ...], readings: Sequence[Reading]) -> PlainRows:
    return PlainRows(
        names,
        [reading.device_code for reading in readings],
        [reading.ts for reading in readings],
        [tuple(reading.values[name] for name in names) for reading in readings],
    )


def _has_special_characters(reading: Reading) -> bool:
    texts = [reading.device_code, *(value for value in reading.values.values() if isinstance(value, str))]
    return any(character in text for text in texts for character in SPECIAL_CHARACTERS)


class PlainFirst:
    """A store whose appends are tried as plain batches first, as the service does; all else is that of the store.

    Attributes:
        taken: how many batches the store took.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.taken = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def append(
        self, table: SuperTable, readings: Sequence[Reading], *, ignore_unknown_fields: bool = False
    ) -> AppendResult:
        """Append the readings as a plain batch if they are one and the store takes it, and one by one otherwise."""
        batch = plain_batch(await self._store.columns_to_append(table), readings)
        if batch is not None and await self._store.append_plain(table, batch):
            self.taken += 1
            return AppendResult(len(readings))
        return await self._store.append(table, readings, ignore_unknown_fields=ignore_unknown_fields)


def plain_first(store: Store) -> TelemetryStore:
    """Return a store whose appends are tried as plain batches first."""
    return cast("TelemetryStore", PlainFirst(store))
