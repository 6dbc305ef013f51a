"""Reads the first visible sheet of an XLSX file from standard input and writes its rows to standard output, as NDJSON.

Runs as a child process with a memory limit, because the file is not trusted, and because parsing it would hold the
GIL of the service for seconds. It imports no other module of this project, so that it starts in some 50 ms.

It reads the XML itself (ECMA-376, transitional and strict): libraries that read spreadsheets return an empty cell for
an error value, for a formula without a result and for a merged cell, and a row with such a cell must be rejected.
"""

import io
import re
import resource
import sys
import zipfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from posixpath import join, normpath
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote
from xml.parsers import expat

import orjson

EXACT_BELOW = 10**15
"""Spreadsheets keep 15 digits of a number."""
DAYS_MAX = 2_958_465
"""The serial of 9999-12-31."""
CHUNK_BYTES = 64 * 1024
ERROR_CHARACTERS_MAX = 200
NOT_XLSX = "is not an XLSX file"
NAMESPACES = {
    "",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
}
"""The namespaces of the elements that are read; all others are extensions."""
NAMES_CACHED_MAX = 256
"""Names of elements whose local name is cached: a sheet has the same few names a million times."""
SPACE = "http://www.w3.org/XML/1998/namespace space"

Attributes: TypeAlias = Mapping[str, str]


class InvalidFile(Exception):
    """The file is not a valid table; ``arguments`` are those of :func:`arcbeat.domain.files.tables.table_error`."""

    def __init__(self, detail: str, *, row: int | None = None, column: int | None = None) -> None:
        super().__init__(detail)
        self.arguments = {"detail": detail, "row": row, "column": column}


@dataclass(frozen=True)
class Limits:
    """The limits of a table."""

    rows_max: int
    columns_max: int
    characters_max: int


class Cell(NamedTuple):
    """A cell: its text, why it cannot be read without doubt, and its kind if it is neither text nor a number."""

    text: str
    error: str | None = None
    kind: str | None = None


EMPTY = Cell("")


# --- Parts of the package -------------------------------------------------------------------------------------------


class Package:
    """The parts of an XLSX file, by path. Paths ignore case, and some programs write backslashes."""

    def __init__(self, body: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(body))
        self._parts = {_path(name): name for name in self._archive.namelist()}

    def __contains__(self, path: str) -> bool:
        return _path(path) in self._parts

    def parse(self, path: str, start: "StartHandler", end: "EndHandler | None" = None) -> None:
        """Parse a part and call the handlers with local names; the end handler also gets the text since a tag."""
        name = self._parts.get(_path(path))
        if name is None:
            raise InvalidFile(f"{NOT_XLSX}: it has no part {path}")
        try:
            with self._archive.open(name) as file:
                _parse(file.read, start, end)
        except expat.ExpatError as error:
            raise InvalidFile(f"{NOT_XLSX}: {path}: {str(error)[:ERROR_CHARACTERS_MAX]}") from error

    def relationships(self, path: str) -> dict[str, tuple[str, str]]:
        """Return the types and the absolute paths of what a part refers to, by the ids of the references."""
        found: dict[str, tuple[str, str]] = {}
        folder, _, name = path.rpartition("/")

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = unquote(attributes.get("Target", ""))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, normpath(join("/", folder, target)))

        rels = join(folder, "_rels", f"{name}.rels")
        if rels in self:
            self.parse(rels, start)
        return found


StartHandler: TypeAlias = Callable[[str, Attributes], None]
EndHandler: TypeAlias = Callable[[str, str], None]


