"""CSV files, written and read."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files.table_files import TableFiles
from arcbeat.domain.errors import InvalidValue, UnsupportedMediaType
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
        ("a\n1\n".encode("utf-16")[:-1], "row 2", "UTF-16"),
        ("a\n1\n".encode("utf-16-le"), "row 1, column 1", "null character"),
        ("设备,名称\n".encode()[:-2] + b"\xff\n", "row 1", "UTF-8"),
        ("Gerät,Größe\n".encode("latin-1"), "row 1", "save it as CSV UTF-8"),
        ("device_code\n焊机\n".encode("gb18030"), "row 2", "charset=gb18030"),
        ("設備編號\n".encode("big5"), "row 1", "UTF-8"),
        (b"sep=x\na\n", "row 1", "names the separator x"),
        (b'a,b\n1,"2\n3,4\n', "row 2", "not CSV"),
        (b'a,b\n"1"x,2\n', "row 2", "not CSV"),
        (b"a,b\n1,x\x00y\n", "row 2, column 2", "null character"),
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


@pytest.mark.parametrize(
    ("cell", "detail"),
    [
        ("#N/A", "is the error value #N/A"),
        ("#DIV/0!", "is the error value #DIV/0!"),
        ("Err:502", "is the error value Err:502"),
        ("########", "too narrow"),
        ("=A1+1", "is a formula"),
        ("x,y", "has more cells than the 1"),
    ],
)
async def test_a_doubtful_cell_is_an_error_of_its_cell(cell: str, detail: str) -> None:
    [row] = (await read(CSV, f"a\n{cell}\n".encode())).rows

    assert [detail in each for each in row.errors.values()] == [True]


@pytest.mark.parametrize("cell", ["#1", "#", "E5", "Err", "N/A", '="00012"', "'=1+1", "-5", "NULL"])
async def test_a_cell_that_only_resembles_an_error_is_read(cell: str) -> None:
    [row] = (await read(CSV, f"a\n{cell}\n".encode())).rows

    assert (row.cells, dict(row.errors)) == ((cell.replace('="00012"', "00012").removeprefix("'"),), {})


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u00a0", "\u200b", "\ufeff", "\t", ""])
@pytest.mark.parametrize("delimiter", [",", ";"])
async def test_a_row_of_blanks_is_skipped_and_counted(blank: str, delimiter: str) -> None:
    row = delimiter.join([blank] * 3)

    table = await read(
        CSV, f"{row}\na{delimiter}b{delimiter}c\n{row}\n1{delimiter}2{delimiter}{blank}\n{row}\n".encode()
    )

    assert (table.header_row, table.header) == (2, ("a", "b", "c"))
    assert [(each.number, each.cells[:2], dict(each.errors)) for each in table.rows] == [(4, ("1", "2"), {})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line", ["sep={}", "SEP={}", '"sep={}"', "sep={}{}{}"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_a_line_that_names_the_separator_is_not_a_row(delimiter: str, line: str, end: str) -> None:
    head = line.replace("{}", delimiter)

    table = await read(CSV, f"{head}{end}a{delimiter}b{end}1{delimiter}2{end}".encode())

    assert (table.header_row, table.header, shown(table)) == (1, ("a", "b"), [("1", "2")])


async def test_the_separator_that_a_file_names_wins_over_the_one_that_it_seems_to_have() -> None:
    table = await read(CSV, b"sep=;\na,b,c;d\n1,2,3;4\n")

    assert (table.header, shown(table)) == (("a,b,c", "d"), [("1,2,3", "4")])


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", "\ufeff"), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff"), ("utf-32", "")],
)
async def test_a_byte_order_mark_decides_the_encoding(encoding: str, mark: str) -> None:
    table = await read(CSV, f"{mark}device_code\t名称\r\n14412\t焊机\r\n".encode(encoding))

    assert (table.header, shown(table)) == (("device_code", "名称"), [("14412", "焊机")])


@pytest.mark.parametrize("charset", ["gb18030", "GBK", "gb2312"])
async def test_a_declared_charset_is_used(charset: str) -> None:
    table = await TableFiles().read(f"text/csv; charset={charset}", stream("device_code\n焊机\n".encode("gb18030")))

    assert shown(table) == [("焊机",)]


@pytest.mark.parametrize(
    ("charset", "body", "detail"),
    [
        ("utf-8", "设备\n".encode("gb18030"), "is not UTF-8"),
        ("gb18030", "\ufeff设备\n".encode(), "byte order mark of UTF-8"),
        ("utf-16", "设备\n".encode("utf-16-le"), "no byte order mark"),
        ("gb18030", b"a\n\xff\xff\n", "is not GB 18030"),
    ],
)
async def test_a_file_that_contradicts_its_charset_is_rejected(charset: str, body: bytes, detail: str) -> None:
    with pytest.raises(InvalidValue, match=detail):
        await TableFiles().read(f"text/csv; charset={charset}", stream(body))


async def test_an_unknown_charset_is_not_supported() -> None:
    with pytest.raises(UnsupportedMediaType, match="utf-8, utf8, us-ascii, utf-16, gb18030, gbk, gb2312"):
        await TableFiles().read("text/csv; charset=latin1", stream(b"a\n"))


async def stream(body: bytes) -> AsyncIterator[bytes]:
    yield body


@given(
    st.lists(
        st.text(st.characters(codec="gb2312", exclude_characters=',;|"'), min_size=1, max_size=8),
        min_size=1,
        max_size=5,
    )
)
async def test_what_is_read_as_gb_18030_is_what_was_written(cells: list[str]) -> None:
    """A file without a Chinese header is never read as GB 18030 by chance."""
    text = "\r\n".join(["设备编码", *(f"x{cell.strip()}" for cell in cells if cell.isprintable())])

    table = await read(CSV, text.encode("gb18030"))

    assert shown(table) == [(row,) for row in text.split("\r\n")[1:]]
