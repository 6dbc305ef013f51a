"""Number formats: which ones show dates, times and leading zeros."""

import re
from typing import NamedTuple

from adapters.files.xlsx_program.package import Attributes, Package, to_integer


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


def read_formats(package: Package, path: str) -> list[NumberFormat]:
    codes: dict[int, str] = {}
    numbers: list[int] = []
    inside: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        if tag in {"cellXfs", "cellStyleXfs", "dxfs"}:
            inside[:] = [tag]
        elif tag == "numFmt" and inside != ["dxfs"]:
            codes[to_integer(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif tag == "xf" and inside == ["cellXfs"]:
            numbers.append(to_integer(attributes.get("numFmtId", "0")))

    package.parse(path, start)
    return [number_format(number, codes.get(number)) for number in numbers]
