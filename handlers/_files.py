"""Responses that are files: their headers, and their columns with titles in one language and one time zone."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from arcbeat.domain.catalogue.device_types import Field, Label, Language
from arcbeat.domain.files.export_progress import ExportProgress, Rows, ShareRead
from arcbeat.domain.files.tables import TableColumn, TableFormat
from arcbeat.domain.schema.columns import ColumnType, Value

FileResponse = tuple[AsyncIterator[bytes], int, dict[str, str]]

DEVICE_CODE_LABEL = Label("设备生产编码", "Device code")

# Path separators, characters that an operating system forbids, and invisible characters that disguise a file name.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\\/:*?"<>|%]+')
_NOT_PLAIN = re.compile(r"[^0-9A-Za-z.-]+")


def file_response(name: str, table_format: TableFormat, chunks: AsyncIterator[bytes]) -> FileResponse:
    """Return a file as a response; ``name`` gets the format's suffix and is made safe for file systems (RFC 6266)."""
    file_name = f"{_UNSAFE.sub('_', name).strip('. ')}{table_format.suffix}"
    headers = {"Content-Type": table_format.media_type, "Content-Disposition": _attachment(file_name)}
    return chunks, 200, headers


def _attachment(file_name: str) -> str:
    plain = _NOT_PLAIN.sub("_", file_name)
    # filename* is for names that are not plain ASCII; old clients read filename alone.
    encoded = f"; filename*=UTF-8''{quote(file_name, safe='')}" if plain != file_name else ""
    return f'attachment; filename="{plain}"{encoded}'


def counted(
    pages: AsyncIterator[Rows], download: ExportProgress | None, share_read: ShareRead | None = None
) -> AsyncIterator[Rows]:
    """Return the pages of an export, counted if it was started with a download link."""
    return pages if download is None else download.counted(pages, share_read)


def field_column(field: Field, zone: ZoneInfo, language: Language) -> TableColumn:
    """Return the column of a field, titled with its label and its unit, or with the time zone of a timestamp."""
    if field.type is ColumnType.TIMESTAMP:
        return timestamp_column(field.name, field.label, zone, language)
    unit = f" ({field.unit})" if field.unit else ""
    return TableColumn(field.name, f"{field.label.text(language)}{unit}", field.type)


def timestamp_column(key: str, label: Label, zone: ZoneInfo, language: Language) -> TableColumn:
    """Return a column of timestamps; its title names the time zone, because a spreadsheet's cells cannot."""
    return TableColumn(key, f"{label.text(language)} ({zone.key})", ColumnType.TIMESTAMP)


def in_zone(values: Sequence[Value], zone: ZoneInfo) -> list[Value]:
    """Return a row with its timestamps converted to a time zone."""
    return [_converted(value, zone) if isinstance(value, datetime) else value for value in values]


def _converted(ts: datetime, zone: ZoneInfo) -> datetime:
    try:
        return ts.astimezone(zone)
    except OverflowError:
        # The first or last day of the calendar: stores use it for everything beyond.
        return ts
