"""Tests of planning the import of a file of devices."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.api.contract.bundle import load_contract
from arcbeat.api.validation import BoundedValidator
from arcbeat.domain.devices.columns import CODE, FACT_COLUMNS, TITLES, InvalidCell, check_new_code
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfo
from arcbeat.domain.devices.imports import CellChange, CellError, EmptyCells, ImportPlan, PlannedRow, RowOutcome
from arcbeat.domain.devices.planning import plan_import
from arcbeat.domain.devices.table import DeviceTable
from arcbeat.domain.errors import ImportRejected, InvalidValue
from arcbeat.domain.files.tables import CellKind, Table, TableRow

SPELLINGS = frozenset({"welding", "焊机", "cutting"})
CODE_SCHEMA = BoundedValidator(load_contract()["components"]["schemas"]["DeviceCreate"]["properties"]["device_code"])
KNOWN = DeviceFacts(
    device_name="known",
    device_type="unknown-type",
    production_date=date(2020, 2, 29),
    team_name="班组一",
    is_locked=True,
    description="",
)


def device(code: str, facts: DeviceFacts = KNOWN) -> DeviceInfo:
    return DeviceInfo(id=1, device_code=code, facts=facts, type_code=None, created_at=None, updated_at=None)


def table(header: Iterable[str], *rows: Iterable[str]) -> DeviceTable:
    return DeviceTable.of(Table(tuple(header), tuple(TableRow(at, tuple(row)) for at, row in enumerate(rows, 2))))


def planned(
    cells: Mapping[str, str], *known: DeviceInfo, empty_cells: EmptyCells = EmptyCells.KEEP, **row: Any
) -> PlannedRow:
    """Return the plan of one row; ``row`` has the row's errors and kinds by index."""
    read = Table(tuple(cells), (TableRow(2, tuple(cells.values()), **row),))
    [planned_row] = plan_import(DeviceTable.of(read), known, SPELLINGS, empty_cells).rows
    return planned_row


def errors(plan: ImportPlan) -> dict[int, list[CellError]]:
    return {row.number: list(row.errors) for row in plan.rows if row.errors}


@pytest.mark.parametrize("column", TITLES)
def test_a_header_matches_a_name_or_a_title_in_any_case_and_with_any_spaces(column: str) -> None:
    title = TITLES[column]

    wide = f"\ufeff{''.join(chr(ord(each) + 0xFEE0) if '!' <= each <= '~' else each for each in title.en)}\u200b\u3000"
    for text in (column, title.zh, title.en, title.en.upper(), f" {title.en.replace(' ', '')} ", column.title(), wide):
        header = [text] if column == CODE else [CODE, text]
        names = {each.name for each in table(header).columns.values()}
        assert names == ({column} - {CODE})


@pytest.mark.parametrize(
    ("header", "errors"),
    [
        (
            ["colour"],
            [
                ("header, column 1", f"colour is not a column of a device: {', '.join(TITLES)}"),
                ("header", "device_code is missing"),
            ],
        ),
        (
            ["Device code", "设备编码"],
            [
                ("header, column 1", "Device code means device_code, which appears 2 times"),
                ("header, column 2", "设备编码 means device_code, which appears 2 times"),
            ],
        ),
        ([], [("header", "device_code is missing")]),
    ],
)
def test_every_error_of_a_header_is_listed(header: list[str], errors: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidValue) as caught:
        table(header)

    assert [(each.field, each.detail) for each in caught.value.violations] == errors
    assert str(caught.value).startswith("Row 1 was read as the header, because it is the first row that is not empty")


