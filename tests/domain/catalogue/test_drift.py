"""Tests of the devices that only one side has, and of columns that do not fit their fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.catalogue.drift import DeviceDrift, DriftKind, ShortColumn, device_drift, field_drift
from arcbeat.domain.schema.columns import Column, ColumnType
from arcbeat.domain.schema.super_tables import Subtable

CODES = st.frozensets(st.text(max_size=3), max_size=20)
EVERYTHING = 1_000


def subtables(*codes: str) -> list[Subtable]:
    return [Subtable(f"t_{code}", code) for code in sorted(codes)]


@given(CODES)
def test_equal_sides_have_no_drift(codes: frozenset[str]) -> None:
    assert device_drift(codes, subtables(*codes), offset=0, limit=EVERYTHING).total == 0


@given(CODES, CODES)
def test_each_device_that_one_side_lacks_is_listed_once_by_code(
    registered: frozenset[str], stored: frozenset[str]
) -> None:
    found = device_drift(registered, subtables(*stored), offset=0, limit=EVERYTHING)

    by_side = {
        side: {each.device_code for each in found.devices if each.drift is side and (each.subtable is None) == vanished}
        for side, vanished in ((DriftKind.VANISHED, True), (DriftKind.UNREGISTERED, False))
    }
    assert by_side == {
        DriftKind.VANISHED: registered - stored,
        DriftKind.UNREGISTERED: stored - registered,
    }
    assert [each.device_code for each in found.devices] == sorted(registered ^ stored)
    assert found.total == len(found.devices)


@given(CODES, CODES, st.integers(1, 5))
def test_the_pages_together_equal_the_full_list(registered: frozenset[str], stored: frozenset[str], size: int) -> None:
    tables = subtables(*stored)
    full = device_drift(registered, tables, offset=0, limit=EVERYTHING)

    pages = [device_drift(registered, tables, offset=start, limit=size) for start in range(0, full.total, size)]

    assert tuple(each for page in pages for each in page.devices) == full.devices
    assert {page.total for page in pages} <= {full.total}


def test_a_device_with_several_subtables_is_listed_with_the_first() -> None:
    tables = [Subtable("t_m1", "M1"), Subtable("welder_7", "M1")]

    found = device_drift(frozenset(), tables, offset=0, limit=EVERYTHING)

    assert found.devices == (DeviceDrift("M1", DriftKind.UNREGISTERED, "t_m1"),)


@pytest.mark.parametrize(
    ("max_length", "length", "found"),
    [(51, 50, (ShortColumn("note", 51, 50),)), (50, 50, ()), (None, 50, ()), (51, None, ())],
)
def test_a_field_that_allows_more_characters_than_its_column_holds_is_found(
    max_length: int | None, length: int | None, found: tuple[ShortColumn, ...]
) -> None:
    field = Field(name="note", label=Label("备注", "Note"), type=ColumnType.NCHAR, max_length=max_length)
    column = Column(name="note", type=ColumnType.NCHAR, length=length)

    assert field_drift([field], [column]).too_short == found


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("温度", "is no identifier"),
        ("9th", "is no identifier"),
        ("a" * 65, "is no identifier"),
        ("wire speed", "is no identifier"),
        ("speed\u200b", "U+200B"),
        ("speed ", "must not start or end with a space"),
    ],
)
def test_a_surplus_column_with_a_name_that_no_field_may_have_is_invalid(name: str, reason: str) -> None:
    columns = [Column(name=name, type=ColumnType.INT), Column(name="select", type=ColumnType.INT)]

    drift = field_drift([], columns)

    assert len(drift.surplus) == 2
    assert list(drift.invalid) == [name]
    assert reason in drift.invalid[name]