def _path(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


@lru_cache(NAMES_CACHED_MAX)
def _local(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return local if namespace in NAMESPACES else ""


def _parse(read: Callable[[int], bytes], start: StartHandler, end: EndHandler | None) -> None:
    texts: list[str] = []

    def on_start(name: str, attributes: dict[str, str]) -> None:
        texts.clear()
        start(_local(name), attributes)

    def on_end(name: str) -> None:
        if end is not None:
            end(_local(name), "".join(texts))
        texts.clear()

    def on_doctype(*_: object) -> None:
        raise InvalidFile(f"{NOT_XLSX}: it has a document type declaration")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = on_doctype
    while chunk := read(CHUNK_BYTES):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


# --- The workbook: which sheet, its strings and its number formats --------------------------------------------------


@dataclass
class Workbook:
    """What the cells of a sheet refer to.

    Attributes:
        sheet: The path of the first visible worksheet.
        strings: The shared strings.
        formats: The number format of each cell style.
        is_1904: Whether days count from 1904 instead of 1900.
    """

    sheet: str
    strings: Sequence[str]
    formats: Sequence["NumberFormat"]
    is_1904: bool


def open_workbook(package: Package) -> Workbook:
    """Find the first visible worksheet, and read what its cells refer to."""
    documents = [path for kind, path in package.relationships("").values() if kind == "officeDocument"]
    path = next((each for each in (*documents, "/xl/workbook.xml") if each in package), None)
    if path is None:
        raise InvalidFile(NOT_XLSX)
    if path.lower().endswith(".bin"):
        raise InvalidFile("is an XLSB file; save it as XLSX")
    relationships = package.relationships(path)
    sheets: list[str] = []
    dates_1904: list[bool] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "sheet" and attributes.get("state", "visible") == "visible":
            ids = (value for name, value in attributes.items() if name.endswith(" id"))
            kind, target = relationships.get(next(ids, ""), ("", ""))
            if kind == "worksheet":
                sheets.append(target)
        elif tag == "workbookPr":
            dates_1904.append(attributes.get("date1904", "0") in {"1", "true", "on"})

    package.parse(path, start)
    if not sheets:
        raise InvalidFile("has no visible worksheet")
    # Where the workbook does not refer to them, they may still be at the usual paths.
    paths = {"sharedStrings": "/xl/sharedStrings.xml", "styles": "/xl/styles.xml", **dict(relationships.values())}
    return Workbook(
        sheets[0],
        _read_strings(package, paths["sharedStrings"]) if paths["sharedStrings"] in package else (),
        _read_formats(package, paths["styles"]) if paths["styles"] in package else (),
        any(dates_1904),
    )


class TextRuns:
    """Collects the text of a string, plain or in runs of rich text, without phonetic readings."""

    def __init__(self) -> None:
        self._runs: list[str] = []
        self._phonetic = False
        self._preserve = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._preserve = attributes.get(SPACE) == "preserve"

    def end(self, tag: str, text: str) -> None:
        if tag == "rPh":
            self._phonetic = False
        elif tag == "t" and not self._phonetic:
            # As in Excel: without xml:space the white space around the text is that of a formatted file.
            self._runs.append(text if self._preserve else text.strip(" \t\r\n"))

    def take(self) -> str:
        """Return the text so far, and begin anew."""
        text = _unescaped("".join(self._runs))
        self._runs.clear()
        return text


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def _unescaped(text: str) -> str:
    """Replace _x000D_ by the character that XML cannot hold (ECMA-376, 22.9.2.19)."""
    if "_x" not in text:
        return text
    replaced = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    # A character beyond U+FFFF is escaped as two surrogates; one alone is damage.
    return replaced.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _read_strings(package: Package, path: str) -> list[str]:
    strings: list[str] = []
    runs = TextRuns()

    def end(tag: str, text: str) -> None:
        runs.end(tag, text)
        if tag == "si":
            strings.append(runs.take())

    package.parse(path, runs.start, end)
    return strings


# --- Number formats: dates and leading zeros ------------------------------------------------------------------------


class NumberFormat(NamedTuple):
    """What a number format shows: ``kind`` is date or time; ``zeros`` is the width that leading zeros fill."""

    kind: str | None = None
    zeros: int = 0


GENERAL = NumberFormat()
_DATE_IDS = {14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58}
"""Built-in formats of days, with those of Chinese, Japanese and Korean Excel."""
_TIME_IDS = {18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|e[+-]|general|am/pm|a/p|上午/下午')
_ZEROS = re.compile(r"0{2,}\Z")


def number_format(number: int, code: str | None) -> NumberFormat:
    """Return what a number format shows; ``code`` is the text of a format that is not built in."""
    if code is None:
        return NumberFormat("date" if number in _DATE_IDS else "time" if number in _TIME_IDS else None)
    shown = _LITERALS.sub("", code.lower()).partition(";")[0]
    if _ZEROS.match(shown):
        return NumberFormat(zeros=len(shown))
    has_clock = any(letter in shown for letter in "hs")
    if any(letter in shown for letter in "ydeg") or "aaa" in shown or ("m" in shown and not has_clock):
        return NumberFormat("date")
    return NumberFormat("time" if has_clock else None)


def _read_formats(package: Package, path: str) -> list[NumberFormat]:
    codes: dict[int, str] = {}
    numbers: list[int] = []
    inside: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag in {"cellXfs", "cellStyleXfs", "dxfs"}:
            inside[:] = [tag]
        elif tag == "numFmt" and inside != ["dxfs"]:
            codes[_integer(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag == "xf" and inside == ["cellXfs"]:
            numbers.append(_integer(attributes.get("numFmtId", "0")))

    package.parse(path, start)
    return [number_format(number, codes.get(number)) for number in numbers]


# --- Cells ----------------------------------------------------------------------------------------------------------


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise InvalidFile(f"{NOT_XLSX}: {text[:ERROR_CHARACTERS_MAX]} is not an integer") from error


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


def _iso_cell(text: str) -> Cell:
    try:
        return _moment_cell(datetime.fromisoformat(text))
    except ValueError:
        return Cell(text, "is not a date of ISO 8601")


_BOOLEANS = {"1": "true", "true": "true", "0": "false", "false": "false"}


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
                self._begin_row(_integer(number))
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
        self._cell = Pending(column, attributes.get("t", "n"), _integer(attributes.get("s", "0")))
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
            index = _integer(value)
            if not 0 <= index < len(self._workbook.strings):
                raise InvalidFile(f"{NOT_XLSX}: it has no shared string {index}")
            return Cell(self._workbook.strings[index])
        if kind == "str":
            return Cell(_unescaped(value))
        if kind == "b" and value in _BOOLEANS:
            return Cell(_BOOLEANS[value], None, "boolean")
        if kind == "d":
            return _iso_cell(value)
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


# --- Merged cells ---------------------------------------------------------------------------------------------------


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


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
