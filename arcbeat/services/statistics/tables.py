"""The tables of statistics that arcbeat owns: created when rows need them, and extended by columns of states."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from arcbeat.domain.errors import Conflict, StoreObjectMissing, StoreUnauthorised
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.statistics.ports import StatisticsStore
from arcbeat.domain.statistics.rows import DEVICES, Times, row_values, table_columns
from arcbeat.domain.statistics.state_columns import FIXED_MINUTES, StateColumns

Definition = Callable[[SuperTable, Sequence[Column]], Awaitable[None]]
"""Creates a table with columns, or adds columns to it."""


@dataclass(slots=True, eq=False)
class StatisticsTable:
    """One table of statistics. In a dry run, nothing is created or written.

    Attributes:
        is_created: The table did not exist.
        added_columns: The columns that it did not have.
    """

    store: StatisticsStore
    table: SuperTable
    columns: StateColumns
    is_summary: bool
    dry_run: bool
    is_created: bool = False
    added_columns: list[str] = field(default_factory=list)
    _of_states: dict[str, None] = field(default_factory=dict)

    async def open(self, state_columns: Sequence[str]) -> None:
        """Create the table with columns of states, or add those that it does not have.

        Raises:
            Conflict: another program owns the table, or the account of this service may not create or alter it.
        """
        wanted = table_columns(state_columns, is_summary=self.is_summary)
        try:
            existing = await self.store.describe(self.table)
        except StoreObjectMissing:
            self.is_created = True
            await self._define(self.store.create, wanted)
            self._of_states = dict.fromkeys(state_columns)
            return
        _check_ours(self.table, existing, table_columns((), is_summary=self.is_summary))
        fixed = {*FIXED_MINUTES}
        names = [each.name for each in existing if not each.is_tag and each.name.endswith("_minutes")]
        self._of_states = dict.fromkeys(name for name in names if name not in fixed)
        await self._add(state_columns)

    async def write(self, ts: datetime, devices: Mapping[str, Times], count: int | None = None) -> AppendResult:
        """Write a row per device; columns that it needs are added first.

        A column whose state has another column by now, or none, becomes null: its time is counted elsewhere.

        Args:
            count: The value of the column ``devices`` of a summary.
        """
        seen = dict.fromkeys(name for times in devices.values() for name in times if name not in FIXED_MINUTES)
        await self._add(seen)
        used = {*self.columns.by_state.values()}
        retired: dict[str, Value] = {name: None for name in self._of_states if name not in used}
        named = [name for name in self._of_states if name in used]
        more: dict[str, Value] = retired if count is None else {**retired, DEVICES: count}
        rows = [Reading(code, ts, {**row_values(times, named), **more}) for code, times in devices.items()]
        return AppendResult(len(rows)) if self.dry_run else await self.store.write(self.table, rows)

    async def _add(self, state_columns: Iterable[str]) -> None:
        missing = [name for name in state_columns if name not in self._of_states]
        if not missing:
            return
        columns = [each for each in table_columns(missing, is_summary=False) if each.name in missing]
        await self._define(self.store.add_columns, columns)
        self._of_states |= dict.fromkeys(missing)
        self.added_columns += missing

    async def _define(self, define: Definition, columns: Sequence[Column]) -> None:
        if self.dry_run:
            return
        try:
            await define(self.table, columns)
        except StoreUnauthorised as error:
            raise Conflict(
                f"The account of this service may not create or alter the table {self.table} of statistics. Grant it "
                "the privilege."
            ) from error


def _check_ours(table: SuperTable, existing: Sequence[Column], fixed: Sequence[Column]) -> None:
    """Check that a table has the columns of every table of statistics, so that no other table is altered.

    Raises:
        Conflict: it lacks one, or has it with another type.
    """
    types = {(each.name, each.type, each.is_tag) for each in existing}
    missing = [each.name for each in fixed if (each.name, each.type, each.is_tag) not in types]
    if missing:
        raise Conflict(
            f"The table {table} is not a table of statistics of arcbeat: it has no suitable {', '.join(missing)}. "
            "Rename the table, so that arcbeat can create its own."
        )
