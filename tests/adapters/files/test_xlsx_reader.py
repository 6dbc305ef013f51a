"""Malicious and malformed XLSX files."""

import io
import zipfile
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.files.tables import TableFormat
from tests.support.tables import NAMESPACE, SHEET, read, shown, texts, written, xlsx

XLSX = TableFormat.XLSX
MIB = 2**20
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
SHARED = '<c t="s"><v>0</v></c>'


async def rejection(body: bytes) -> tuple[str, str]:
    """Return where and why a file is rejected."""
    with pytest.raises(InvalidValue) as caught:
        await read(XLSX, body)
    [error] = caught.value.violations
    return error.field, error.detail


def with_sizes_forged(body: bytes, name: str, size: int) -> bytes:
    """Return the archive with another size for a part, in the directory and in the header of the part."""
    forged = bytearray(body)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        part, start = archive.getinfo(name), archive.start_dir
    offset = body.index(name.encode(), start)
    forged[offset - 22 : offset - 18] = size.to_bytes(4, "little")
    forged[part.header_offset + 22 : part.header_offset + 26] = size.to_bytes(4, "little")
    return bytes(forged)


async def test_a_zip_bomb_is_rejected_by_its_directory() -> None:
    body = await xlsx(parts={"xl/media/image1.bin": b"\0" * (100 * MIB)})

    assert len(body) < MIB // 4
    assert "when unpacked" in (await rejection(body))[1]


async def test_a_zip_bomb_with_a_forged_directory_is_rejected() -> None:
    text = "x" * (120 * MIB)
    shared = f"<sst {NAMESPACE}><si><t>{text}</t></si></sst>".encode()
    body = with_sizes_forged(await xlsx(parts={"xl/sharedStrings.xml": shared}), "xl/sharedStrings.xml", 1000)

    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert sum(part.file_size for part in archive.infolist()) < MIB
    assert (await rejection(body))[1]


async def test_too_many_parts_are_rejected() -> None:
    body = await xlsx(parts={f"xl/media/{number}": b"" for number in range(300)})

    assert "256 parts" in (await rejection(body))[1]


async def test_two_distant_cells_do_not_allocate_the_cells_between_them() -> None:
    body = await xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')

    with capture_logs() as logs:
        assert "20000 rows" in (await rejection(body))[1]
    assert logs == []


async def test_a_part_that_needs_too_much_memory_is_rejected_and_logged() -> None:
    escapes = "_x4E00_" * (6 * MIB)
    shared = f"<sst {NAMESPACE}><si><t>{escapes}</t></si></sst>".encode()

    with capture_logs() as logs:
        assert "memory" in (await rejection(await xlsx(parts={"xl/sharedStrings.xml": shared})))[1]
    assert [line["event"] for line in logs] == ["xlsx_reader_failed"]


async def test_a_long_shared_string_does_not_exceed_the_memory_limit() -> None:
    shared = f"<sst {NAMESPACE}><si><t>{'x' * 4096}</t></si></sst>".encode()

    few, many, most = [
        await xlsx(f"<row>{SHARED * columns}</row>" * rows, {"xl/sharedStrings.xml": shared})
        for columns, rows in ((1, 100), (1, 20_000), (200, 10_000))
    ]

    assert len((await read(XLSX, few)).rows) == 99
    assert "characters" in (await rejection(many))[1]
    assert "characters" in (await rejection(most))[1]


async def test_entities_are_not_resolved() -> None:
    document = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>'
    sheet = f"{document}<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>"

    assert "not an XLSX file" in (await rejection(await xlsx(parts={SHEET: sheet.encode()})))[1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"PK",
        "设备编码,班组\r\n1,2\r\n".encode(),
        b"<html></html>",
        b"PK\x05\x06" + b"\0" * 18,
        bytes(range(256)) * 100,
    ],
    ids=["empty", "two bytes", "csv", "html", "an empty archive", "noise"],
)
async def test_a_file_that_is_not_xlsx_is_rejected(body: bytes) -> None:
    assert await rejection(body) == ("", "is not an XLSX file")


