"""CSV files, written and read."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.files.tables import TableColumn, TableFormat
from arcbeat.domain.schema.columns import ColumnType, Value
from tests.support.tables import MOMENT, read, shown, texts, written

CSV = TableFormat.CSV


async def cell(value: Value) -> str:
    """Return what a value is written as, in a row after another column."""
    written_file = await written(CSV, texts("a", "b"), [["x", value]])
    return written_file.decode("utf-8-sig").removeprefix("a,b\r\nx,").removesuffix("\r\n")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (9007199254740993, "9007199254740993"),
        (-5, "-5"),
        (0.1, "0.1"),
        (-220.0, "-220.0"),
        (1e300, "1e+300"),
        (MOMENT, "2023-08-23T10:00:00.123000Z"),
        (datetime(2023, 8, 23, 18, tzinfo=timezone(timedelta(hours=8))), "2023-08-23T18:00:00+08:00"),
        ("焊接😀", "焊接😀"),
        ('a "b", c', '"a ""b"", c"'),
        ("two\r\nlines", '"two\r\nlines"'),
        ("=1+1", "'=1+1"),
        ("-5", "'-5"),
    ],
)
async def test_values_are_written_as_spreadsheets_and_programs_read_them(value: Value, expected: str) -> None:
    assert await cell(value) == expected


async def test_a_file_begins_with_a_byte_order_mark_and_the_titles() -> None:
    assert await written(CSV, texts("设备编码", "=B"), []) == "\ufeff设备编码,'=B\r\n".encode()


@given(st.lists(st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\x00"))] * 2), max_size=5))
async def test_any_text_is_read_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    table = await read(CSV, await written(CSV, texts("a", "b", "c", "d"), [("x", *row, "y") for row in rows]))

    assert shown(table) == [("x", *row, "y") for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_files_written_by_spreadsheets_are_read(encoding: str, delimiter: str, end: str) -> None:
    lines = [["设备编码", "班组, 或; 组", "备注"], ["14412T0006", "班组一", "1,5; 2,5"]]
    body = end.join(delimiter.join(f'"{each}"' for each in line) for line in lines).encode(encoding)

    table = await read(CSV, body)

    assert (table.header, shown(table)) == (tuple(lines[0]), [tuple(lines[1])])


async def test_rows_are_counted_as_a_spreadsheet_shows_them() -> None:
    table = await read(CSV, b'a,b\n\n1,"two\nlines"\n,,\n2\n')

    assert [(row.number, row.cells) for row in table.rows] == [(3, ("1", "two\nlines")), (5, ("2", ""))]


@pytest.mark.parametrize(
    ("body", "position", "detail"),
    [
        (b"", "", "is empty"),
        (b"\xef\xbb\xbf\r\n,,\r\n", "", "is empty"),
        (b"a,b\n1,2\n\xff\xff,3\n", "row 3", "UTF-8"),
        ("a\n1\n".encode("utf-16"), "row 1", "UTF-8"),
        (b'a,b\n1,"2\n3,4\n', "row 2", "not CSV"),
        (b'a,b\n"1"x,2\n', "row 2", "not CSV"),
        (b"a,b\n1,x\x00y\n", "row 2, column 2", "null character"),
        (b"a,b\n1,2,3\n", "row 2", "more cells than the 2"),
        (b"a,,c\n1,2,3\n", "row 1, column 2", "no name"),
        (b"a,b,a\n1,2,3\n", "row 1, column 3", "as an earlier column"),
        (b"a\n" + b"x" * 5000 + b"\n", "row 2, column 1", "4096 characters"),
        (b"a\n" + b"x" * 500_000, "row 2", "not CSV"),
        (b"x," * 400_000, "row 1", "200 columns"),
        (b"a\n" + b"x," * 500_000, "row 2", "819200 characters"),
        (b",".join(b"c%d" % number for number in range(300)), "row 1", "200 columns"),
        (b"a\n" * 2 + b"x\n" * 20_000, "row 20002", "20000 rows"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xff\xff", "row 1", "UTF-8"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else None,
)
async def test_errors_are_reported_with_row_and_column(body: bytes, position: str, detail: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        await read(CSV, body)

    [error] = caught.value.violations
    assert error.field == position
    assert detail in error.detail


async def test_a_file_at_all_limits_is_read() -> None:
    header = ",".join(f"c{number}" for number in range(200))
    row = "x" * 4096
    body = f"{header}\n" + f"{row}\n" * 100 + "x\n" * 19_900

    table = await read(CSV, body.encode())

    assert (len(table.header), len(table.rows), len(table.rows[0].cells[0])) == (200, 20_000, 4096)


async def test_a_bigint_keeps_its_digits() -> None:
    columns = [TableColumn("pulses", "脉冲数", ColumnType.BIGINT)]

    table = await read(CSV, await written(CSV, columns, [[9007199254740993], [None], [-(2**63)]]))

    assert shown(table) == [("9007199254740993",), ("-9223372036854775808",)]


@given(st.floats(allow_nan=False, allow_infinity=False))
async def test_any_number_is_read_as_it_was_written(number: float) -> None:
    assert float(await cell(number)) == number


async def test_a_timestamp_is_read_as_it_was_written() -> None:
    assert datetime.fromisoformat(await cell(MOMENT)) == MOMENT.astimezone(UTC)
