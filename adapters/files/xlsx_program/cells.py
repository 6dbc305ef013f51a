"""Cells: the text of numbers, dates and times as a spreadsheet shows them."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from adapters.files.xlsx_program.number_formats import NumberFormat

EXACT_BELOW = 10**15
"""Spreadsheets keep 15 digits of a number."""
DAYS_MAX = 2_958_465
"""The serial of 9999-12-31."""


class Cell(NamedTuple):
    """A cell: its text, why it cannot be read without doubt, and its kind if it is neither text nor a number."""

    text: str
    error: str | None = None
    kind: str | None = None


EMPTY = Cell("")


def number_cell(text: str, shown: NumberFormat, *, is_1904: bool) -> Cell:
    """Return the cell of a number, which may be a date."""
    try:
        value = float(text)
    except ValueError:
        return Cell(text, "is not a number")
    if not abs(value) < EXACT_BELOW:
        return Cell(text, "is a number with more than 15 digits, which spreadsheets round; format the cell as text")
    if shown.kind == "time" and abs(value) <= DAYS_MAX:
        return Cell(str(timedelta(milliseconds=round(value * 86_400_000))), None, "time")
    if shown.kind == "date":
        return _date_cell(value, is_1904=is_1904)
    if value.is_integer():
        return Cell(str(int(value)).zfill(shown.zeros) if value >= 0 else str(int(value)))
    digits = f"{value:.15g}"
    if "e" in digits:
        return Cell(text, "is a number in scientific notation; format the cell as text")
    return Cell(digits)


def _date_cell(value: float, *, is_1904: bool) -> Cell:
    # In the system of 1900, day 60 is 29 February 1900, a day that did not exist; Excel kept this fault of Lotus 1-2-3.
    first = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 31 if value < 60 else 30)  # noqa: DTZ001 -- a day
    try:
        found = first + timedelta(milliseconds=round(value * 86_400_000))
    except OverflowError:
        return Cell(str(value), "is not a day of the calendar")
    if value < 0 or (not is_1904 and (60 <= value < 61 or value < 1)):
        return Cell(str(value), "is not a day of the calendar")
    return _moment_cell(found)


def _moment_cell(moment: datetime) -> Cell:
    is_day = moment.time() == time()
    return Cell(moment.date().isoformat() if is_day else moment.isoformat(), None, "date")


def iso_cell(text: str) -> Cell:
    try:
        return _moment_cell(datetime.fromisoformat(text))
    except ValueError:
        return Cell(text, "is not a date of ISO 8601")
