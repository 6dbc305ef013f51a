"""Tables in files: written as CSV, NDJSON or XLSX, and read from CSV or XLSX."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from arcbeat.domain.errors import InvalidValue, Violation
from arcbeat.domain.schema.columns import ColumnType, Value

FILE_BYTES_MAX = 8 * 1024 * 1024
ROWS_MAX = 20_000
COLUMNS_MAX = 200
CELL_CHARACTERS_MAX = 4096
"""Limits of a table that is read. A table that is written has no limit of its own."""


class TableFormat(StrEnum):
    """A file format."""

    CSV = "csv"
    NDJSON = "ndjson"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def suffix(self) -> str:
        return f".{self.value}"


_MEDIA_TYPES: Mapping[TableFormat, str] = {
    TableFormat.CSV: "text/csv",
    TableFormat.NDJSON: "application/x-ndjson",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table that is written.

    Attributes:
        key: The property name in NDJSON.
        title: The header in CSV and XLSX. The title of a timestamp names the time zone.
    """

    key: str
    title: str
    type: ColumnType


class CellKind(StrEnum):
    """What a spreadsheet has stored in a cell that is neither text nor a number."""

    DATE = "date"
    TIME = "time"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table that was read.

    Attributes:
        number: The row's number in a spreadsheet, where the header is usually row 1.
        cells: As many as the header has. An empty cell is an empty text.
        errors: Why a cell cannot be read without doubt, by its index. Completes the sentence «this cell …». The index
            after the last column of the header stands for cells that have no header.
        kinds: The kinds of cells of a spreadsheet, by index; any other cell is text or a number.
        beyond: The text of the first filled cell that has no header; empty if there is none.
    """

    number: int
    cells: tuple[str, ...]
    errors: Mapping[int, str] = field(default_factory=dict)
    kinds: Mapping[int, CellKind] = field(default_factory=dict)
    beyond: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read: the names of the header, all distinct and not blank, and the rows that are not blank.

    Attributes:
        header_row: The number of the row that was read as the header.
    """

    header: tuple[str, ...]
    rows: tuple[TableRow, ...]
    header_row: int = 1


def table_error(detail: str, *, row: int | None = None, column: int | None = None) -> InvalidValue:
    """Return the error of a table that cannot be read. Rows and columns count from 1.

    Args:
        detail: Completes the sentence «row 3, column 2 …», or «it …» for the whole file.
        row: The row in error, if it is known.
        column: The column in error, if it is known.
    """
    numbers = (("row", row), ("column", column))
    position = ", ".join(f"{name} {number}" for name, number in numbers if number is not None)
    return InvalidValue((Violation(position, detail),), f"The table cannot be read: {position or 'it'} {detail}.")


class TableWriter(Protocol):
    """Writes tables to files."""

    def write(
        self, table_format: TableFormat, columns: Sequence[TableColumn], pages: AsyncIterator[Sequence[Sequence[Value]]]
    ) -> AsyncGenerator[bytes, None]:
        """Yield the file in chunks. Only one page of rows is in memory at a time.

        CSV and NDJSON start with the first page; XLSX is built on disk and starts after the last page. The caller must
        close the generator if it stops early.

        Raises:
            TooManyRows: The rows do not fit into an XLSX file.
            TooManyRequests: The limit of XLSX files in progress is reached.
            OutOfSpace: The disk has no room for an XLSX file.
        """
        ...


class TableReader(Protocol):
    """Reads tables from files."""

    async def read(self, media_type: str, body: AsyncIterator[bytes]) -> Table:
        """Return the table of a CSV file, or of the first sheet of an XLSX file.

        Raises:
            UnsupportedMediaType: The media type is neither CSV nor XLSX, or its ``charset`` is not supported.
            PayloadTooLarge: The file has more than FILE_BYTES_MAX bytes.
            InvalidValue: The file does not match its media type or exceeds a limit; the position is given.
        """
        ...
