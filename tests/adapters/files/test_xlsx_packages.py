"""Tests of XLSX files that are unusual but legal, of merged cells and of dates; packages are written part by part."""

import io
import struct
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.files.xlsx_program.cells import number_cell
from adapters.files.xlsx_program.number_formats import NumberFormat, number_format
from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.files.tables import CellKind, Table, TableFormat, TableRow
from tests.support.tables import read, shown

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_DOCUMENT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'


def relationships(document: str = DOCUMENT, **targets: str) -> str:
    """Return a relationships part; a keyword is an id, and its value a type and a target with a colon between."""
    found = (target.partition(":") for target in targets.values())
    entries = "".join(
        f'<Relationship Id="{name}" Type="{document}/{kind}" Target="{path}"/>'
        for name, (kind, _, path) in zip(targets, found, strict=True)
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{entries}</Relationships>'


def worksheet(rows: str, after: str = "", namespace: str = MAIN) -> str:
    return f'<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def workbook(*sheets: str, properties: str = "", namespace: str = MAIN, document: str = DOCUMENT) -> str:
    """Return a workbook part whose sheets are given as their ids, with a state after a colon."""
    entries = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="{name}"{f""" state="{state}" """ if state else ""}/>'
        for number, (name, _, state) in enumerate((each.partition(":") for each in sheets), 1)
    )
    return f'<workbook xmlns="{namespace}" xmlns:r="{document}">{properties}<sheets>{entries}</sheets></workbook>'


def parts(rows: str = "", **changed: str) -> dict[str, str | bytes]:
    """Return the parts of a package with one sheet; a keyword replaces a part, with ``__`` for a slash."""
    usual: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relationships(rId1="officeDocument:xl/workbook.xml"),
        "xl/workbook.xml": workbook("s1"),
        "xl/_rels/workbook.xml.rels": relationships(
            s1="worksheet:worksheets/sheet1.xml", s2="worksheet:worksheets/sheet2.xml", c1="chartsheet:c.xml"
        ),
        "xl/worksheets/sheet1.xml": worksheet(rows),
    }
    return usual | {f"{name.replace('__', '/')}.xml": text for name, text in changed.items()}


