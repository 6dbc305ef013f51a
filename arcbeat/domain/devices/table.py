"""A table of devices: an uploaded table whose header names columns of t_device_info."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from arcbeat.domain.devices.columns import CODE, FACT_COLUMNS, TITLES, DeviceColumn
from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.files.tables import Table, TableRow
from arcbeat.domain.visible_text import without_hidden

ROWS_SEARCHED = 10
"""Rows that are searched for a header below a title, which the error then names."""
VALUE_CHARACTERS_MAX = 100
"""Characters of a cell that an error or a change shows; an ellipsis replaces the rest."""
_FACT_COLUMNS = {column.name: column for column in FACT_COLUMNS}


@dataclass(frozen=True, slots=True)
class DeviceTable:
    """A table with a valid header. Its cells are not validated yet.

    Attributes:
        columns: The columns by index of their cells in a row, without the code.
        code_index: The index of the code's cell in a row.
    """

    columns: Mapping[int, DeviceColumn]
    code_index: int
    rows: Sequence[TableRow]

    @classmethod
    def of(cls, table: Table) -> "DeviceTable":
        """Match the headers with the columns.

        Case, width, spaces, underscores and invisible characters of a header are ignored.

        Raises:
            InvalidValue: A header is unknown, a column appears twice, or the code is missing; each one is listed.
        """
        names = [_BY_HEADER.get(_normalized(header)) for header in table.header]
        violations = tuple(_violations(table.header, names))
        if violations:
            raise InvalidValue(violations, _summary(table))
        columns = {index: _FACT_COLUMNS[name] for index, name in enumerate(names) if name in _FACT_COLUMNS}
        return cls(columns, names.index(CODE), table.rows)

    def column_name(self, index: int) -> str:
        """Return the name of the column of a cell, or its number if it has no header."""
        if index == self.code_index:
            return CODE
        column = self.columns.get(index)
        return column.name if column else f"column {index + 1}"

    def code(self, row: TableRow) -> str:
        return row.cells[self.code_index]

    @property
    def codes(self) -> Sequence[str]:
        """The distinct codes, sorted."""
        return sorted({self.code(row) for row in self.rows})


def excerpt(text: str) -> str:
    """Return the start of the text of a cell, as an error or a change shows it."""
    return text if len(text) <= VALUE_CHARACTERS_MAX else f"{text[:VALUE_CHARACTERS_MAX]}…"


def _normalized(header: str) -> str:
    plain = unicodedata.normalize("NFKC", without_hidden(header))
    return plain.replace("_", "").replace(" ", "").casefold()


_BY_HEADER = {_normalized(header): name for name, title in TITLES.items() for header in (name, title.zh, title.en)}


def _violations(header: Sequence[str], names: Sequence[str | None]) -> Iterator[Violation]:
    counts = Counter(names)
    for number, (text, name) in enumerate(zip(header, names, strict=True), 1):
        if name is None:
            yield Violation(
                f"header, column {number}", f"{text} is not a column of a device: {', '.join(TITLES)}", excerpt(text)
            )
        elif counts[name] > 1:
            yield Violation(
                f"header, column {number}", f"{text} means {name}, which appears {counts[name]} times", excerpt(text)
            )
    if CODE not in counts:
        yield Violation("header", f"{CODE} is missing")


def _summary(table: Table) -> str:
    """Return which row was read as the header, what a header is, and which row may be meant instead."""
    columns = ", ".join(f"{name} ({title.zh})" for name, title in TITLES.items())
    meant = next((row.number for row in table.rows[:ROWS_SEARCHED] if _is_header(row)), None)
    hint = f" Row {meant} looks like the header: delete the rows above it." if meant else ""
    return (
        f"Row {table.header_row} was read as the header, because it is the first row that is not empty, and it is not a"
        f" header of devices, whose columns are {columns}.{hint}"
    )


def _is_header(row: TableRow) -> bool:
    return any(_BY_HEADER.get(_normalized(cell)) == CODE for cell in row.cells)
