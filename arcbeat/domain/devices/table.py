"""A table of devices: an uploaded table whose header names columns of t_device_info."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from arcbeat.domain.devices.columns import CODE, FACT_COLUMNS, TITLES, DeviceColumn
from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.files.tables import Table, TableRow

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
        """Match the headers with the columns. Case, spaces and underscores of a header are ignored.

        Raises:
            InvalidValue: A header is unknown, a column appears twice, or the code is missing; each one is listed.
        """
        names = [_BY_HEADER.get(_normalized(header)) for header in table.header]
        violations = tuple(_violations(table.header, names))
        if violations:
            raise InvalidValue(violations)
        columns = {index: _FACT_COLUMNS[name] for index, name in enumerate(names) if name in _FACT_COLUMNS}
        return cls(columns, names.index(CODE), table.rows)

    def code(self, row: TableRow) -> str:
        return row.cells[self.code_index]

    @property
    def codes(self) -> Sequence[str]:
        """The distinct codes, sorted."""
        return sorted({self.code(row) for row in self.rows})


def _normalized(header: str) -> str:
    return "".join(header.replace("_", " ").split()).casefold()


_BY_HEADER = {_normalized(header): name for name, title in TITLES.items() for header in (name, title.zh, title.en)}


def _violations(header: Sequence[str], names: Sequence[str | None]) -> Iterator[Violation]:
    counts = Counter(names)
    for number, (text, name) in enumerate(zip(header, names, strict=True), 1):
        if name is None:
            yield Violation(f"header, column {number}", f"{text} is not a column of a device: {', '.join(TITLES)}")
        elif counts[name] > 1:
            yield Violation(f"header, column {number}", f"{text} means {name}, which appears {counts[name]} times")
    if CODE not in counts:
        yield Violation("header", f"{CODE} is missing")
