"""A sheet: the rows with their cells, and the merged cells."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from adapters.files.xlsx_program.cells import EMPTY, Cell, iso_cell, number_cell
from adapters.files.xlsx_program.number_formats import GENERAL
from adapters.files.xlsx_program.package import ERROR_CHARACTERS_MAX, NOT_XLSX, Attributes, InvalidFile, to_integer
from adapters.files.xlsx_program.workbook import TextRuns, Workbook, unescaped

_BOOLEANS = {"1": "true", "true": "true", "0": "false", "false": "false"}


@dataclass(frozen=True)
class Limits:
    """The limits of a table."""

    rows_max: int
    columns_max: int
    characters_max: int


class Pending(NamedTuple):
    """A cell whose end is not read yet."""

    column: int
    type: str
    style: int


@dataclass
class Row:
    """The cells of a row that are not empty, by column from 0."""

    number: int
    cells: dict[int, Cell] = field(default_factory=dict)


class SheetReader:
    """Collects the rows and the merged ranges of a sheet."""

    def __init__(self, workbook: Workbook, limits: Limits) -> None:
        self.rows: list[Row] = []
        self.merges: list[str] = []
        self._workbook = workbook
        self._limits = limits
        self._characters = 0
        self._number = 0
        self._row: Row | None = None
        self._column = -1
        self._cell: Pending | None = None
        self._value: str | None = None
        self._has_formula = False
        self._runs = TextRuns()

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self._row, self._column = None, -1
            number = attributes.get("r")
            if number is not None:
                self._begin_row(to_integer(number))
        elif tag == "c":
            self._begin_cell(attributes)
        elif tag == "f":
            self._has_formula = True
        elif tag == "mergeCell":
            self.merges.append(attributes.get("ref", ""))
        else:
            self._runs.start(tag, attributes)

    def end(self, tag: str, text: str) -> None:
        if self._cell is None:
            return
        if tag == "v":
            self._value = text
        elif tag == "c":
            self._end_cell(self._cell)
        else:
            self._runs.end(tag, text)

    def _begin_row(self, number: int) -> Row:
        if number <= self._number:
            raise InvalidFile("is not in order: the rows of the sheet must ascend", row=number)
        self._number = number
        self._row = Row(number)
        return self._row

    def _begin_cell(self, attributes: Attributes) -> None:
        column, number = self._column + 1, None
        if "r" in attributes:
            column, number = parse_reference(attributes["r"])
        row = self._row or self._begin_row(number or self._number + 1)
        if number not in (None, row.number) or column <= self._column:
            raise InvalidFile(f"has the cell {attributes['r']} in the wrong place", row=row.number)
        self._column = column
        self._cell = Pending(column, attributes.get("t", "n"), to_integer(attributes.get("s", "0")))
        self._value, self._has_formula = None, False
        self._runs.take()

    def _end_cell(self, pending: Pending) -> None:
        cell = self._read(pending)
        self._cell = None
        if self._row is None or cell == EMPTY:
            return
        limits = self._limits
        if self._row.number > limits.rows_max + 1 or pending.column >= limits.columns_max:
            raise InvalidFile(
                f"has more than one header and {limits.rows_max} rows, or more than {limits.columns_max} columns"
            )
        self._characters += len(cell.text)
        if self._characters > limits.characters_max:
            raise InvalidFile(f"contains more than {limits.characters_max} characters")
        if not self._row.cells:
            self.rows.append(self._row)
        self._row.cells[pending.column] = cell

    def _read(self, pending: Pending) -> Cell:
        value = self._value
        if self._has_formula and not value and pending.type != "str":
            detail = "is a formula without a result; open the file in a spreadsheet, save it, and import it again"
            return Cell("", detail)
        if pending.type == "inlineStr":
            return Cell(self._runs.take())
        if not value:
            return EMPTY
        if pending.type == "n":
            formats = self._workbook.formats
            shown = formats[pending.style] if 0 <= pending.style < len(formats) else GENERAL
            return number_cell(value, shown, is_1904=self._workbook.is_1904)
        return self._read_other(pending.type, value)

    def _read_other(self, kind: str, value: str) -> Cell:
        if kind == "s":
            index = to_integer(value)
            if not 0 <= index < len(self._workbook.strings):
                raise InvalidFile(f"{NOT_XLSX}: it has no shared string {index}")
            return Cell(self._workbook.strings[index])
        if kind == "str":
            return Cell(unescaped(value))
        if kind == "b" and value in _BOOLEANS:
            return Cell(_BOOLEANS[value], None, "boolean")
        if kind == "d":
            return iso_cell(value)
        if kind == "e":
            return Cell(value, f"is the error value {value}; correct the formula, or type the value")
        return Cell(value, f"has a value of the unknown type {kind}")


_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\Z")


def parse_reference(reference: str) -> tuple[int, int]:
    """Return the column, from 0, and the row, from 1, of a reference such as B2."""
    found = _REFERENCE.match(reference)
    if not found:
        raise InvalidFile(f"{NOT_XLSX}: {reference[:ERROR_CHARACTERS_MAX]} is not a cell")
    column = 0
    for letter in found.group(1).upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1, int(found.group(2))


def apply_merges(rows: Sequence[Row], merges: Sequence[str], columns_max: int) -> None:
    """Fill merged cells where their meaning is certain, and mark the others as errors.

    Only the top left cell of a merged range has a value. Below the header, a range within one column means that each of
    its rows has the value. A range over several columns, or one that begins in the header, may mean anything.
    """
    numbers = [row.number for row in rows]
    header = next((row.number for row in rows if any(cell.text.strip() for cell in row.cells.values())), 0)
    for reference in merges:
        first, _, last = reference.partition(":")
        left, top = parse_reference(first)
        right, bottom = parse_reference(last or first)
        within = rows[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
        value = within[0].cells.get(left, EMPTY) if within and within[0].number == top else EMPTY
        detail = f"belongs to the merged cells {reference}; unmerge them and fill in every cell"
        fill = value if left == right and top > header else Cell("", detail)
        for row in within:
            for column in range(left, min(right + 1, columns_max)):
                if (column, row.number) == (left, top) or fill == EMPTY:
                    continue
                hidden = row.cells.get(column, EMPTY)
                row.cells[column] = Cell(hidden.text, detail) if hidden.text else fill