def test_the_error_of_a_title_above_the_header_names_the_row_of_the_header() -> None:
    cells = [("台账",), ("设备编码",), ("T-1",)]
    rows = tuple(TableRow(number, each, {1: "has no header"}) for number, each in enumerate(cells, 4))

    with pytest.raises(InvalidValue) as caught:
        DeviceTable.of(Table(cells[0], rows[1:], 4))

    assert "Row 4 was read as the header" in str(caught.value)
    assert str(caught.value).endswith("Row 5 looks like the header: delete the rows above it.")


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("production_date", "2023-08-23", date(2023, 8, 23)),
        ("production_date", "2023/8/3", date(2023, 8, 3)),
        ("production_date", " 2023/08/03 ", date(2023, 8, 3)),
        ("production_date", "2023-08-23T00:00:00", date(2023, 8, 23)),
        ("production_date", "2023-8-23", date(2023, 8, 23)),
        ("production_date", "20230823", date(2023, 8, 23)),
        ("production_date", "2023/8/23 0:00", date(2023, 8, 23)),
        ("production_date", "2023/8/23 00:00:00.000", date(2023, 8, 23)),
        ("production_date", "2023.8.23", date(2023, 8, 23)),
        ("production_date", "2023年8月23日", date(2023, 8, 23)),
        ("production_date", "2023 年 8 月 23 号", date(2023, 8, 23)),
        ("production_date", "２０２３年８月２３日", date(2023, 8, 23)),
        ("production_date", "\u30002023-08-23\u00a0", date(2023, 8, 23)),
        ("production_date", " \u3000", None),
        ("is_locked", "１", True),
        ("production_date", "", None),
        ("is_locked", "是", True),
        ("is_locked", "Yes", True),
        ("is_locked", "TRUE", True),
        ("is_locked", "1", True),
        ("is_locked", "否", False),
        ("is_locked", "no", False),
        ("is_locked", "false", False),
        ("is_locked", "0", False),
        ("is_locked", "", False),
        ("team_name", "", None),
        ("team_name", " x ", " x "),
        ("team_name", "长" * 100, "长" * 100),
        ("device_type", "焊机", "焊机"),
    ],
)
def test_a_cell_is_parsed(column: str, cell: str, value: object) -> None:
    row = planned({CODE: "W1", "device_name": "x", "device_type": "welding", column: cell})

    assert (row.outcome, getattr(row.facts, column)) == (RowOutcome.CREATED, value)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("production_date", "2023-02-30"),
        ("production_date", "23/8/2023"),
        ("production_date", "45161"),
        ("production_date", "2023-08-23T12:00:00"),
        ("production_date", "2023-08-23T00:00:00Z"),
        ("production_date", "0000-01-01"),
        ("production_date", "2023-W34-3"),
        ("production_date", "2023-235"),
        ("production_date", "20231323"),
        ("production_date", "2023-8/23"),
        ("production_date", "2023年8月"),
        ("production_date", "23-8-23"),
        ("production_date", "03/04/2023"),
        ("production_date", "2023/8/23 10:00"),
        ("production_date", "Aug 23, 2023"),
        ("device_name", "\u3000"),
        ("device_type", " "),
        (CODE, "1.4412E+10"),
        (CODE, "1E+05"),
        (CODE, "14412000006.0"),
        ("is_locked", "maybe"),
        ("is_locked", "2"),
        ("team_name", "长" * 101),
        ("device_name", ""),
        ("device_type", ""),
        ("device_type", "milling"),
        ("device_type", "Welding"),
        (CODE, ""),
        (CODE, " W1"),
        (CODE, "W\n1"),
        (CODE, "x" * 51),
    ],
)
def test_an_invalid_cell_rejects_its_row(column: str, cell: str) -> None:
    row = planned({CODE: "W1", "device_name": "x", "device_type": "welding", column: cell})

    assert (row.outcome, [each.column for each in row.errors]) == (RowOutcome.REJECTED, [column])


def test_a_new_device_requires_a_name_and_a_type() -> None:
    row = planned({CODE: "W1", "team_name": "x"})

    assert [(each.column, each.detail) for each in row.errors] == [
        ("device_name", "is required for a new device"),
        ("device_type", "is required for a new device"),
    ]


def test_every_error_of_a_row_is_listed() -> None:
    row = planned({CODE: "", "device_name": "", "device_type": "x", "is_locked": "x"})

    assert [each.column for each in row.errors] == [CODE, "device_name", "device_type", "is_locked"]
    assert [each.value for each in row.errors] == ["", "", "x", "x"]


