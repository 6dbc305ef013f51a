"""Newest readings as the rows that psycopg returned, whose values are decoded when they are needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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

    def ts(self, stored: StoredTuple) -> datetime:
        ts: datetime = stored[self.ts_at]
        return ts.astimezone(UTC)

    def values(self, stored: StoredTuple) -> Mapping[str, Value]:
        return {name: stored[index] if is_plain else decode(stored[index]) for name, index, is_plain in self.values_at}

    def changed_values(self, stored: StoredTuple, before: StoredTuple) -> Mapping[str, Value]:
        after = self.ts_at + 1
        if stored[after:] == before[after:] and stored[: self.ts_at] == before[: self.ts_at]:
            return NO_VALUES
        return {
            name: stored[index] if is_plain else decode(stored[index])
            for name, index, is_plain in self.values_at
            if stored[index] != before[index] and (is_plain or decode(stored[index]) != decode(before[index]))
        }

    def latest(self, device_code: str, stored: StoredTuple, *, clock_skew: bool) -> Latest:
        return Latest(Reading(device_code, self.ts(stored), self.values(stored)), clock_skew)
