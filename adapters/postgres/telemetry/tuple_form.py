"""Newest readings as the rows that psycopg returned, whose values are decoded when they are needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import compress, count
from operator import itemgetter, ne
from typing import Any

from psycopg import Column as ResultColumn

from adapters.postgres.telemetry.columns import PLAIN_OIDS, decode
from adapters.postgres.telemetry.statements import CLOCK_SKEW
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.readings.stored_rows import NO_VALUES
from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP, Value

StoredTuple = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class TupleForm:
    """The form of the rows of one statement; CLOCK_SKEW is their last column.

    Attributes:
        values_at: the name and the index of each column that is a value, and whether it needs no decoding.
    """

    ts_at: int
    code_at: int
    values_at: tuple[tuple[str, int, bool], ...]
    _values: Callable[[StoredTuple], StoredTuple] = field(init=False, repr=False, compare=False)
    _names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _to_decode: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        indexes = [index for _, index, _ in self.values_at]
        start, stop = (indexes[0], indexes[-1] + 1) if indexes else (0, 0)
        # A slice is several times as fast as single columns, and all values stand together.
        is_slice = indexes == [*range(start, stop)]
        object.__setattr__(self, "_values", itemgetter(slice(start, stop)) if is_slice else itemgetter(*indexes))
        object.__setattr__(self, "_names", tuple(name for name, _, _ in self.values_at))
        object.__setattr__(self, "_to_decode", tuple(name for name, _, is_plain in self.values_at if not is_plain))

    @classmethod
    def of(cls, columns: Sequence[ResultColumn]) -> "TupleForm":
        names = [column.name for column in columns]
        return cls(
            names.index(TIMESTAMP),
            names.index(DEVICE_CODE),
            tuple(
                (column.name, index, column.type_code in PLAIN_OIDS)
                for index, column in enumerate(columns)
                if column.name not in {DEVICE_CODE, TIMESTAMP, CLOCK_SKEW}
            ),
        )

    def times(self, stored: Sequence[StoredTuple]) -> Sequence[datetime]:
        at = self.ts_at
        return [row[at].astimezone(UTC) for row in stored]

    def values(self, stored: StoredTuple) -> Mapping[str, Value]:
        values = dict(zip(self._names, self._values(stored), strict=True))
        for name in self._to_decode:
            values[name] = decode(values[name])
        return values

    def changed_values(
        self, stored: Sequence[StoredTuple], before: Sequence[StoredTuple]
    ) -> Sequence[Mapping[str, Value]]:
        pairs = zip(map(self._values, stored), map(self._values, before), strict=True)
        return [NO_VALUES if row == old else self._changed(row, old) for row, old in pairs]

    def _changed(self, row: StoredTuple, before: StoredTuple) -> Mapping[str, Value]:
        """Return the values that differ; only those are decoded."""
        changed: dict[str, Value] = {}
        for index in compress(count(), map(ne, row, before)):
            name, _, is_plain = self.values_at[index]
            value = row[index] if is_plain else decode(row[index])
            if is_plain or value != decode(before[index]):
                changed[name] = value
        return changed

    def latest(self, device_code: str, stored: StoredTuple, *, clock_skew: bool) -> Latest:
        return Latest(Reading(device_code, self.times([stored])[0], self.values(stored)), clock_skew)
