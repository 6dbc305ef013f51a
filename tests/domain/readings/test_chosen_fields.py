"""The fields that an answer contains."""

from dataclasses import replace

import pytest

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.readings.chosen_fields import choose_fields
from arcbeat.domain.schema.columns import Column, ColumnType
from tests.support.catalogue import CUTTING, CUTTING_COLUMNS

HIDDEN = replace(
    CUTTING, fields=(*CUTTING.fields[:-1], replace(CUTTING.fields[-1], hidden=True))
)  # pulses is hidden, and feed_mm_min has no field


def test_without_names_the_visible_fields_are_chosen() -> None:
    assert choose_fields(HIDDEN, CUTTING_COLUMNS, ()) == HIDDEN.fields[:-1]


def test_hidden_fields_and_columns_without_a_field_are_chosen_by_name() -> None:
    chosen = choose_fields(HIDDEN, CUTTING_COLUMNS, ("pulses", "feed_mm_min", "power_kw"))

    assert chosen == (
        HIDDEN.fields[-1],
        Field(name="feed_mm_min", label=Label("feed_mm_min", "feed_mm_min"), type=ColumnType.INT_UNSIGNED),
        HIDDEN.fields[1],
    )


def test_the_type_of_a_field_is_that_of_its_column() -> None:
    columns = [Column(name="power_kw", type=ColumnType.BIGINT)]

    (chosen,) = choose_fields(CUTTING, columns, ())

    assert (chosen.name, chosen.type, chosen.unit) == ("power_kw", ColumnType.BIGINT, "kW")


def test_a_field_without_a_column_is_left_out_by_default_and_rejected_by_name() -> None:
    columns = [column for column in CUTTING_COLUMNS if column.name != "pulses"]

    assert [field.name for field in choose_fields(CUTTING, columns, ())] == ["device_status", "power_kw"]
    with pytest.raises(InvalidValue):
        choose_fields(CUTTING, columns, ("pulses",))


def test_names_that_are_not_columns_of_readings_are_rejected() -> None:
    with pytest.raises(InvalidValue) as rejected:
        choose_fields(CUTTING, CUTTING_COLUMNS, ("power_kw", "ts", "device_code", "nope"))

    assert [(each.field, each.detail) for each in rejected.value.violations] == [
        ("fields", "no such field: ts"),
        ("fields", "no such field: device_code"),
        ("fields", "no such field: nope"),
    ]
