"""Rows that were read, held against the limits of a table."""

from collections.abc import Iterable, Sequence

from arcbeat.domain.files.tables import CELL_CHARACTERS_MAX, COLUMNS_MAX, ROWS_MAX, Table, TableRow, table_error

NumberedRow = tuple[int, Sequence[str]]
"""The number of a row as people see it, and its cells."""


def to_table(rows: Iterable[NumberedRow]) -> Table:
    """The first row that holds something is the header; empty cells at the end of a row count for nothing.

    Raises:
        InvalidInput: the rows are not within the limits or do not fit their header.
    """
    filled = ((number, cells) for number, cells in map(_within_limits, rows) if cells)
    number, header = next(filled, (0, ()))
    if not header:
        raise table_error("holds nothing")
    _check_header(number, header)
    return Table(header, tuple(_row(number, cells, len(header)) for number, cells in filled))


def _within_limits(row: NumberedRow) -> tuple[int, tuple[str, ...]]:
    number, cells = row
    if number > ROWS_MAX + 1:
        raise table_error(f"is more than the header and {ROWS_MAX} rows", row=number)
    width = len(cells)
    while width and not cells[width - 1]:
        width -= 1
    if width > COLUMNS_MAX:
        raise table_error(f"has more than {COLUMNS_MAX} columns", row=number)
    for column, cell in enumerate(cells[:width], 1):
        if len(cell) > CELL_CHARACTERS_MAX:
            raise table_error(f"has more than {CELL_CHARACTERS_MAX} characters", row=number, column=column)
        if "\x00" in cell:
            raise table_error("holds a null character", row=number, column=column)
    return number, tuple(cells[:width])


def _check_header(number: int, header: Sequence[str]) -> None:
    for column, name in enumerate(header, 1):
        if not name:
            raise table_error("has no name", row=number, column=column)
        if header.index(name) != column - 1:
            raise table_error("has the name of a column before it", row=number, column=column)


def _row(number: int, cells: tuple[str, ...], width: int) -> TableRow:
    if len(cells) > width:
        raise table_error(f"has more than the {width} cells of the header", row=number)
    return TableRow(number, cells + ("",) * (width - len(cells)))
