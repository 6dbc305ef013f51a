"""Plans the import of a file of devices: each row is validated before anything is stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from arcbeat.domain.devices.columns import (
    CODE,
    TYPE,
    DeviceColumn,
    InvalidCell,
    check_kind,
    check_new_code,
    check_not_a_number,
)
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfo
from arcbeat.domain.devices.imports import (
    CellChange,
    CellError,
    EmptyCells,
    ImportPlan,
    PlannedRow,
    RowOutcome,
)
from arcbeat.domain.devices.table import DeviceTable, excerpt
from arcbeat.domain.files.tables import TableRow
from arcbeat.domain.visible_text import is_blank

REQUIRED = ("device_name", TYPE)
"""The columns that a new device requires besides its code."""


def plan_import(
    table: DeviceTable,
    known: Iterable[DeviceInfo],
    spellings: frozenset[str],
    empty_cells: EmptyCells = EmptyCells.KEEP,
) -> ImportPlan:
    """Return what an import of the table would do.

    Args:
        table: The rows to import.
        known: The registered devices whose codes are in the table, or differ from one in it only in case or in leading
            zeros.
        spellings: The codes and aliases of all enabled device types.
        empty_cells: What an empty cell does to the value of a registered device.
    """
    planner = _Planner(table, {device.device_code: device for device in known}, spellings, empty_cells)
    return ImportPlan(tuple(planner.plan(row) for row in table.rows))


@dataclass(slots=True)
class _Planner:
    """Plans rows in their order, and remembers their codes to find duplicates.

    Attributes:
        known: The registered devices by code.
        known_lower: The registered codes by their lower-case form.
        known_digits: The registered codes of digits, by their digits without leading zeros.
        missing: The required columns that the table lacks.
        seen: The number of the first row with each code.
        new_lower: The number of the first row with each new code, by the code's lower-case form.
        new_digits: The number of the first row with each new code of digits, without leading zeros.
    """

    table: DeviceTable
    known: Mapping[str, DeviceInfo]
    spellings: frozenset[str]
    empty_cells: EmptyCells
    known_lower: Mapping[str, str] = field(init=False)
    known_digits: Mapping[str, str] = field(init=False)
    missing: Sequence[str] = field(init=False)
    seen: dict[str, int] = field(default_factory=dict)
    new_lower: dict[str, int] = field(default_factory=dict)
    new_digits: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known_lower = {code.lower(): code for code in self.known}
        self.known_digits = {_digits(code): code for code in self.known if _is_digits(code)}
        present = {column.name for column in self.table.columns.values()}
        self.missing = [name for name in REQUIRED if name not in present]

    def plan(self, row: TableRow) -> PlannedRow:
        code = self.table.code(row)
        device = self.known.get(code)
        change, cell_errors = self._change(row, device)
        errors = (*self._code_errors(code, row), *cell_errors)
        if errors:
            return PlannedRow(row.number, code, RowOutcome.REJECTED, errors=errors)
        if device is None:
            return PlannedRow(row.number, code, RowOutcome.CREATED, DeviceFacts(**change))
        facts = device.facts.changed(change)
        outcome = RowOutcome.UNCHANGED if facts == device.facts else RowOutcome.UPDATED
        erased = tuple(self._erased(row, device.facts, facts))
        return PlannedRow(row.number, code, outcome, facts, (), erased, tuple(self._changes(device.facts, facts)))

    def _code_errors(self, code: str, row: TableRow) -> Iterator[CellError]:
        for error in self._errors_without_value(code, row):
            yield replace(error, value=excerpt(code))

    def _errors_without_value(self, code: str, row: TableRow) -> Iterator[CellError]:
        if self.table.code_index in row.errors:
            yield CellError(CODE, row.errors[self.table.code_index])
        elif code and self.seen.setdefault(code, row.number) != row.number:
            yield CellError(CODE, f"is also in row {self.seen[code]}")
        elif code not in self.known:
            yield from self._new_code_errors(code, row)

    def _new_code_errors(self, code: str, row: TableRow) -> Iterator[CellError]:
        try:
            check_kind(row.kinds.get(self.table.code_index))
            check_new_code(code)
            check_not_a_number(code)
        except InvalidCell as error:
            yield CellError(CODE, str(error))
            return
        lower = code.lower()
        if lower in self.known_lower:
            yield CellError(CODE, f"differs only in case from the registered device {self.known_lower[lower]}")
        elif self.new_lower.setdefault(lower, row.number) != row.number:
            yield CellError(CODE, f"differs only in case from the code in row {self.new_lower[lower]}")
        elif _is_digits(code):
            yield from self._lost_zero_errors(code, row.number)

    def _lost_zero_errors(self, code: str, number: int) -> Iterator[CellError]:
        digits = _digits(code)
        advice = "which spreadsheets drop; format the column as text"
        if digits in self.known_digits:
            other = self.known_digits[digits]
            yield CellError(CODE, f"differs from the registered device {other} only in leading zeros, {advice}")
        elif self.new_digits.setdefault(digits, number) != number:
            other_row = self.new_digits[digits]
            yield CellError(CODE, f"differs from the code in row {other_row} only in leading zeros, {advice}")

    def _change(self, row: TableRow, device: DeviceInfo | None) -> tuple[dict[str, Any], list[CellError]]:
        """Return the values of the row, and the errors of its cells.

        A cell that equals the stored value is skipped: an exported file can be imported again, even where it holds
        values that another program wrote and that are invalid here.
        """
        change: dict[str, Any] = {}
        errors = [] if device else [CellError(name, "is required for a new device") for name in self.missing]
        for index, column in self.table.columns.items():
            cell = row.cells[index]
            if device is not None and cell == column.cell(getattr(device.facts, column.name)):
                continue
            try:
                _check_readable(row, index, column)
                if device is not None and is_blank(cell):
                    if self.empty_cells is EmptyCells.KEEP:
                        continue
                    cell = ""
                change[column.name] = self._value(column, cell)
            except InvalidCell as error:
                errors.append(CellError(column.name, str(error), excerpt(row.cells[index])))
        beyond = len(row.cells)
        if beyond in row.errors:
            errors.append(CellError(self.table.column_name(beyond), row.errors[beyond], excerpt(row.beyond)))
        return change, errors

    def _erased(self, row: TableRow, before: DeviceFacts, after: DeviceFacts) -> Iterator[str]:
        """Yield the columns of a registered device that an empty cell changes."""
        for index, column in self.table.columns.items():
            if is_blank(row.cells[index]) and getattr(before, column.name) != getattr(after, column.name):
                yield column.name

    def _changes(self, before: DeviceFacts, after: DeviceFacts) -> Iterator[CellChange]:
        """Yield the values that differ, in the order of the file."""
        for column in self.table.columns.values():
            was, becomes = getattr(before, column.name), getattr(after, column.name)
            if was != becomes:
                yield CellChange(column.name, excerpt(column.cell(was)), excerpt(column.cell(becomes)))

    def _value(self, column: DeviceColumn, cell: str) -> Any:
        value = column.parse(cell)
        if column.name == TYPE and value not in self.spellings:
            raise InvalidCell("must be the code or an alias of an enabled device type")
        return value


def _check_readable(row: TableRow, index: int, column: DeviceColumn) -> None:
    if index in row.errors:
        raise InvalidCell(row.errors[index])
    check_kind(row.kinds.get(index), column.kind)


def _is_digits(code: str) -> bool:
    return code.isascii() and code.isdigit()


def _digits(code: str) -> str:
    return code.lstrip("0")