def packed(content: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return buffer.getvalue()


async def table_of(content: Mapping[str, str | bytes]) -> Table:
    return await read(TableFormat.XLSX, packed(content))


async def rows_of(rows: str, after: str = "", **changed: str) -> list[TableRow]:
    """Return the rows below the header a, b."""
    content = parts(**changed) | {"xl/worksheets/sheet1.xml": worksheet(HEADER + rows, after)}
    return list((await table_of(content)).rows)


def text(reference: str, value: str) -> str:
    return f'<c r="{reference}" t="str"><v>{value}</v></c>'


# --- Packages -------------------------------------------------------------------------------------------------------


async def test_strings_may_be_shared_rich_inline_or_with_phonetic_readings() -> None:
    shared = (
        f'<sst xmlns="{MAIN}"><si><t>plain</t></si>'
        "<si><r><t xml:space='preserve'>rich </t></r><r><rPr><b/></rPr><t>text</t></r></si>"
        "<si><t>焊机</t><rPh sb='0' eb='2'><t>hanji</t></rPh><phoneticPr fontId='1'/></si>"
        "<si><t xml:space='preserve'> kept </t></si><si><t>\n  trimmed\n</t></si><si/></sst>"
    )
    cells = "".join(f'<row r="{2 + index}"><c r="A{2 + index}" t="s"><v>{index}</v></c></row>' for index in range(6))
    inline = '<row r="9"><c r="A9" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c></row>'

    rows = await rows_of(cells + inline, xl__sharedStrings=shared)

    assert [row.cells[0] for row in rows] == ["plain", "rich text", "焊机", " kept ", "trimmed", "inline"]


async def test_characters_that_xml_cannot_hold_are_unescaped() -> None:
    [row] = await rows_of(f'<row r="2">{text("A2", "a_x000D_b_x005F_x000D__xD83D__xDE00_")}</row>')

    assert row.cells[0] == "a\rb_x000D_\U0001f600"


async def test_the_first_visible_worksheet_is_read_in_the_order_of_the_workbook() -> None:
    content = parts(
        xl__workbook=workbook("s1:hidden", "s1:veryHidden", "c1", "s2", "s1"), xl__worksheets__sheet2=worksheet(HEADER)
    )

    assert (await table_of(content)).header == ("a", "b")


@pytest.mark.parametrize(
    "target", ["/xl/worksheets/sheet1.xml", "../xl/./worksheets/sheet1.xml", "WORKSHEETS/Sheet1.xml"]
)
async def test_targets_may_be_absolute_relative_and_in_any_case(target: str) -> None:
    content = parts(HEADER) | {"xl/_rels/workbook.xml.rels": relationships(s1=f"worksheet:{target}")}

    assert (await table_of(content)).header == ("a", "b")


async def test_the_workbook_may_be_anywhere_in_the_package() -> None:
    content: dict[str, str | bytes] = {
        "_rels/.rels": relationships(x="officeDocument:/book%20one/main.xml"),
        "book one/main.xml": workbook("s"),
        "book one/_rels/main.xml.rels": relationships(s="worksheet:/data/1.xml"),
        "data/1.xml": worksheet(HEADER),
    }

    assert (await table_of(content)).header == ("a", "b")


async def test_part_names_with_backslashes_are_read() -> None:
    body = packed(parts(HEADER)).replace(b"xl/worksheets/sheet1.xml", b"xl\\worksheets\\sheet1.xml")

    assert (await read(TableFormat.XLSX, body)).header == ("a", "b")


async def test_strict_namespaces_and_iso_dates_are_read() -> None:
    rows = (
        f'{HEADER}<row r="2"><c r="A2" t="d"><v>2023-08-23</v></c><c r="B2" t="d"><v>2023-08-23T10:00:00</v></c></row>'
    )
    content = {
        "_rels/.rels": relationships(STRICT_DOCUMENT, r="officeDocument:xl/workbook.xml"),
        "xl/workbook.xml": workbook("s", namespace=STRICT_MAIN, document=STRICT_DOCUMENT),
        "xl/_rels/workbook.xml.rels": relationships(STRICT_DOCUMENT, s="worksheet:s.xml"),
        "xl/s.xml": worksheet(rows, namespace=STRICT_MAIN),
    }

    [row] = (await table_of(content)).rows

    assert row.cells == ("2023-08-23", "2023-08-23T10:00:00")
    assert row.kinds == {0: CellKind.DATE, 1: CellKind.DATE}


async def test_prefixes_comments_and_extensions_do_not_matter() -> None:
    sheet = (
        f'<?xml version="1.0"?><!-- x --><x:worksheet xmlns:x="{MAIN}" xmlns:y="urn:other"><x:sheetData><x:row>'
        '<x:c t="str"><x:v>o<!-- no -->n<![CDATA[e]]></x:v><y:v>9</y:v></x:c></x:row></x:sheetData>'
        '<x:extLst><x:ext><y:c r="B1"><y:v>1</y:v></y:c></x:ext></x:extLst></x:worksheet>'
    )

    assert (await table_of(parts(xl__worksheets__sheet1=sheet))).header == ("one",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
async def test_xml_may_have_a_byte_order_mark(encoding: str) -> None:
    sheet = worksheet('<row><c t="str"><v>焊机</v></c></row>').encode(encoding)

    assert (await table_of(parts() | {"xl/worksheets/sheet1.xml": sheet})).header == ("焊机",)


async def test_an_archive_that_was_streamed_is_read() -> None:
    """Its local headers lack the sizes, which follow in data descriptors."""

    class Stream(io.RawIOBase):
        written = b""

        def writable(self) -> bool:
            return True

        def write(self, chunk: bytes) -> int:  # type: ignore[override]
            Stream.written += bytes(chunk)
            return len(chunk)

    with zipfile.ZipFile(Stream(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts(HEADER).items():
            archive.writestr(name, part)

    assert struct.unpack("<H", Stream.written[6:8])[0] & 0x08
    assert (await read(TableFormat.XLSX, Stream.written)).header == ("a", "b")


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (parts(HEADER) | {"XL/Workbook.xml": workbook("s1")}, "a part occurs twice"),
        (
            parts(HEADER) | {"xl/_rels/workbook.xml.rels": relationships(s1="worksheet:gone.xml")},
            "no part /xl/gone.xml",
        ),
        (parts(HEADER) | {"_rels/.rels": relationships(r="officeDocument:xl/w.bin"), "xl/w.bin": b""}, "XLSB"),
        (parts('<row><c t="s"><v>7</v></c></row>'), "no shared string 7"),
        (parts('<row><c t="s"><v>x</v></c></row>'), "x is not an integer"),
        (parts('<row r="2"><c r="A3"><v>1</v></c></row>'), "in the wrong place"),
        (parts('<row r="2"><c r="B2"><v>1</v></c><c r="B2"><v>2</v></c></row>'), "in the wrong place"),
        (parts('<row r="2"/><row r="2"/>'), "must ascend"),
        (parts('<row r="2"><c r="2B"><v>1</v></c></row>'), "2B is not a cell"),
        (parts(xl__workbook=workbook("s1:hidden")), "no visible worksheet"),
    ],
)
async def test_a_broken_package_is_rejected_with_its_reason(content: dict[str, str | bytes], detail: str) -> None:
    with pytest.raises(InvalidValue, match=detail):
        await table_of(content)


# --- Merged cells ---------------------------------------------------------------------------------------------------


def merged(*ranges: str) -> str:
    return f"<mergeCells>{''.join(f'<mergeCell ref={chr(34)}{each}{chr(34)}/>' for each in ranges)}</mergeCells>"


def numbered(first: int, last: int, second: Mapping[int, str]) -> str:
    """Return rows with a code in column A, and in some of them a value in column B."""
    return "".join(
        f'<row r="{row}">{text(f"A{row}", f"M{row}")}{text(f"B{row}", second[row]) if row in second else ""}</row>'
        for row in range(first, last + 1)
    )


async def test_cells_merged_downwards_have_the_value_in_every_row_that_has_a_cell() -> None:
    rows = await rows_of(numbered(2, 6, {2: "班组一", 6: "班组二"}), merged("B2:B4", "B6:B100"))

    assert [row.cells for row in rows] == [
        ("M2", "班组一"),
        ("M3", "班组一"),
        ("M4", "班组一"),
        ("M5", ""),
        ("M6", "班组二"),
    ]
    assert not any(row.errors for row in rows)


async def test_an_error_in_merged_cells_is_the_error_of_every_row() -> None:
    cells = (
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>'
    )

    rows = await rows_of(cells, merged("B2:B3"))

    assert ["#N/A" in row.errors[1] for row in rows] == [True, True]


@pytest.mark.parametrize(
    ("reference", "doubtful"),
    [("A2:B2", {(2, 1)}), ("A2:B3", {(2, 1), (3, 0), (3, 1)}), ("B1:B2", {(2, 1)}), ("A3:XFD3", {(3, 1)})],
)
async def test_cells_merged_otherwise_are_errors_that_name_the_range(
    reference: str, doubtful: set[tuple[int, int]]
) -> None:
    rows = await rows_of(numbered(2, 3, {}), merged(reference))

    assert {(row.number, index) for row in rows for index in row.errors} == doubtful
    assert {error for row in rows for error in row.errors.values()} == {
        f"belongs to the merged cells {reference}; unmerge them and fill in every cell"
    }


async def test_a_value_that_merged_cells_hide_is_an_error() -> None:
    rows = await rows_of(numbered(2, 3, {2: "shown", 3: "hidden"}), merged("B2:B3"))

    assert [list(row.errors) for row in rows] == [[], [1]]


async def test_a_merged_title_is_read_as_the_header() -> None:
    title = f'<row r="1">{text("A1", "台账")}</row><row r="2">{text("A2", "a")}{text("B2", "b")}</row>'

    table = await table_of(parts() | {"xl/worksheets/sheet1.xml": worksheet(title, merged("A1:B1"))})

    assert (table.header_row, table.header) == (1, ("台账",))


async def test_merged_cells_without_a_value_and_beyond_the_table_are_ignored() -> None:
    rows = await rows_of(numbered(2, 2, {2: "x"}), merged("B3:B9", "D2:D4", "C2:F2"))

    assert [(row.cells, dict(row.errors)) for row in rows] == [(("M2", "x"), {})]


async def test_a_merged_range_does_not_multiply_the_text_of_a_file() -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(3, 5000))
    first = f'<row r="2"><c r="A2"><v>1</v></c>{text("B2", "x" * 4096)}</row>'

    with pytest.raises(InvalidValue, match="characters"):
        await rows_of(first + cells, merged("B2:B5000"))


# --- Numbers and dates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown_as"),
    [
        ("14412000006", "14412000006"),
        ("14412000006.0", "14412000006"),
        ("1.4412000006E+10", "14412000006"),
        ("999999999999999", "999999999999999"),
        ("-3", "-3"),
        ("-0.0", "0"),
        ("0.30000000000000004", "0.3"),
        ("1.5", "1.5"),
    ],
)
def test_a_number_is_read_as_a_spreadsheet_shows_it(value: str, shown_as: str) -> None:
    assert number_cell(value, NumberFormat(), is_1904=False) == (shown_as, None, None)


