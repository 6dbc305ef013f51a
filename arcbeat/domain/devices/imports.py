"""The plan of an import of a file of devices: what it does with each row, and why it rejects one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from arcbeat.domain.devices.device_info import DeviceFacts
from arcbeat.domain.errors import ImportRejected, Violation

ERRORS_LISTED_MAX = 100
"""Errors that the rejection of a file lists. A dry run lists all of them."""


class EmptyCells(StrEnum):
    """What an empty cell does to the value of a registered device."""

    KEEP = "keep"
    ERASE = "erase"


class RowOutcome(StrEnum):
    """What the import does with a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class CellError:
    """An error in a row.

    Attributes:
        column: The name of the column in t_device_info, or its number in the file if it has no header.
        detail: What is wrong with the cell.
        value: The start of the text of the cell; None if the row has no such cell.
    """

    column: str
    detail: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class CellChange:
    """A value of a registered device that a row changes, as an export writes it; empty for no value."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of the file, and what the import does with it.

    Attributes:
        number: The row's number in a spreadsheet.
        facts: The attributes of the device after the import; None for a rejected row.
        erased: The names of the columns whose value an empty cell erases.
        changes: The values that the row changes, if the device is registered.
    """

    number: int
    device_code: str
    outcome: RowOutcome
    facts: DeviceFacts | None = None
    errors: tuple[CellError, ...] = ()
    erased: tuple[str, ...] = ()
    changes: tuple[CellChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What the import does with each row of a file."""

    rows: tuple[PlannedRow, ...]

    def count(self, outcome: RowOutcome) -> int:
        """Return the number of rows with this outcome."""
        return sum(row.outcome is outcome for row in self.rows)

    def devices(self, outcome: RowOutcome) -> Sequence[tuple[str, DeviceFacts]]:
        """Return the codes and the new attributes of the devices with this outcome, which must not be REJECTED."""
        return [(row.device_code, row.facts) for row in self.rows if row.outcome is outcome and row.facts is not None]

    def check(self) -> None:
        """Check that every row can be stored, because an import stores all rows or none.

        Raises:
            ImportRejected: A row is rejected.
        """
        rejected = self.count(RowOutcome.REJECTED)
        if not rejected:
            return
        violations = [_violation(row, error) for row in self.rows for error in row.errors]
        listed = violations[:ERRORS_LISTED_MAX]
        raise ImportRejected(
            listed,
            f"{rejected} of {len(self.rows)} rows cannot be stored, so no row was stored; {len(listed)} of"
            f" {len(violations)} errors are listed.",
        )


def _violation(row: PlannedRow, error: CellError) -> Violation:
    return Violation(f"row {row.number}, {error.column}", error.detail, error.value)
