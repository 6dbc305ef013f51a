"""Tables as files: what goes out as CSV, NDJSON or XLSX, and what comes in as CSV or XLSX."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.columns import ColumnType, Value

FILE_BYTES_MAX = 8 * 1024 * 1024
ROWS_MAX = 20_000
COLUMNS_MAX = 200
CELL_CHARACTERS_MAX = 4096
"""Limits of a table that is read. One that is written has as many rows as there are."""


class TableFormat(StrEnum):
    """A kind of file."""

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
        key: what programs call it, in NDJSON.
        title: what people call it, at the head of the column in CSV and XLSX; for a timestamp it names the time zone.
    """

    key: str
    title: str
    type: ColumnType


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table that was read.

    Attributes:
        number: as people see it in a spreadsheet, where the header is usually 1.
        cells: as many as the header has; empty ones are empty texts.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What was read: the header's names, all different and none empty, and the rows that hold something."""

    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


def table_error(detail: str, *, row: int | None = None, column: int | None = None) -> InvalidInput:
    """The error that says what is wrong with a table, and where; rows and columns count from 1."""
    places = [f"{what} {number}" for what, number in (("row", row), ("column", column)) if number is not None]
    place = ", ".join(places)
    return InvalidInput((InputError("body", place, detail),), f"The table cannot be read: {place or 'it'} {detail}.")


class TableWriter(Protocol):
    """Makes files of rows."""

    def write(
        self, table_format: TableFormat, columns: Sequence[TableColumn], pages: AsyncIterator[Sequence[Sequence[Value]]]
    ) -> AsyncGenerator[bytes, None]:
        """The file in pieces, to be closed by who wants no more; it holds no more rows than a page in memory.

        Nothing comes before the first page is there, and nothing of an XLSX file before the last one is.

        Raises:
            TooManyRows: they do not fit into an XLSX file.
            TooManyRequests: as many XLSX files as may be are being made.
            OutOfSpace: there is no room to make an XLSX file in.
        """
        ...


class TableReader(Protocol):
    """Makes rows of files."""

    async def read(self, media_type: str, body: AsyncIterator[bytes]) -> Table:
        """The table of a CSV file, or that of the first sheet of an XLSX file.

        Raises:
            UnsupportedMediaType: it is neither, by its media type.
            PayloadTooLarge: it has more than FILE_BYTES_MAX.
            InvalidInput: it is not what its type says, or not within the limits; the error says where.
        """
        ...
