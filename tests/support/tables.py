"""Table files for tests, written and read completely."""

import io
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from adapters.files.table_files import TableFiles
from arcbeat.domain.files.tables import Table, TableColumn, TableFormat
from arcbeat.domain.schema.columns import ColumnType, Value

Row = Sequence[Value]

MOMENT = datetime(2023, 8, 23, 10, 0, 0, 123000, UTC)
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WELDING = (
    TableColumn("ts", "时间戳 (UTC)", ColumnType.TIMESTAMP),
    *(TableColumn(f"text_{number}", f"文字 {number}", ColumnType.NCHAR) for number in range(8)),
    *(TableColumn(f"number_{number}", f"数字 {number}", ColumnType.FLOAT) for number in range(5)),
    TableColumn("lock_status", "锁状态", ColumnType.BOOL),
    TableColumn("ip_quality", "数据质量", ColumnType.INT),
)
"""Sixteen columns with the types of the readings of welding machines."""


def texts(*titles: str) -> tuple[TableColumn, ...]:
    """Return columns of text."""
    return tuple(TableColumn(f"column_{number}", title, ColumnType.NCHAR) for number, title in enumerate(titles))


async def paged(rows: Sequence[Row], page_rows: int = 1000) -> AsyncIterator[Sequence[Row]]:
    """Generate pages of rows, as a store does."""
    for start in range(0, len(rows), page_rows):
        yield rows[start : start + page_rows]


async def welding_pages(rows: int, page_rows: int = 1000) -> AsyncIterator[Sequence[Row]]:
    """Generate readings in sixteen columns; all pages are the same."""
    page = [_welding_row(number) for number in range(page_rows)]
    for start in range(0, rows, page_rows):
        yield page[: rows - start]


def _welding_row(number: int) -> Row:
    words = [f"班组{number % 7}", "焊接", "Q235", "CO2", "MIG", "脉冲", f"W{number}", f"WP{number}"]
    return [MOMENT + timedelta(seconds=5 * number), *words, *(number / divisor for divisor in range(3, 8)), True, 100]


async def written(table_format: TableFormat, columns: Sequence[TableColumn], rows: Sequence[Row]) -> bytes:
    """Return the complete file."""
    return b"".join([piece async for piece in TableFiles().write(table_format, columns, paged(rows))])


async def read(table_format: TableFormat, body: bytes) -> Table:
    """Read a table from a file that arrives in two chunks."""
    return await TableFiles().read(table_format.media_type, _pieces(body))


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    yield body[:100]
    yield body[100:]


def shown(table: Table) -> list[tuple[str, ...]]:
    """Return the cells of each row."""
    return [row.cells for row in table.rows]


async def xlsx(sheet: str | None = None, parts: Mapping[str, bytes] | None = None) -> bytes:
    """Return an XLSX file with the given XML rows in its sheet, and with parts of the archive added or replaced."""
    changed = dict(parts or {})
    if sheet is not None:
        changed[SHEET] = f"<worksheet {NAMESPACE}><sheetData>{sheet}</sheetData></worksheet>".encode()
    made = await written(TableFormat.XLSX, texts("a"), [])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | changed
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()