def test_the_value_of_an_error_is_the_start_of_its_cell_and_absent_without_a_cell() -> None:
    long = planned({CODE: "W1", "team_name": "长" * 101}, device("W1"))
    missing = planned({CODE: "W2"})

    assert [each.value for each in long.errors] == ["长" * 100 + "…"]
    assert [each.value for each in missing.errors] == [None, None]


def test_a_changed_device_lists_each_value_before_and_after_as_an_export_writes_it() -> None:
    cells = {CODE: "W1", "production_date": "2021/3/4", "team_name": "", "is_locked": "否", "description": "d" * 200}

    row = planned(cells, device("W1"), empty_cells=EmptyCells.ERASE)

    assert row.changes == (
        CellChange("production_date", "2020-02-29", "2021-03-04"),
        CellChange("team_name", "班组一", ""),
        CellChange("is_locked", "true", "false"),
        CellChange("description", "", "d" * 100 + "…"),
    )
    assert planned({CODE: "W1", "team_name": "班组一"}, device("W1")).changes == ()


@pytest.mark.parametrize(
    "cells",
    [
        {"device_type": "unknown-type"},
        {"production_date": "2020/2/29"},
        {"production_date": "2020-02-29T00:00:00"},
        {"is_locked": "是"},
        {"description": ""},
        {},
    ],
)
def test_a_row_that_equals_the_device_changes_nothing(cells: dict[str, str]) -> None:
    row = planned({CODE: "W1", **cells}, device("W1"))

    assert (row.outcome, row.facts) == (RowOutcome.UNCHANGED, KNOWN)


EMPTY = {"team_name": "", "production_date": "\u3000", "is_locked": " ", "manufacturer": ""}


def test_an_empty_cell_keeps_the_value_by_default() -> None:
    row = planned({CODE: "W1", "device_name": "", "device_type": "\u00a0", **EMPTY}, device("W1"))

    assert (row.outcome, row.facts, row.erased) == (RowOutcome.UNCHANGED, KNOWN, ())


def test_an_empty_cell_removes_the_value_on_request_and_absent_columns_keep_theirs() -> None:
    row = planned({CODE: "W1", **EMPTY}, device("W1"), empty_cells=EmptyCells.ERASE)

    erased = {"team_name": None, "production_date": None, "is_locked": False}
    assert (row.outcome, row.facts) == (RowOutcome.UPDATED, KNOWN.changed(erased))
    assert row.erased == ("team_name", "production_date", "is_locked")


@pytest.mark.parametrize("cells", [{"device_name": ""}, {"device_type": " "}, {"device_type": "another"}])
def test_a_known_device_cannot_lose_its_name_or_get_an_unknown_type(cells: dict[str, str]) -> None:
    row = planned({CODE: "W1", **cells}, device("W1"), empty_cells=EmptyCells.ERASE)

    assert row.outcome is RowOutcome.REJECTED


def test_a_cell_that_cannot_be_read_rejects_its_row_even_where_it_is_empty() -> None:
    for empty_cells in EmptyCells:
        row = planned({CODE: "W1", "team_name": ""}, device("W1"), empty_cells=empty_cells, errors={1: "is merged"})

        assert row.errors == (CellError("team_name", "is merged", ""),)


def test_a_code_that_cannot_be_read_is_rejected_even_if_its_text_is_a_registered_code() -> None:
    row = planned({CODE: "W1"}, device("W1"), errors={0: "is rounded"})

    assert row.errors == (CellError(CODE, "is rounded", "W1"),)


def test_a_cell_without_a_header_is_reported_by_the_number_of_its_column() -> None:
    row = planned({CODE: "W1"}, device("W1"), errors={1: "has no header"}, beyond="班组一")

    assert row.errors == (CellError("column 2", "has no header", "班组一"),)


