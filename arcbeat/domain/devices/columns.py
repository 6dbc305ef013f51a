"""The columns of t_device_info in files: their titles, and how a cell is parsed and formatted."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from arcbeat.domain.catalogue.device_types import Label
from arcbeat.domain.files.tables import CELL_CHARACTERS_MAX
from arcbeat.domain.schema.columns import ColumnType, Value
from arcbeat.domain.visible_text import code_error

CODE = "device_code"
TYPE = "device_type"
CODE_LENGTH_MAX = 50

_SLASHED_DATE = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})\Z")
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
        export: Returns the value to write for an attribute of a device.
    """

    name: str
    title: Label
    type: ColumnType
    parse: Callable[[str], Any]
    export: Callable[[Any], Value]

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


def _text(length_max: int) -> Callable[[str], str | None]:
    def parse(cell: str) -> str | None:
        if len(cell) > length_max:
            raise InvalidCell(f"must have at most {length_max} characters")
        return cell or None

    return parse


def _required_text(length_max: int) -> Callable[[str], str | None]:
    optional = _text(length_max)

    def parse(cell: str) -> str | None:
        if not cell:
            raise InvalidCell("is required")
        return optional(cell)

    return parse


def _date(cell: str) -> date | None:
    """Parse ``2023-08-23``, ``2023/8/23``, or midnight of a day, which is how a spreadsheet stores a date."""
    text = cell.strip()
    if not text:
        return None
    slashed = _SLASHED_DATE.match(text)
    try:
        if slashed:
            return date(*map(int, slashed.groups()))
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidCell("must be a date, for example 2023-08-23 or 2023/8/23") from None
    if parsed.time() != time() or parsed.tzinfo is not None:
        raise InvalidCell("must be a date without a time, for example 2023-08-23")
    return parsed.date()


def _boolean(cell: str) -> bool:
    try:
        return _BOOLEANS[cell.strip().casefold()]
    except KeyError:
        raise InvalidCell("must be one of true, false, yes, no, 是, 否, 1, 0, or empty for false") from None


def _export_date(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _export_unchanged(value: Value) -> Value:
    return value


def _text_column(name: str, zh: str, en: str, parse: Callable[[str], str | None]) -> DeviceColumn:
    return DeviceColumn(name, Label(zh, en), ColumnType.NCHAR, parse, _export_unchanged)


def _date_column(name: str, zh: str, en: str) -> DeviceColumn:
    return DeviceColumn(name, Label(zh, en), ColumnType.NCHAR, _date, _export_date)


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
    DeviceColumn("is_locked", Label("是否锁定", "Locked"), ColumnType.BOOL, _boolean, _export_unchanged),
    _text_column("description", "描述", "Description", _text(CELL_CHARACTERS_MAX)),
)
"""The columns besides the code, in the order of t_device_info."""
TITLES: Mapping[str, Label] = {
    CODE: Label("设备编码", "Device code"),
    **{column.name: column.title for column in FACT_COLUMNS},
}
