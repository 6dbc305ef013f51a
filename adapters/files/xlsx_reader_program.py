"""Reads the first sheet of an XLSX file from standard input and writes its rows to standard output, as NDJSON.

Runs as a child process with a memory limit, because the library trusts the file: two cells far apart in a file of 2 KB
make it allocate 500 GB, and a failed allocation aborts the whole process
(https://github.com/tafia/calamine/issues/693). It imports no other module of this project, so that it starts in 30 ms.
"""

import io
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from python_calamine import CalamineError, CalamineSheet, SheetTypeEnum, SheetVisibleEnum, load_workbook

EXACT_BELOW = 10**15
"""Spreadsheets keep 15 digits of a number."""
ERROR_CHARACTERS_MAX = 200


class InvalidTable(Exception):
    """The file is not a valid table; ``arguments`` are those of :func:`arcbeat.domain.files.tables.table_error`."""

    def __init__(self, detail: str, *, row: int | None = None, column: int | None = None) -> None:
        super().__init__(detail)
        self.arguments = {"detail": detail, "row": row, "column": column}


def read_lines(body: bytes, rows_max: int, columns_max: int, characters_max: int) -> Iterator[object]:
    """Yield the number and cells of each row; if the file is not valid, the last item is an object with the error."""
    try:
        yield from _rows(_first_sheet(body), rows_max, columns_max, characters_max)
    except InvalidTable as error:
        yield error.arguments
    except CalamineError as error:
        yield {"detail": f"is not an XLSX file: {str(error)[:ERROR_CHARACTERS_MAX]}"}


def _first_sheet(body: bytes) -> CalamineSheet:
    workbook = load_workbook(io.BytesIO(body))
    for sheet in workbook.sheets_metadata:
        if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible:
            return workbook.get_sheet_by_name(sheet.name)
    raise InvalidTable("has no visible worksheet")


def _rows(
    sheet: CalamineSheet, rows_max: int, columns_max: int, characters_max: int
) -> Iterator[tuple[int, list[str]]]:
    last_row, last_column = sheet.end or (0, 0)
    if last_row > rows_max or last_column >= columns_max:
        raise InvalidTable(f"has more than one header and {rows_max} rows, or more than {columns_max} columns")
    margin = sheet.start[1] if sheet.start else 0
    characters = 0
    # iter_rows starts at the first row of the sheet, but at the first used column.
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = [_text(value, number, column) for column, value in enumerate(values, margin + 1)]
        characters += sum(map(len, cells))
        if characters > characters_max:
            raise InvalidTable(f"contains more than {characters_max} characters")
        yield number, [""] * margin + cells


def _text(value: Any, row: int, column: int) -> str:
    if isinstance(value, float) and abs(value) >= EXACT_BELOW:
        raise InvalidTable(
            "is a number with more than 15 digits, which spreadsheets round; format the cell as text",
            row=row,
            column=column,
        )
    return _TEXT[type(value)](value)


_TEXT: Mapping[type, Callable[[Any], str]] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: lambda value: str(int(value)) if value.is_integer() else repr(value),
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: str,
}


def main(memory_bytes: int, *limits: int) -> None:
    """Read the file within the memory limit; macOS does not enforce one."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in read_lines(sys.stdin.buffer.read(), *limits):
        sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
