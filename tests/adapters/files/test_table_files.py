"""Table files of all formats."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Sequence

import pytest

from adapters.files.table_files import READERS_AT_ONCE_MAX, ROWS_PER_STEP, TableFiles
from arcbeat.domain.errors import PayloadTooLarge, UnsupportedMediaType
from arcbeat.domain.files.tables import FILE_BYTES_MAX, TableFormat
from tests.support.tables import WELDING, Row, read, shown, texts, welding_pages, written, xlsx

MIB = 2**20
MEMORY_BYTES_MAX = 8 * MIB
"""Memory for a page of rows, one encoded step, and the writer itself."""


async def pieces(size: int, count: int) -> AsyncIterator[bytes]:
    """Yield this many chunks of one size."""
    for _ in range(count):
        yield b"x" * size


@pytest.mark.parametrize(
    ("table_format", "media_type", "suffix"),
    [
        (TableFormat.CSV, "text/csv", ".csv"),
        (TableFormat.NDJSON, "application/x-ndjson", ".ndjson"),
        (TableFormat.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    ],
)
def test_a_format_has_a_media_type_and_a_suffix(table_format: TableFormat, media_type: str, suffix: str) -> None:
    assert (table_format.media_type, table_format.suffix) == (media_type, suffix)


@pytest.mark.parametrize(
    ("table_format", "rows"),
    # Writing XLSX is very slow under tracemalloc; fewer rows reveal growth as well.
    [(TableFormat.CSV, 200_000), (TableFormat.NDJSON, 200_000), (TableFormat.XLSX, 10_000)],
)
async def test_the_memory_for_writing_does_not_grow_with_the_rows(table_format: TableFormat, rows: int) -> None:
    size = 0
    tracemalloc.start()

    async for piece in TableFiles().write(table_format, WELDING, welding_pages(rows)):
        size += len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < MEMORY_BYTES_MAX
    assert size > rows * 50


@pytest.mark.parametrize("table_format", TableFormat)
async def test_other_tasks_run_while_a_page_of_a_million_cells_is_written(table_format: TableFormat) -> None:
    rows = 62_500 if table_format is not TableFormat.XLSX else 10 * ROWS_PER_STEP
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.ensure_future(others())
    async for _ in TableFiles().write(table_format, WELDING, welding_pages(rows, page_rows=rows)):
        pass
    other.cancel()

    assert turns > rows // ROWS_PER_STEP


@pytest.mark.parametrize("table_format", TableFormat)
async def test_nothing_is_sent_before_the_first_page_is_available(table_format: TableFormat) -> None:
    async def failing() -> AsyncIterator[Sequence[Row]]:
        pages: list[Sequence[Row]] = []
        for page in pages:
            yield page
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await anext(TableFiles().write(table_format, WELDING, failing()))


@pytest.mark.parametrize("media_type", ["text/csv; charset=utf-8", "TEXT/CSV;header=present"])
async def test_parameters_of_a_media_type_are_ignored(media_type: str) -> None:
    table = await TableFiles().read(media_type, pieces(1, 3))

    assert table.header == ("xxx",)


@pytest.mark.parametrize("media_type", ["", "application/json", "application/x-ndjson", "application/vnd.ms-excel"])
async def test_other_media_types_are_rejected(media_type: str) -> None:
    with pytest.raises(UnsupportedMediaType, match=r"text/csv or .*sheet\."):
        await TableFiles().read(media_type, pieces(1, 3))


@pytest.mark.parametrize("table_format", [TableFormat.CSV, TableFormat.XLSX])
async def test_an_endless_body_is_read_only_to_the_limit(table_format: TableFormat) -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += MIB
            yield b"x" * MIB

    with pytest.raises(PayloadTooLarge):
        await TableFiles().read(table_format.media_type, endless())
    assert given == FILE_BYTES_MAX + MIB


async def test_further_files_wait_when_the_limit_of_readers_is_reached() -> None:
    files = TableFiles()
    body = await xlsx('<row><c t="str"><v>a</v></c></row><row><c><v>1</v></c></row>')

    async def file_body() -> AsyncIterator[bytes]:
        yield body

    tables = await asyncio.gather(
        *(files.read(TableFormat.XLSX.media_type, file_body()) for _ in range(3 * READERS_AT_ONCE_MAX))
    )

    assert [shown(table) for table in tables] == [[("1",)]] * 3 * READERS_AT_ONCE_MAX


async def test_a_table_can_go_from_csv_to_xlsx_and_back() -> None:
    rows = [("M1", "=1+1", '"quoted"', "two\nlines"), ("M2", "'-5", "焊接😀", "")]
    columns = texts("编码", "公式", "引号", "换行")

    through_csv = await read(TableFormat.CSV, await written(TableFormat.CSV, columns, rows))
    through_xlsx = await read(TableFormat.XLSX, await written(TableFormat.XLSX, columns, shown(through_csv)))

    assert shown(through_xlsx) == shown(through_csv) == rows
