"""The workbook: its first visible sheet, and the strings and number formats that cells refer to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.files.xlsx_program.number_formats import NumberFormat, read_formats
from adapters.files.xlsx_program.package import NOT_XLSX, Attributes, InvalidFile, Package

SPACE = "http://www.w3.org/XML/1998/namespace space"


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
    formats: Sequence[NumberFormat]
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
        read_strings(package, paths["sharedStrings"]) if paths["sharedStrings"] in package else (),
        read_formats(package, paths["styles"]) if paths["styles"] in package else (),
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
        text = unescaped("".join(self._runs))
        self._runs.clear()
        return text


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Replace _x000D_ by the character that XML cannot hold (ECMA-376, 22.9.2.19)."""
    if "_x" not in text:
        return text
    replaced = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    # A character beyond U+FFFF is escaped as two surrogates; one alone is damage.
    return replaced.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def read_strings(package: Package, path: str) -> list[str]:
    strings: list[str] = []
    runs = TextRuns()

    def end(tag: str, text: str) -> None:
        runs.end(tag, text)
        if tag == "si":
            strings.append(runs.take())

    package.parse(path, runs.start, end)
    return strings