@pytest.mark.parametrize("kind", CellKind)
@pytest.mark.parametrize("column", [CODE, "device_model", "production_date", "is_locked"])
def test_a_cell_that_a_spreadsheet_turned_into_a_date_or_a_boolean_is_rejected(column: str, kind: CellKind) -> None:
    cells = {CODE: "N1", "device_name": "x", "device_type": "welding", "device_model": "x"}
    cells |= {"production_date": "2023-08-23", "is_locked": "true"}

    row = planned(cells, kinds={list(cells).index(column): kind})

    is_expected = (column, kind) in {("production_date", CellKind.DATE), ("is_locked", CellKind.BOOLEAN)}
    assert (row.outcome is RowOutcome.CREATED) == is_expected
    assert [each.column for each in row.errors] == ([] if is_expected else [column])


def test_a_code_that_lost_its_leading_zeros_is_rejected() -> None:
    plan = plan_import(
        table(
            [CODE, "device_name", "device_type"], *([code, "x", "welding"] for code in ("12", "7", "007", "0x1", "x1"))
        ),
        [device("00012")],
        SPELLINGS,
    )

    advice = "only in leading zeros, which spreadsheets drop; format the column as text"
    assert errors(plan) == {
        2: [CellError(CODE, f"differs from the registered device 00012 {advice}", "12")],
        4: [CellError(CODE, f"differs from the code in row 3 {advice}", "007")],
    }


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("45161", "is a number"),
        ("03/04/2023", "can be read as several dates"),
        ("23-8-23", "can be read as several dates"),
        ("2023-02-30", "is not a day of the calendar"),
        ("2023/8/23 10:00", "without a time"),
        ("2023-W34-3", "whose year comes first"),
    ],
)
def test_a_rejected_date_has_a_reason(cell: str, reason: str) -> None:
    row = planned({CODE: "W1", "production_date": cell}, device("W1"))

    assert [reason in each.detail for each in row.errors] == [True]


@given(st.dates(), st.sampled_from(["{0}-{1}-{2}", "{0}/{1}/{2}", "{0}.{1}.{2}", "{0}年{1}月{2}日"]), st.booleans())
def test_every_day_is_read_in_every_form(day: date, form: str, padded: bool) -> None:
    month, number = (f"{each:02}" if padded else str(each) for each in (day.month, day.day))

    row = planned({CODE: "W1", "install_date": form.format(f"{day.year:04}", month, number)}, device("W1"))

    assert row.facts is not None
    assert row.facts.install_date == day


def test_duplicate_codes_are_rejected() -> None:
    plan = plan_import(
        table([CODE, "device_name", "device_type"], *([code, "x", "welding"] for code in ("N1", "W1", "N1", "W1"))),
        [device("W1")],
        SPELLINGS,
    )

    assert errors(plan) == {
        4: [CellError(CODE, "is also in row 2", "N1")],
        5: [CellError(CODE, "is also in row 3", "W1")],
    }


def test_new_codes_that_differ_only_in_case_are_rejected() -> None:
    plan = plan_import(
        table([CODE, "device_name", "device_type"], *([code, "x", "welding"] for code in ("n1", "N1", "W1", "Ж", "ж"))),
        [device("w1")],
        SPELLINGS,
    )

    assert errors(plan) == {
        3: [CellError(CODE, "differs only in case from the code in row 2", "N1")],
        4: [CellError(CODE, "differs only in case from the registered device w1", "W1")],
        6: [CellError(CODE, "differs only in case from the code in row 5", "ж")],
    }


def test_registered_codes_may_differ_only_in_case() -> None:
    plan = plan_import(table([CODE], ["w1"], ["W1"]), [device("w1"), device("W1")], SPELLINGS)

    assert [row.outcome for row in plan.rows] == [RowOutcome.UNCHANGED, RowOutcome.UNCHANGED]


