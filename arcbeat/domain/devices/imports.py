"""What a file of devices makes of the master data: planned row by row before anything is stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from arcbeat.domain.devices.columns import CODE, TYPE, DeviceColumn, InvalidCell, check_new_code
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfo
from arcbeat.domain.devices.table import DeviceTable
from arcbeat.domain.errors import ImportRejected, InputError
from arcbeat.domain.files.tables import TableRow

NEEDED = ("device_name", TYPE)
"""What a new device cannot be without, besides its code."""
ERRORS_LISTED_MAX = 100
"""Of a file that is refused; a dry run tells all."""


class RowOutcome(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong in a row, by the name of the column in t_device_info."""

    column: str
    detail: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of the file.

    Attributes:
        number: as a spreadsheet counts.
        facts: the device as it will be; None where the row is rejected.
    """

    number: int
    device_code: str
    outcome: RowOutcome
    facts: DeviceFacts | None = None
    errors: tuple[CellError, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What becomes of every row of a file."""

    rows: tuple[PlannedRow, ...]

    def count(self, outcome: RowOutcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)

    def devices(self, outcome: RowOutcome) -> Sequence[tuple[str, DeviceFacts]]:
        """The codes of what is to be created or updated, and what will be of them."""
        return [(row.device_code, row.facts) for row in self.rows if row.outcome is outcome and row.facts is not None]

    def check(self) -> None:
        """Whether the file can be stored.

        Raises:
            ImportRejected: not all of it, and so nothing of it.
        """
        rejected = self.count(RowOutcome.REJECTED)
        if not rejected:
            return
        errors = [_input_error(row, error) for row in self.rows for error in row.errors]
        told = errors[:ERRORS_LISTED_MAX]
        raise ImportRejected(
            tuple(told),
            f"{rejected} of {len(self.rows)} rows cannot be stored, so none is; {len(told)} of {len(errors)} errors"
            " are named.",
        )


def _input_error(row: PlannedRow, error: CellError) -> InputError:
    return InputError("body", f"row {row.number}, {error.column}", error.detail)


def plan_import(table: DeviceTable, known: Iterable[DeviceInfo], spellings: frozenset[str]) -> ImportPlan:
    """What becomes of every row.

    Args:
        known: the registered devices of the table's codes, and those whose codes differ from one only in case.
        spellings: every code and alias of an enabled device type.
    """
    planner = _Planner(table, {device.device_code: device for device in known}, spellings)
    return ImportPlan(tuple(planner.planned(row) for row in table.rows))


@dataclass(slots=True)
class _Planner:
    """Goes through the rows in their order, and remembers their codes."""

    table: DeviceTable
    known: Mapping[str, DeviceInfo]
    spellings: frozenset[str]
    known_lower: Mapping[str, str] = field(init=False)
    missing: Sequence[str] = field(init=False)
    seen: dict[str, int] = field(default_factory=dict)
    new_lower: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known_lower = {code.lower(): code for code in self.known}
        named = {column.name for column in self.table.columns.values()}
        self.missing = [name for name in NEEDED if name not in named]

    def planned(self, row: TableRow) -> PlannedRow:
        code = self.table.code(row)
        device = self.known.get(code)
        change, faults = self._change(row, device)
        faults = [*self._code_faults(code, row.number), *faults]
        if faults:
            return PlannedRow(row.number, code, RowOutcome.REJECTED, errors=tuple(faults))
        if device is None:
            return PlannedRow(row.number, code, RowOutcome.CREATED, DeviceFacts(**change))
        facts = device.facts.changed(change)
        outcome = RowOutcome.UNCHANGED if facts == device.facts else RowOutcome.UPDATED
        return PlannedRow(row.number, code, outcome, facts)

    def _code_faults(self, code: str, number: int) -> Iterator[CellError]:
        if code and self.seen.setdefault(code, number) != number:
            yield CellError(CODE, f"is in row {self.seen[code]} too")
        elif code not in self.known:
            yield from self._new_code_faults(code, number)

    def _new_code_faults(self, code: str, number: int) -> Iterator[CellError]:
        try:
            check_new_code(code)
        except InvalidCell as misfit:
            yield CellError(CODE, str(misfit))
            return
        lower = code.lower()
        if lower in self.known_lower:
            yield CellError(CODE, f"differs only in case from that of the device {self.known_lower[lower]}")
        elif self.new_lower.setdefault(lower, number) != number:
            yield CellError(CODE, f"differs only in case from that of row {self.new_lower[lower]}")

    def _change(self, row: TableRow, device: DeviceInfo | None) -> tuple[dict[str, Any], list[CellError]]:
        """What the row says, and what is wrong with it; a cell that says what is so already is not judged."""
        change: dict[str, Any] = {}
        faults = [] if device else [CellError(name, "is needed for a new device") for name in self.missing]
        for at, column in self.table.columns.items():
            cell = row.cells[at]
            if device is not None and cell == column.cell(getattr(device.facts, column.name)):
                continue
            try:
                change[column.name] = self._value(column, cell)
            except InvalidCell as misfit:
                faults.append(CellError(column.name, str(misfit)))
        return change, faults

    def _value(self, column: DeviceColumn, cell: str) -> Any:
        value = column.parse(cell)
        if column.name == TYPE and value not in self.spellings:
            raise InvalidCell("is neither code nor alias of an enabled device type")
        return value
