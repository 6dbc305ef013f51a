"""Builds the SQL statements that find state runs."""

# ruff: noqa: S608 -- this module builds SQL; adapters.tdengine.literals encodes every value and name in it

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.tdengine.literals import MICROSECOND, MILLISECOND, identifier
from adapters.tdengine.statements import between, full_name, of_devices
from arcbeat.domain.schema.columns import DEVICE_CODE, INTEGER_RANGES, TIMESTAMP, Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.runs import StateRunQuery

CAST_CHARACTERS = 24
"""More than the longest integer has digits."""

_TEXTS = frozenset({ColumnType.NCHAR, ColumnType.VARCHAR})
_CAST = frozenset({ColumnType.BOOL, *INTEGER_RANGES})
_CODE = identifier(DEVICE_CODE)
_TS = identifier(TIMESTAMP)


@dataclass(frozen=True, slots=True)
class StateStatements:
    """The statements of one query.

    A row of :meth:`sessions` and :meth:`windows` holds the first and the last ts, the device code and, by subtable, its
    name; at last the number of readings, or the value of the state field.
    """

    table: SuperTable
    column: Column
    query: StateRunQuery

    @classmethod
    def of(cls, table: SuperTable, column: Column, query: StateRunQuery) -> "StateStatements | None":
        """Return the statements; None if TDengine has no windows for the type of the column, or for the gap."""
        if column.type not in _TEXTS | _CAST or not query.max_gap:
            return None
        return cls(table, column, query)

    def of_devices(self, device_codes: Sequence[str]) -> "StateStatements":
        """Return the statements for these devices only."""
        return replace(self, query=replace(self.query, device_codes=tuple(device_codes)))

    def sessions(self, *, by_subtable: bool) -> str:
        """Find the sessions of readings without a gap between them."""
        # A unit finer than the precision of the database is rejected.
        is_finer = self.query.max_gap % MILLISECOND
        unit = f"{self.query.max_gap // MICROSECOND}u" if is_finer else f"{self.query.max_gap // MILLISECOND}a"
        return self._windows("count(*)", f"session({_TS}, {unit})", by_subtable=by_subtable)

    def windows(self, *, by_subtable: bool) -> str:
        """Find the windows of readings with one state.

        TDengine's windows ignore nulls, so null is replaced by the empty text, which means «no state» too. The column
        comes first in the expression, because it gives the expression its type: after a shorter text it would be cut.
        Of numbers none can stand for null, so they are compared as text.
        """
        name = identifier(self.column.name)
        text = f"cast({name} as varchar({CAST_CHARACTERS:d}))" if self.column.type in _CAST else name
        state = f"case when {name} is not null then {text} else '' end"
        return self._windows(f"first({name})", f"state_window({state})", by_subtable=by_subtable)

    def check_distinct(self) -> str:
        """Fail with DuplicateTimestamps if a device has several readings with one ts."""
        return (
            f"select count(*) from (select diff({_TS}) from {full_name(self.table)} {self._where()} "
            f"partition by {_CODE})"
        )

    def _windows(self, value: str, window: str, *, by_subtable: bool) -> str:
        # The limit stands outside, because inside it would apply to each partition.
        name, partition = (", tbname", "tbname") if by_subtable else ("", _CODE)
        return (
            f"select * from (select _wstart, _wend, {_CODE}{name}, {value} from {full_name(self.table)} "
            f"{self._where()} partition by {partition} {window}) limit {self.query.runs_max + 1:d}"
        )

    def _where(self) -> str:
        return f"where {of_devices(self.query.device_codes)} and {between(self.query.start, self.query.end)}"
