"""Tests of importing fields from columns."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.catalogue.drift import FieldDrift, field_drift
from arcbeat.domain.catalogue.field_import import propose
from arcbeat.domain.catalogue.field_rules import FIELDS_MAX, NUMBERS, TEXTS, check_fields
from arcbeat.domain.errors import Conflict
from arcbeat.domain.schema.columns import Column, ColumnType
from tests.support.catalogue import CUTTING, CUTTING_COLUMNS

NAMES = st.sampled_from(["a", "b", "c", "d", "Temp_1", "_x"])
TYPES = st.sampled_from(ColumnType)
COLUMNS = st.lists(st.builds(Column, name=NAMES, type=TYPES, is_tag=st.booleans()), unique_by=lambda each: each.name)


@st.composite
def valid_fields(draw: st.DrawFn) -> Field:
    """Return a field that obeys the rules of its type."""
    column_type = draw(TYPES)
    is_number, is_text = column_type in NUMBERS, column_type in TEXTS
    return Field(
        name=draw(NAMES),
        label=Label(draw(st.text(min_size=1, max_size=5)), "x"),
        type=column_type,
        unit=draw(st.sampled_from(["", "A"])),
        decimals=draw(st.sampled_from([None, 0, 3])) if is_number else None,
        hidden=draw(st.booleans()),
        minimum=draw(st.sampled_from([None, -1.0, 0.0])) if is_number else None,
        maximum=draw(st.sampled_from([None, 0.0, 1.0])) if is_number else None,
        max_length=draw(st.sampled_from([None, 5])) if is_text else None,
    )


FIELDS = st.lists(valid_fields(), unique_by=lambda each: each.name)


@given(FIELDS, COLUMNS, st.booleans())
def test_a_repeated_import_changes_nothing(fields: list[Field], columns: list[Column], drop_missing: bool) -> None:
    once = propose(fields, columns, drop_missing=drop_missing)
    twice = propose(once.fields, columns, drop_missing=drop_missing)

    assert (twice.fields, twice.added, twice.changed) == (once.fields, (), ())


@given(FIELDS, COLUMNS)
def test_fields_imported_with_drop_missing_have_no_drift(fields: list[Field], columns: list[Column]) -> None:
    imported = propose(fields, columns, drop_missing=True)

    assert field_drift(imported.fields, columns) == FieldDrift(missing=(), surplus=(), changed=())


@given(FIELDS, COLUMNS, st.booleans())
def test_imported_fields_are_valid(fields: list[Field], columns: list[Column], drop_missing: bool) -> None:
    check_fields(propose(fields, columns, drop_missing=drop_missing).fields)


@given(FIELDS, COLUMNS)
def test_drift_and_import_report_the_same_differences(fields: list[Field], columns: list[Column]) -> None:
    drift, imported = field_drift(fields, columns), propose(fields, columns, drop_missing=False)

    assert drift.missing == imported.missing
    assert tuple(column.name for column in drift.surplus) == imported.added
    assert tuple(changed.name for changed in drift.changed) == imported.changed


@given(FIELDS, COLUMNS)
def test_present_fields_keep_their_order_labels_and_units(fields: list[Field], columns: list[Column]) -> None:
    imported = propose(fields, columns, drop_missing=False).fields[: len(fields)]

    assert [(each.name, each.label, each.unit, each.hidden) for each in imported] == [
        (each.name, each.label, each.unit, each.hidden) for each in fields
    ]


def test_fields_that_fit_their_columns_are_unchanged() -> None:
    imported = propose(CUTTING.fields, CUTTING_COLUMNS, drop_missing=False)

    assert imported.fields[:3] == CUTTING.fields
    assert imported.fields[3] == Field(
        name="feed_mm_min", label=Label("feed_mm_min", "feed_mm_min"), type=ColumnType.INT_UNSIGNED, decimals=0
    )


def test_a_number_that_becomes_another_type_of_number_keeps_its_limits() -> None:
    field = replace(CUTTING.fields[1], minimum=0.0, maximum=9.0)
    column = Column(name=field.name, type=ColumnType.FLOAT)

    assert propose((field,), (column,), drop_missing=False).fields == (replace(field, type=ColumnType.FLOAT),)


def test_a_number_that_becomes_a_text_loses_its_limits() -> None:
    field = replace(CUTTING.fields[1], minimum=0.0, maximum=9.0)
    column = Column(name=field.name, type=ColumnType.NCHAR, length=5)

    imported = propose((field,), (column,), drop_missing=False).fields[0]

    assert imported == replace(field, type=ColumnType.NCHAR, decimals=None, minimum=None, maximum=None)


def test_an_import_of_too_many_fields_is_rejected() -> None:
    columns = [Column(name=f"c{number}", type=ColumnType.INT) for number in range(FIELDS_MAX)]

    assert len(propose((), columns, drop_missing=False).fields) == FIELDS_MAX
    with pytest.raises(Conflict):
        propose(CUTTING.fields[:1], columns, drop_missing=False)