async def test_a_truncated_file_is_rejected() -> None:
    body = await written(XLSX, texts("a"), [["x"]] * 100)

    for end in range(0, len(body), len(body) // 20):
        assert await rejection(body[:end]) == ("", "is not an XLSX file")


async def test_a_file_with_a_wrong_byte_is_read_or_rejected() -> None:
    body = await written(XLSX, texts("a"), [["x"]] * 100)

    for offset in range(0, len(body), len(body) // 40):
        broken = bytearray(body)
        broken[offset] ^= 0xFF
        with suppress(InvalidValue):
            await read(XLSX, bytes(broken))


@pytest.mark.parametrize(
    ("part", "content", "detail"),
    [
        (SHEET, b"<worksheet><sheetData><row", "not an XLSX file"),
        (SHEET, b"", "not an XLSX file"),
        ("xl/vbaProject.bin", b"macros", "macros"),
        ("xl/workbook.xml", f"<workbook {NAMESPACE}><sheets/></workbook>".encode(), "no visible worksheet"),
    ],
)
async def test_malformed_parts_are_rejected(part: str, content: bytes, detail: str) -> None:
    assert detail in (await rejection(await xlsx(parts={part: content})))[1]


async def test_an_xls_file_or_one_with_a_password_is_rejected_with_advice() -> None:
    assert "password" in (await rejection(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1000))[1]


@pytest.mark.parametrize(
    ("cell", "position", "detail"),
    [
        ('<c r="ALL2"><v>1</v></c>', "", "200 columns"),
        ('<c r="A30000"><v>1</v></c>', "", "20000 rows"),
        ('<c r="A2" t="inlineStr"><is><t>a_x0000_b</t></is></c>', "row 2, column 1", "null character"),
        (f'<c r="A2" t="inlineStr"><is><t>{"x" * 5000}</t></is></c>', "row 2, column 1", "4096 characters"),
    ],
)
async def test_invalid_cells_are_reported_with_row_and_column(cell: str, position: str, detail: str) -> None:
    found, text = await rejection(await xlsx(f"{HEADER}<row>{cell}</row>"))

    assert (found, detail in text) == (position, True)


async def test_an_empty_sheet_is_rejected() -> None:
    assert await rejection(await xlsx("")) == ("", "is empty")


async def test_rows_have_the_numbers_that_the_spreadsheet_shows() -> None:
    rows = '<row r="3"><c r="A3" t="str"><v>a</v></c></row><row r="7"><c r="A7" t="str"><v>\'=x</v></c></row>'

    table = await read(XLSX, await xlsx(rows))

    assert [(row.number, row.cells) for row in table.rows] == [(7, ("=x",))]


async def test_rows_and_columns_count_from_the_start_of_the_sheet() -> None:
    body = await xlsx('<row r="3"><c r="B3" t="str"><v>a</v></c></row>')

    assert await rejection(body) == ("row 3, column 1", "has no name")


@pytest.mark.parametrize(
    ("cell", "index", "detail"),
    [
        ('<c r="A2"><v>1.23456789012346E+17</v></c>', 0, "15 digits"),
        ('<c r="A2"><v>1E-7</v></c>', 0, "scientific notation"),
        ('<c r="A2"><v>x</v></c>', 0, "is not a number"),
        ('<c r="A2"><v>nan</v></c>', 0, "15 digits"),
        ('<c r="C2"><v>1</v></c>', 1, "more cells than the 1"),
        ('<c r="A2" t="e"><v>#N/A</v></c>', 0, "is the error value #N/A"),
        ('<c r="A2" t="e"><f>A1/0</f><v>#DIV/0!</v></c>', 0, "is the error value #DIV/0!"),
        ('<c r="A2" t="s"><v>0</v></c>', 0, "is the error value #REF!"),
        ('<c r="A2"><f>B1</f></c>', 0, "formula without a result"),
        ('<c r="A2"><f t="shared" si="0"/><v/></c>', 0, "formula without a result"),
        ('<c r="A2" t="z"><v>1</v></c>', 0, "unknown type z"),
        ('<c r="A2" t="b"><v>maybe</v></c>', 0, "unknown type b"),
        ('<c r="A2" t="d"><v>yesterday</v></c>', 0, "not a date of ISO 8601"),
    ],
)
async def test_a_doubtful_cell_is_an_error_of_its_cell(cell: str, index: int, detail: str) -> None:
    shared = {"xl/sharedStrings.xml": f"<sst {NAMESPACE}><si><t>#REF!</t></si></sst>".encode()}

    [row] = (await read(XLSX, await xlsx(f'{HEADER}<row r="2">{cell}</row>', shared))).rows

    assert list(row.errors) == [index]
    assert detail in row.errors[index]


async def test_styled_cells_without_a_value_are_empty() -> None:
    cells = '<c r="A2"/><c r="XFD2" s="1"/>'

    assert shown(await read(XLSX, await xlsx(f'{HEADER}<row r="2">{cells}</row><row r="1048576" s="1"/>'))) == []