@pytest.mark.parametrize("value", ["1E+15", "123456789012345678", "-1E+300", "inf", "nan", "1E-9", "0x1", ""])
def test_a_number_whose_text_is_in_doubt_is_an_error(value: str) -> None:
    assert number_cell(value, NumberFormat(), is_1904=False).error


def test_leading_zeros_that_the_format_shows_are_read() -> None:
    assert number_cell("12", number_format(164, "00000"), is_1904=False).text == "00012"


@pytest.mark.parametrize(
    ("number", "code", "kind"),
    [
        (0, None, None),
        (2, None, None),
        (9, None, None),
        (14, None, "date"),
        (22, None, "date"),
        (31, None, "date"),
        (57, None, "date"),
        (20, None, "time"),
        (46, None, "time"),
        (164, "General", None),
        (164, "0.00E+00", None),
        (164, '0.0" days"', None),
        (164, "[Red]-0;\\d0", None),
        (164, "#,##0.00_ ;[Red]-#,##0.00\\ ", None),
        (164, "¥#,##0", None),
        (164, "@", None),
        (164, "yyyy-mm-dd", "date"),
        (164, 'yyyy"年"m"月"d"日"', "date"),
        (164, "yyyy年m月d日", "date"),
        (164, "[$-804]aaaa", "date"),
        (164, '[DBNum1][$-804]m"月"d"日"', "date"),
        (164, "mmm-yy", "date"),
        (164, "m/d/yy h:mm", "date"),
        (164, "[h]:mm:ss", "time"),
        (164, "h:mm AM/PM", "time"),
        (164, '上午/下午h"时"mm"分"', "time"),
        (14, 'yyyy"-"mm', "date"),
    ],
)
def test_a_number_format_shows_days_times_or_numbers(number: int, code: str | None, kind: str | None) -> None:
    assert number_format(number, code).kind == kind


