"""The columns of t_device_info as files have them: their titles, and what a cell may say."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from arcbeat.domain.catalogue.device_types import Label
from arcbeat.domain.files.tables import CELL_CHARACTERS_MAX
from arcbeat.domain.readings.columns import ColumnType, Value

CODE = "device_code"
TYPE = "device_type"
CODE_LENGTH_MAX = 50

# The contract says the same. U+3000 is the space of a Chinese keyboard.
_CODE = re.compile(r"[^\x00-\x20\x7f-\xa0\u3000]([^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\xa0\u3000])?\Z")
_SLASHED_DATE = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})\Z")
_TRUTHS: Mapping[str, bool] = {
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
_CELLS: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    bool: lambda value: "true" if value else "false",
}


class InvalidCell(ValueError):
    """What is wrong with a cell."""


@dataclass(frozen=True, slots=True)
class DeviceColumn:
    """A column of a file of devices.

    Attributes:
        name: of the column of t_device_info, and of what DeviceFacts calls it.
        parse: what a cell says; raises InvalidCell where it says nothing that can be.
        export: what a device has, as files hold it.
    """

    name: str
    title: Label
    type: ColumnType
    parse: Callable[[str], Any]
    export: Callable[[Any], Value]

    def cell(self, fact: Any) -> str:
        """What a device has, as it reads in an exported file."""
        exported = self.export(fact)
        return _CELLS.get(type(exported), str)(exported)


def check_new_code(code: str) -> None:
    """Whether a new device may have this code.

    Raises:
        InvalidCell: it may not.
    """
    if not code:
        raise InvalidCell("is needed")
    if len(code) > CODE_LENGTH_MAX:
        raise InvalidCell(f"has more than {CODE_LENGTH_MAX} characters")
    if not _CODE.match(code):
        raise InvalidCell("has control characters, or a space at an end")


def _text(length_max: int) -> Callable[[str], str | None]:
    def parse(cell: str) -> str | None:
        if len(cell) > length_max:
            raise InvalidCell(f"has more than {length_max} characters")
        return cell or None

    return parse


def _needed_text(length_max: int) -> Callable[[str], str | None]:
    optional = _text(length_max)

    def parse(cell: str) -> str | None:
        if not cell:
            raise InvalidCell("is needed")
        return optional(cell)

    return parse


def _date(cell: str) -> date | None:
    """``2023-08-23`` or ``2023/8/23``, or midnight of that day, as spreadsheets store a date."""
    said = cell.strip()
    if not said:
        return None
    slashed = _SLASHED_DATE.match(said)
    try:
        if slashed:
            return date(*map(int, slashed.groups()))
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise InvalidCell("is no day such as 2023-08-23 or 2023/8/23") from None
    if moment.time() != time() or moment.tzinfo is not None:
        raise InvalidCell("is a time and not a day")
    return moment.date()


def _truth(cell: str) -> bool:
    try:
        return _TRUTHS[cell.strip().casefold()]
    except KeyError:
        raise InvalidCell("is none of true, false, yes, no, 是, 否, 1 and 0") from None


def _export_date(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _export_as_it_is(value: Value) -> Value:
    return value


def _text_column(name: str, zh: str, en: str, parse: Callable[[str], str | None]) -> DeviceColumn:
    return DeviceColumn(name, Label(zh, en), ColumnType.NCHAR, parse, _export_as_it_is)


def _date_column(name: str, zh: str, en: str) -> DeviceColumn:
    return DeviceColumn(name, Label(zh, en), ColumnType.NCHAR, _date, _export_date)


FACT_COLUMNS = (
    _text_column("device_name", "设备名称", "Device name", _needed_text(100)),
    _text_column("device_model", "设备型号", "Model", _text(50)),
    _text_column(TYPE, "设备类型", "Device type", _needed_text(50)),
    _text_column("manufacturer", "生产厂家", "Manufacturer", _text(100)),
    _date_column("production_date", "生产日期", "Production date"),
    _date_column("install_date", "安装日期", "Installation date"),
    _text_column("install_location", "安装位置", "Location", _text(255)),
    _text_column("online_address", "联网地址", "Online address", _text(255)),
    _text_column("team_name", "班组名称", "Team", _text(100)),
    DeviceColumn("is_locked", Label("是否锁定", "Locked"), ColumnType.BOOL, _truth, _export_as_it_is),
    _text_column("description", "描述", "Description", _text(CELL_CHARACTERS_MAX)),
)
"""In the order of t_device_info."""
TITLES: Mapping[str, Label] = {
    CODE: Label("设备编码", "Device code"),
    **{column.name: column.title for column in FACT_COLUMNS},
}