def test_a_plan_with_a_rejected_row_is_rejected_with_every_cell_in_error() -> None:
    plan = plan_import(table([CODE], ["w1"], ["new"]), [device("w1")], SPELLINGS)

    with pytest.raises(ImportRejected) as caught:
        plan.check()

    assert [each.field for each in caught.value.violations] == ["row 3, device_name", "row 3, device_type"]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
dates = st.none() | st.dates()
KINDS = {"device_name": texts, "production_date": dates, "install_date": dates, "is_locked": st.booleans()}
any_facts = st.builds(DeviceFacts, **{each.name: KINDS.get(each.name, st.none() | texts) for each in FACT_COLUMNS})
HEADER = [CODE, *(each.name for each in FACT_COLUMNS)]
cells = st.sampled_from(["", "W1", "w1", "n", "N", "welding", "2020-01-01", "是", "x" * 300]) | texts


@given(st.dictionaries(texts, any_facts, max_size=5))
def test_importing_an_export_changes_nothing(stored: dict[str, DeviceFacts]) -> None:
    rows = [[code, *(each.cell(getattr(known, each.name)) for each in FACT_COLUMNS)] for code, known in stored.items()]

    plan = plan_import(table(HEADER, *rows), [device(*each) for each in stored.items()], SPELLINGS)

    assert plan.count(RowOutcome.UNCHANGED) == len(stored)


@given(st.lists(st.lists(cells, min_size=len(HEADER), max_size=len(HEADER)), max_size=6))
def test_rows_that_are_not_rejected_can_be_stored(rows: list[list[str]]) -> None:
    known = [device("W1"), device("n")]

    plan = plan_import(table(HEADER, *rows), known, SPELLINGS)

    created = [code for code, _ in plan.devices(RowOutcome.CREATED)]
    written = [*plan.devices(RowOutcome.CREATED), *plan.devices(RowOutcome.UPDATED)]
    assert [row.number for row in plan.rows] == list(range(2, len(rows) + 2))
    assert len({code.lower() for code in [*created, "W1", "n"]}) == len(created) + 2
    assert len({code for code, _ in written}) == len(written)
    assert all(each.device_type in SPELLINGS | {KNOWN.device_type} and each.device_name for _, each in written)


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        ("14412T0001\u200b", "contains U+200B ZERO WIDTH SPACE as character 11, which is invisible; remove it"),
        ("\ufeff14412", "contains U+FEFF ZERO WIDTH NO-BREAK SPACE as character 1, which is invisible; remove it"),
        ("１４４１２Ｔ", "contains full-width or other look-alike characters; write 14412T instead"),
        ("e\u0301", "contains full-width or other look-alike characters; write \u00e9 instead"),
        ("W 1 ", "must not start or end with a space, nor contain two spaces in a row"),
        ("W  1", "must not start or end with a space, nor contain two spaces in a row"),
    ],
)
def test_the_code_of_a_new_device_must_not_look_like_another(code: str, detail: str) -> None:
    row = planned({CODE: code, "device_name": "x", "device_type": "welding"})

    assert row.errors == (CellError(CODE, detail, code),)


def test_a_registered_code_with_an_invisible_character_is_still_updated() -> None:
    row = planned({CODE: "W1\u200b", "team_name": "x"}, device("W1\u200b"))

    assert (row.outcome, row.errors) == (RowOutcome.UPDATED, ())


in_plane_0 = st.characters(max_codepoint=0xFFFF)  # the contract lists no hidden characters above
characters = st.sampled_from("aA焊 １（ｶ\u00b2\u0301\u200b\u00a0\u3000\u2028\u00ad\ufe0f\U00020000\U0001f525\n\x85")


@given(st.text(in_plane_0, max_size=3) | st.text(characters, max_size=6) | st.text("a", min_size=49, max_size=52))
def test_the_contract_and_the_domain_accept_the_same_codes(code: str) -> None:
    try:
        check_new_code(code)
        valid = True
    except InvalidCell:
        valid = False

    # JSON Schema cannot express a normal form; the handler checks it.
    assert valid == (CODE_SCHEMA.is_valid(code) and unicodedata.is_normalized("NFKC", code))