@given(st.dates(min_value=date(1904, 1, 2)))
def test_a_day_is_the_same_in_both_date_systems(day: date) -> None:
    shown_as = NumberFormat("date")
    since_1900 = str((day - date(1899, 12, 30)).days)
    since_1904 = str((day - date(1904, 1, 1)).days)

    assert number_cell(since_1900, shown_as, is_1904=False) == (day.isoformat(), None, "date")
    assert number_cell(since_1904, shown_as, is_1904=True) == (day.isoformat(), None, "date")


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(1900, 2, 28)))
def test_the_first_days_of_1900_are_read_as_excel_shows_them(day: date) -> None:
    serial = str((day - date(1899, 12, 31)).days)

    assert number_cell(serial, NumberFormat("date"), is_1904=False).text == day.isoformat()


@pytest.mark.parametrize("serial", ["60", "60.5", "0", "0.25", "-1", "3000000", "999999999999"])
def test_a_serial_that_is_not_a_day_is_an_error(serial: str) -> None:
    assert number_cell(serial, NumberFormat("date"), is_1904=False).error == "is not a day of the calendar"


def test_times_keep_milliseconds() -> None:
    moment = 45161 + timedelta(hours=10, milliseconds=123) / timedelta(days=1)

    assert number_cell(repr(moment), NumberFormat("date"), is_1904=False).text == "2023-08-23T10:00:00.123000"
    assert number_cell("1.5", NumberFormat("time"), is_1904=False) == ("1 day, 12:00:00", None, "time")


async def test_dates_zeros_and_booleans_of_a_workbook_of_1904_are_read() -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
        '<numFmt numFmtId="165" formatCode="00000"/></numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="0"/></cellXfs></styleSheet>'
    )
    cells = (
        '<c r="A2"><v>1</v></c><c r="B2" s="1"><v>12</v></c>',
        '<c r="A3" s="2"><v>1</v></c><c r="B3" t="b"><v>1</v></c>',
    )

    rows = await rows_of(
        f'<row r="2">{cells[0]}</row><row r="3">{cells[1]}</row>',
        xl__styles=styles,
        xl__workbook=workbook("s1", properties='<workbookPr date1904="1"/>'),
    )

    assert [row.cells for row in rows] == [("1904-01-02", "00012"), ("1", "true")]
    assert [dict(row.kinds) for row in rows] == [{0: CellKind.DATE}, {1: CellKind.BOOLEAN}]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(2, 7), st.integers(0, 3), st.integers(2, 7), st.integers(0, 3)), max_size=3))
async def test_no_merged_cell_is_read_as_empty(ranges: list[tuple[int, int, int, int]]) -> None:
    """Every covered cell has a value or an error; here each has a hidden value, which is an error."""
    references = [f"{'ABCD'[min(c1, c2)]}{min(r1, r2)}:{'ABCD'[max(c1, c2)]}{max(r1, r2)}" for r1, c1, r2, c2 in ranges]
    grid = "".join(
        f'<row r="{row}">{"".join(text(f"{letter}{row}", f"{letter}{row}") for letter in "ABCD")}</row>'
        for row in range(1, 8)
    )

    table = await table_of(parts() | {"xl/worksheets/sheet1.xml": worksheet(grid, merged(*references))})

    covered = {
        (row, column)
        for r1, c1, r2, c2 in ranges
        for row in range(min(r1, r2), max(r1, r2) + 1)
        for column in range(min(c1, c2), max(c1, c2) + 1)
        if (row, column) != (min(r1, r2), min(c1, c2))
    }
    assert shown(table)
    assert {(row.number, index) for row in table.rows for index in row.errors} == covered
