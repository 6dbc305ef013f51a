"""The table of the board's daily online rate, which belongs to the user: rows are added, nothing else is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arcbeat.domain.board import BOARD_DICT, statistic_table
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.dictionary.ports import DictionaryLookup
from arcbeat.domain.errors import (
    ArcbeatError,
    Conflict,
    StatisticTableMissing,
    StoreBadValue,
    StoreObjectMissing,
    StoreUnauthorised,
    UnknownStatistic,
)
from arcbeat.domain.schema.columns import INTEGER_RANGES, TIMESTAMP, Column, ColumnType, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.state_time import Day
from arcbeat.domain.statistics.ports import StatisticsStore
from arcbeat.domain.statistics.rows import DaySummary, Times, row_values
from arcbeat.domain.statistics.state_columns import FIXED_MINUTES, ONLINE_RATE, StateColumns, name_of_type

ONLINE_RATE_LABEL = "平均在线率（日）"
"""The dictionary data that names the table."""
_FLOATS = frozenset({ColumnType.FLOAT, ColumnType.DOUBLE})


@dataclass(frozen=True, slots=True)
class BoardTable:
    """A table of the user, with those of its columns that arcbeat can fill.

    Attributes:
        type_code: The device type that the table shows.
        state_columns: The columns of states, whether or not the table has them.
    """

    store: StatisticsStore
    table: SuperTable
    type_code: str
    columns: Mapping[str, ColumnType]
    state_columns: Sequence[str]

    @classmethod
    async def open(
        cls,
        store: StatisticsStore,
        dictionary: DictionaryLookup,
        database: str,
        type_code: str,
        columns: StateColumns,
    ) -> "BoardTable":
        """Return the table that the dictionary names.

        Raises:
            UnknownStatistic: the dictionary names none.
            StatisticTableMissing: the store does not have it.
            Conflict: it has no column ts, or none for the online rate.
        """
        data = await dictionary.find(BOARD_DICT, ONLINE_RATE_LABEL)
        if data is None:
            raise UnknownStatistic(
                f"The dictionary type {BOARD_DICT} has no enabled data labelled {ONLINE_RATE_LABEL}; add it with "
                "POST /api/v1/dict/data."
            )
        table = statistic_table(data, database)
        try:
            described = await store.describe(table)
        except StoreObjectMissing as missing:
            raise StatisticTableMissing(
                f"The dictionary names {table} for {ONLINE_RATE_LABEL}, and the store has no such table. arcbeat does "
                "not create it: create it, or correct the data_value in the dictionary."
            ) from missing
        state_columns = tuple(dict.fromkeys(columns.by_state.values()))
        fillable = _fillable(table, described, state_columns)
        return cls(store, table, type_code, fillable, state_columns)

    @property
    def series(self) -> str:
        """The subtable that is written, of arcbeat's own."""
        return f"arcbeat_{name_of_type(self.type_code)}"

    async def write(self, day: Day, times: Times) -> None:
        """Write the row of a day."""
        values = row_values(times, self.state_columns)
        fitting = {name: _value(column_type, values[name]) for name, column_type in self.columns.items()}
        await self.store.write_foreign(self.table, self.series, day.start, fitting)


@dataclass(slots=True, eq=False)
class BoardWriter:
    """Writes the user's table, if that is wanted; after a problem with it, nothing more is written to it.

    Attributes:
        table: None if it is not to be written, or cannot be.
        problem: Why it could not be written.
        rows: The rows that were written; in a dry run, those to write.
    """

    table: BoardTable | None = None
    problem: ArcbeatError | None = None
    rows: int = 0

    async def write(self, device_type: DeviceType, day: Day, summary: DaySummary, *, dry_run: bool) -> None:
        """Write the row of a day, if the table shows this type."""
        if self.table is None or self.problem is not None or device_type.type_code != self.table.type_code:
            return
        try:
            if not dry_run:
                await self.table.write(day, summary.average())
            self.rows += 1
        except (StoreBadValue, StoreObjectMissing, StoreUnauthorised) as problem:
            self.problem = problem

    def to_result(self) -> Mapping[str, object] | None:
        """Return what was written, as JSON values; None if nothing was to be written."""
        if self.table is None:
            return None
        return {
            "table": str(self.table.table),
            "series": self.table.series,
            "columns": list(self.table.columns),
            "rows": self.rows,
        }


def _fillable(table: SuperTable, described: Sequence[Column], state_columns: Sequence[str]) -> Mapping[str, ColumnType]:
    known = {*FIXED_MINUTES, ONLINE_RATE, *state_columns}
    numbers = {each.name: each.type for each in described if not each.is_tag and _is_number(each)}
    has_ts = any(each.name == TIMESTAMP and each.type is ColumnType.TIMESTAMP for each in described)
    if not has_ts or ONLINE_RATE not in numbers:
        raise Conflict(
            f"The table {table}, which the dictionary names for {ONLINE_RATE_LABEL}, must have a column {TIMESTAMP} "
            f"and a column {ONLINE_RATE} of a number type. arcbeat does not alter it."
        )
    return {name: column_type for name, column_type in numbers.items() if name in known}


def _is_number(column: Column) -> bool:
    return column.type in _FLOATS or column.type in INTEGER_RANGES


def _value(column_type: ColumnType, value: Value) -> Value:
    return round(value) if column_type in INTEGER_RANGES and isinstance(value, float) else value
