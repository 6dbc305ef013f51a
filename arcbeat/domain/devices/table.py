"""A table whose header names columns of t_device_info."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from arcbeat.domain.devices.columns import CODE, FACT_COLUMNS, TITLES, DeviceColumn
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.files.tables import Table, TableRow

_FACT_COLUMNS = {column.name: column for column in FACT_COLUMNS}


@dataclass(frozen=True, slots=True)
class DeviceTable:
    """What a file says of devices; nothing of it is checked but its header.

    Attributes:
        columns: by their place in a row, the code left out.
        code_at: the place of the code.
    """

    columns: Mapping[int, DeviceColumn]
    code_at: int
    rows: Sequence[TableRow]

    @classmethod
    def of(cls, table: Table) -> "DeviceTable":
        """A header is the name of a column or one of its titles, whatever its case, spaces and underscores.

        Raises:
            InvalidInput: a header is unknown, a column is there twice, or there are no codes; names each.
        """
        names = [_BY_HEADER.get(_plain(header)) for header in table.header]
        faults = tuple(_faults(table.header, names))
        if faults:
            raise InvalidInput(faults)
        columns = {at: _FACT_COLUMNS[name] for at, name in enumerate(names) if name in _FACT_COLUMNS}
        return cls(columns, names.index(CODE), table.rows)

    def code(self, row: TableRow) -> str:
        return row.cells[self.code_at]

    @property
    def codes(self) -> Sequence[str]:
        """All of them once, in order."""
        return sorted({self.code(row) for row in self.rows})


def _plain(header: str) -> str:
    return "".join(header.replace("_", " ").split()).casefold()


_BY_HEADER = {_plain(header): name for name, title in TITLES.items() for header in (name, title.zh, title.en)}


def _faults(header: Sequence[str], names: Sequence[str | None]) -> Iterator[InputError]:
    times = Counter(names)
    for at, (said, name) in enumerate(zip(header, names, strict=True), 1):
        if name is None:
            yield InputError("body", f"header, column {at}", f"{said} is no column of a device")
        elif times[name] > 1:
            yield InputError("body", f"header, column {at}", f"{said} is {name}, which is there {times[name]} times")
    if CODE not in times:
        yield InputError("body", "header", f"{CODE} is missing")
