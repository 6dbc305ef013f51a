"""The program: reads the file from standard input, and writes its rows or the error."""

import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence

import orjson

from adapters.files.xlsx_program.cells import EMPTY
from adapters.files.xlsx_program.package import ERROR_CHARACTERS_MAX, NOT_XLSX, InvalidFile, Package
from adapters.files.xlsx_program.sheet import Limits, Row, SheetReader, apply_merges
from adapters.files.xlsx_program.workbook import open_workbook


def encoded_rows(rows: Sequence[Row], characters_max: int) -> Iterator[object]:
    """Yield the number, the cells, the errors by column and the kinds by column of each row."""
    characters = 0
    for row in rows:
        cells = [row.cells.get(column, EMPTY) for column in range(max(row.cells) + 1)]
        characters += sum(len(cell.text) for cell in cells)
        if characters > characters_max:
            raise InvalidFile(f"contains more than {characters_max} characters")
        yield (
            row.number,
            [cell.text for cell in cells],
            [(column, cell.error) for column, cell in enumerate(cells) if cell.error],
            [(column, cell.kind) for column, cell in enumerate(cells) if cell.kind],
        )


def read_lines(body: bytes, limits: Limits) -> Iterator[object]:
    """Yield each row; if the file cannot be read, an object with the error is the last one."""
    try:
        package = Package(body)
        workbook = open_workbook(package)
        sheet = SheetReader(workbook, limits)
        package.parse(workbook.sheet, sheet.start, sheet.end)
        apply_merges(sheet.rows, sheet.merges, limits.columns_max)
        yield from encoded_rows(sheet.rows, limits.characters_max)
    except InvalidFile as error:
        yield error.arguments
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        yield {"detail": f"{NOT_XLSX}: {str(error)[:ERROR_CHARACTERS_MAX]}"}


def main(memory_bytes: int, rows_max: int, columns_max: int, characters_max: int) -> None:
    """Read the file within the memory limit; macOS does not enforce one."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in read_lines(sys.stdin.buffer.read(), Limits(rows_max, columns_max, characters_max)):
        sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
