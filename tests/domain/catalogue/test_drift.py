"""Columns that do not fit their fields."""

import pytest

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.catalogue.drift import ShortColumn, field_drift
from arcbeat.domain.schema.columns import Column, ColumnType


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
