"""XLSX files, written and read."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook, load_workbook

from adapters.files import xlsx_writer
from adapters.files.table_files import WRITERS_AT_ONCE_MAX, TableFiles
from arcbeat.domain.errors import OutOfSpace, TooManyRequests, TooManyRows
from arcbeat.domain.files.tables import TableColumn, TableFormat
from arcbeat.domain.schema.columns import ColumnType, Value
from tests.support.small_files import small_files
from tests.support.tables import MOMENT, WELDING, Row, paged, read, shown, texts, welding_pages, written

XLSX = TableFormat.XLSX
FILE_BYTES_MAX = 16 * 1024
# Characters that XML allows; Excel's encoding of others is tested by example.
sayable = st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufffe\uffff"), max_size=50)


async def cells(*values: Value) -> list[object]:
    """Return the cells that a spreadsheet shows for a row of these values."""
    columns = [TableColumn(str(index), str(index), ColumnType.OTHER) for index in range(len(values))]
    return list(sheets(await written(XLSX, columns, [values])).get_sheet_by_index(0).to_python()[1])


def sheets(body: bytes) -> CalamineWorkbook:
    return load_workbook(io.BytesIO(body))


def files_in(folder: Path) -> list[str]:
    """Return the files in a folder."""
    return [each.name for each in folder.iterdir()]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (100, 100.0),
        (-5, -5.0),
        (999_999_999_999_999, 999_999_999_999_999.0),
        (9007199254740993, "9007199254740993"),
        (-(2**63), "-9223372036854775808"),
        (0.1, 0.1),
        (3.4028235e38, 3.4028235e38),
        (MOMENT, MOMENT.replace(tzinfo=None)),
        (datetime(2023, 8, 23, 18, 30, tzinfo=timezone(timedelta(hours=8))), datetime(2023, 8, 23, 18, 30)),  # noqa: DTZ001 -- as Excel has it
        (datetime(1900, 2, 28, tzinfo=UTC), "1900-02-28T00:00:00Z"),
        ("焊接😀", "焊接😀"),
        ("=1+1", "=1+1"),
        ("http://example.com", "http://example.com"),
        ("12", "12"),
        ("  two\nlines ", "  two\nlines "),
        ("a\x00\x1f_x0041_", "a\x00\x1f_x0041_"),
        ("<r><t>&</t></r>", "<r><t>&</t></r>"),
        ("<r></r><script>&amp;</r>", "<r></r><script>&amp;</r>"),
        ("'=1", "''=1"),
    ],
)
async def test_values_are_cells_of_the_type_that_excel_users_expect(value: Value, expected: object) -> None:
    assert await cells("before", value, "after") == ["before", expected, "after"]


async def test_none_is_an_empty_cell() -> None:
    assert await cells("before", None, "after") == ["before", "", "after"]


@pytest.mark.parametrize("text", ["x" * 40_000, "😀" * 20_000, "<r>" + "x" * 32_760 + "</r>" + "y" * 100])
async def test_text_is_cut_where_excel_cuts_it(text: str) -> None:
    [cut] = await cells(text)

    assert isinstance(cut, str)
    assert text.startswith(cut)
    assert len(cut.encode("utf-16-le")) // 2 in (32_766, 32_767)


async def test_the_header_contains_the_titles() -> None:
    table = await read(XLSX, await written(XLSX, texts("设备编码", "=B", "'=C"), [["1", "2", "3"]]))

    assert table.header == ("设备编码", "=B", "'=C")


@settings(max_examples=30)
@given(st.lists(st.tuples(*[sayable] * 8), min_size=1, max_size=20))
async def test_any_text_is_read_as_it_was_written(rows: list[tuple[str, ...]]) -> None:
    padded = [("x", *row, "y") for row in rows]

    assert shown(await read(XLSX, await written(XLSX, texts(*"abcdefghij"), padded))) == padded


async def test_values_are_read_as_the_text_that_a_spreadsheet_shows() -> None:
    values: Row = [14412.0, 12.5, True, 9007199254740993, MOMENT, datetime(2023, 8, 23, tzinfo=UTC), None, "0012"]
    columns = texts(*"abcdefgh")

    [row] = shown(await read(XLSX, await written(XLSX, columns, [values])))

    assert row == ("14412", "12.5", "true", "9007199254740993", "2023-08-23T10:00:00.123000", "2023-08-23", "", "0012")


async def test_rows_continue_in_the_next_sheet_when_one_is_full() -> None:
    pages = paged([[str(number)] for number in range(25)], page_rows=7)

    body = b"".join([piece async for piece in xlsx_writer.write(texts("编码"), pages, rows_per_sheet=10)])

    found = [sheets(body).get_sheet_by_index(number).to_python() for number in range(3)]
    assert [sheet[0] for sheet in found] == [["编码"]] * 3
    assert [cell for sheet in found for [cell] in sheet[1:]] == [str(number) for number in range(25)]


async def test_too_many_rows_are_rejected_before_anything_is_sent(tmp_path: Path) -> None:
    files = xlsx_writer.write(texts("a"), paged([["x"]] * 51), scratch=tmp_path, rows_per_sheet=10)

    with pytest.raises(TooManyRows, match="50 rows"):
        await anext(files)
    assert files_in(tmp_path) == []


async def test_no_temporary_files_are_left(tmp_path: Path) -> None:
    pieces = [piece async for piece in TableFiles(tmp_path).write(XLSX, WELDING, welding_pages(10))]

    assert pieces[0].startswith(b"PK")
    assert files_in(tmp_path) == []


async def test_no_temporary_files_are_left_when_the_client_disconnects_during_the_file(tmp_path: Path) -> None:
    file = xlsx_writer.write(WELDING, welding_pages(2000), scratch=tmp_path)
    await anext(file)
    before = files_in(tmp_path)

    await file.aclose()

    assert (len(before), files_in(tmp_path)) == (1, [])


async def test_no_temporary_files_are_left_when_the_client_disconnects_before_the_file(tmp_path: Path) -> None:
    requested = asyncio.Event()

    async def endless() -> AsyncIterator[Sequence[Row]]:
        while True:
            yield [["x"] * 16] * 100
            requested.set()

    waiting = asyncio.ensure_future(anext(xlsx_writer.write(WELDING, endless(), scratch=tmp_path)))
    await requested.wait()
    before = files_in(tmp_path)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (len(before), files_in(tmp_path)) == (1, [])


async def test_no_temporary_files_are_left_when_the_store_fails(tmp_path: Path) -> None:
    async def failing() -> AsyncIterator[Sequence[Row]]:
        yield [["x"] * 16] * 100
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await anext(xlsx_writer.write(WELDING, failing(), scratch=tmp_path))
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("rows", [2000, 10], ids=["while rows come", "while it is put together"])
async def test_a_full_disk_raises_out_of_space_and_no_temporary_files_are_left(rows: int, tmp_path: Path) -> None:
    pages = paged([["x" * 1530]] * rows)

    with small_files(FILE_BYTES_MAX), pytest.raises(OutOfSpace, match="no room"):
        await anext(xlsx_writer.write(texts("a"), pages, scratch=tmp_path))
    assert files_in(tmp_path) == []


async def test_a_missing_folder_is_not_reported_as_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await anext(xlsx_writer.write(WELDING, welding_pages(1), scratch=tmp_path / "gone"))


async def test_the_number_of_files_written_at_a_time_is_limited(tmp_path: Path) -> None:
    files = TableFiles(tmp_path)
    begun = [files.write(XLSX, WELDING, welding_pages(1)) for _ in range(WRITERS_AT_ONCE_MAX)]
    for pieces in begun:
        await anext(pieces)

    with pytest.raises(TooManyRequests):
        await anext(files.write(XLSX, WELDING, welding_pages(1)))

    await begun[0].aclose()
    assert await anext(files.write(XLSX, WELDING, welding_pages(1)))
    for pieces in begun[1:]:
        await pieces.aclose()
