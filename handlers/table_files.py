"""Answers that are files of a table."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from arcbeat.domain.catalogue.device_types import Field, Label, Language
from arcbeat.domain.files.tables import TableColumn, TableFormat
from arcbeat.domain.readings.columns import ColumnType, Value

File = tuple[AsyncIterator[bytes], int, dict[str, str]]

DEVICE_CODE = Label("设备生产编码", "Device code")

# what parts paths, what systems forbid, and what lets a name look like another one
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\\/:*?"<>|%]+')
_NOT_PLAIN = re.compile(r"[^0-9A-Za-z.-]+")


def sent(name: str, table_format: TableFormat, chunks: AsyncIterator[bytes]) -> File:
    """The answer; a client saves it under a name that no file system takes for a path (RFC 6266)."""
    whole = f"{_UNSAFE.sub('_', name).strip('. ')}{table_format.suffix}"
    headers = {
        "Content-Type": table_format.media_type,
        "Content-Disposition": (
            f"attachment; filename=\"{_NOT_PLAIN.sub('_', whole)}\"; filename*=UTF-8''{quote(whole, safe='')}"
        ),
    }
    return chunks, 200, headers


def column(field: Field, zone: ZoneInfo, language: Language) -> TableColumn:
    """The column of a field, under its label and unit; that of timestamps names their zone."""
    if field.type is ColumnType.TIMESTAMP:
        return timestamps(field.name, field.label, zone, language)
    unit = f" ({field.unit})" if field.unit else ""
    return TableColumn(field.name, f"{field.label.text(language)}{unit}", field.type)


def timestamps(key: str, label: Label, zone: ZoneInfo, language: Language) -> TableColumn:
    """A column of timestamps in one zone, which spreadsheets do not know of otherwise."""
    return TableColumn(key, f"{label.text(language)} ({zone.key})", ColumnType.TIMESTAMP)


def local(values: Sequence[Value], zone: ZoneInfo) -> list[Value]:
    """A row whose timestamps are by the clock of a zone."""
    return [_by_clock(value, zone) if isinstance(value, datetime) else value for value in values]


def _by_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment  # the end of the calendar, which stands for all that is beyond
