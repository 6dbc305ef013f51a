"""The columns of t_device_info in files: their titles, and how a cell is parsed and formatted."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from arcbeat.domain.catalogue.device_types import Label
from arcbeat.domain.files.tables import CELL_CHARACTERS_MAX, CellKind
from arcbeat.domain.schema.columns import ColumnType, Value
from arcbeat.domain.visible_text import code_error, is_blank

CODE = "device_code"
TYPE = "device_type"
CODE_LENGTH_MAX = 50

# The year comes first, so that no date can be read in two ways; midnight is how a spreadsheet stores a day.
_DATE = re.compile(
    r"(?:(?P<y>[0-9]{4})(?P<mark>[-/.])(?P<m>[0-9]{1,2})(?P=mark)(?P<d>[0-9]{1,2})"
    r"|(?P<y_iso>[0-9]{4})(?P<m_iso>[0-9]{2})(?P<d_iso>[0-9]{2})"
    r"|(?P<y_zh>[0-9]{4}) ?年 ?(?P<m_zh>[0-9]{1,2}) ?月 ?(?P<d_zh>[0-9]{1,2}) ?[日号])"
    r"(?:[T ](?P<time>[0-9]{1,2}:[0-9]{2}.*))?\Z"
)
_MIDNIGHT = re.compile(r"0?0:00(:00(\.0+)?)?\Z")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?\Z")
_SHORT_DATE = re.compile(r"[0-9]{1,2}[-/.年][0-9]{1,2}[-/.月][0-9]{2,4}日?\Z")
_DATE_RULE = "must be a date whose year comes first, for example 2023-08-23, 2023/8/23 or 2023年8月23日"
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE][+-][0-9]{2,3}\Z")
_DECIMAL = re.compile(r"([0-9]+)\.0+\Z")
_BOOLEANS: Mapping[str, bool] = {
    "true": True,
    "yes": True,
    "1": True,
    "是": True,
    "false": False,
    "no": False,
    "0": False,
    "否": False,
    "": False,
}
_CELL_FORMATS: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    bool: lambda value: "true" if value else "false",
}


class InvalidCell(ValueError):
    """A cell cannot be stored; the message completes the sentence «this cell …»."""


@dataclass(frozen=True, slots=True)
class DeviceColumn:
    """A column of a file of devices.

    Attributes:
        name: The name of the column of t_device_info, and of the attribute of DeviceFacts.
        parse: Returns the value of a cell, or raises InvalidCell.
        kind: The kind of cell of a spreadsheet that the column may have besides text and numbers.
        export: Returns the value to write for an attribute of a device.
    """

    name: str
    title: Label
    type: ColumnType
    parse: Callable[[str], Any]
    export: Callable[[Any], Value]
    kind: CellKind | None = None

    def cell(self, value: Any) -> str:
        """Return the cell of an attribute's value in an exported file."""
        exported = self.export(value)
        return _CELL_FORMATS.get(type(exported), str)(exported)


def check_new_code(code: str) -> None:
    """Check the code of a new device.

    Raises:
        InvalidCell: The code is invalid.
    """
    if not code:
        raise InvalidCell("is required")
    if len(code) > CODE_LENGTH_MAX:
        raise InvalidCell(f"must have at most {CODE_LENGTH_MAX} characters")
    error = code_error(code)
    if error:
        raise InvalidCell(error)


def check_kind(kind: CellKind | None, expected: CellKind | None = None) -> None:
    """Check the kind of a cell of a spreadsheet, which turns a code such as 3-4 into a date.

    Raises:
        InvalidCell: The cell is of another kind than the column.
    """
    if kind is not None and kind is not expected:
        raise InvalidCell(f"is a {kind} in the spreadsheet; format the cell as text and type the value again")


def check_not_a_number(code: str) -> None:
    """Check that the code of a new device is not what a spreadsheet or a program makes of a code of digits.

    Raises:
        InvalidCell: The code has an exponent, or decimals that are zero.
    """
    if _SCIENTIFIC.match(code):
        raise InvalidCell("is a number in scientific notation, which has lost digits; format the column as text")
    decimal = _DECIMAL.match(code)
    if decimal:
        raise InvalidCell(f"is a number with decimals; write {decimal.group(1)}, or register the device by the API")


def _text(length_max: int) -> Callable[[str], str | None]:
    def parse(cell: str) -> str | None:
        if len(cell) > length_max:
            raise InvalidCell(f"must have at most {length_max} characters")
        return cell or None

    return parse


def _required_text(length_max: int) -> Callable[[str], str | None]:
    optional = _text(length_max)

    def parse(cell: str) -> str | None:
        if is_blank(cell):
            raise InvalidCell("is required")
        return optional(cell)

    return parse


def _date(cell: str) -> date | None:
    """Parse a day as ISO 8601, Excel, WPS and LibreOffice write it in China."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text:
        return None
    found = _DATE.match(text)
    if not found:
        raise InvalidCell(_why_not_a_date(text))
    if found["time"] and not _MIDNIGHT.match(found["time"]):
        raise InvalidCell("must be a date without a time, for example 2023-08-23")
    year, month, day = (int(found[name] or found[f"{name}_zh"] or found[f"{name}_iso"]) for name in ("y", "m", "d"))
    try:
        return date(year, month, day)
    except ValueError:
        raise InvalidCell(f"is not a day of the calendar; it {_DATE_RULE}") from None


def _why_not_a_date(text: str) -> str:
    if _NUMBER.match(text):
        return f"is a number; format the cell as a date, or write it as text: it {_DATE_RULE}"
    if _SHORT_DATE.match(text):
        return f"can be read as several dates; it {_DATE_RULE}"
    return _DATE_RULE


def _boolean(cell: str) -> bool:
    try:
        return _BOOLEANS[unicodedata.normalize("NFKC", cell).strip().casefold()]
    except KeyError:
        raise InvalidCell("must be one of true, false, yes, no, 是, 否, 1, 0, or empty for false") from None


def _export_date(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _export_unchanged(value: Value) -> Value:
    return value


def _text_column(name: str, zh: str, en: str, parse: Callable[[str], str | None]) -> DeviceColumn:
    return DeviceColumn(name, Label(zh, en), ColumnType.NCHAR, parse, _export_unchanged)


def _date_column(name: str, zh: str, en: str) -> DeviceColumn:
    return DeviceColumn(name, Label(zh, en), ColumnType.NCHAR, _date, _export_date, CellKind.DATE)


FACT_COLUMNS = (
    _text_column("device_name", "设备名称", "Device name", _required_text(100)),
    _text_column("device_model", "设备型号", "Model", _text(50)),
    _text_column(TYPE, "设备类型", "Device type", _required_text(50)),
    _text_column("manufacturer", "生产厂家", "Manufacturer", _text(100)),
    _date_column("production_date", "生产日期", "Production date"),
    _date_column("install_date", "安装日期", "Installation date"),
    _text_column("install_location", "安装位置", "Location", _text(255)),
    _text_column("online_address", "联网地址", "Online address", _text(255)),
    _text_column("team_name", "班组名称", "Team", _text(100)),
    DeviceColumn(
        "is_locked", Label("是否锁定", "Locked"), ColumnType.BOOL, _boolean, _export_unchanged, CellKind.BOOLEAN
    ),
    _text_column("description", "描述", "Description", _text(CELL_CHARACTERS_MAX)),
)
"""The columns besides the code, in the order of t_device_info."""
TITLES: Mapping[str, Label] = {
    CODE: Label("设备编码", "Device code"),
    **{column.name: column.title for column in FACT_COLUMNS},
}
