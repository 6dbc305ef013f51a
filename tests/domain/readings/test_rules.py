"""The rules of fields: minimum, maximum and maximum length."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arcbeat.domain.catalogue.device_types import Field, Label
from arcbeat.domain.readings.readings import Reading, Rejection
from arcbeat.domain.readings.rules import split_by_rules
from arcbeat.domain.schema.columns import ColumnType, Value

T0 = datetime(2026, 3, 2, tzinfo=UTC)


def field(name: str, column_type: ColumnType, **rules: float) -> Field:
    return Field(name=name, label=Label("", ""), type=column_type, **rules)  # type: ignore[arg-type] # max_length is an int


FIELDS = (
    field("current", ColumnType.FLOAT, minimum=0.5, maximum=500),
    field("pulses", ColumnType.BIGINT, minimum=10, maximum=2**62),
    field("team", ColumnType.NCHAR, max_length=3),
    field("free", ColumnType.FLOAT),
)


def rejections_of(*sent: dict[str, Value]) -> list[Rejection]:
    readings = [(10 + number, Reading("M1", T0, values)) for number, values in enumerate(sent)]
    valid, rejections = split_by_rules(readings, FIELDS)
    assert [index for index, _ in readings] == sorted([*(index for index, _ in valid), *(e.index for e in rejections)])
    return rejections


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"current": 0.5, "pulses": 10, "team": "班组一"},
        {"current": 500, "pulses": str(2**62)},
        {"current": None, "pulses": None, "team": None},
        {"free": 1e300, "unheard_of": "whatever"},
        {"current": "much", "team": 4000, "pulses": True},  # values of a wrong type are left to the check of columns
    ],
)
def test_readings_that_follow_the_rules_are_accepted(values: dict[str, Value]) -> None:
    assert rejections_of(values) == []


@pytest.mark.parametrize(
    ("values", "detail"),
    [
        ({"current": 0.4}, "current: less than 0.5"),
        ({"current": 501}, "current: more than 500"),
        ({"pulses": 9}, "pulses: less than 10"),
        ({"pulses": "9"}, "pulses: less than 10"),
        ({"pulses": str(2**62 + 1)}, "pulses: more than 4.61168601842739e+18"),
        ({"team": "班组一二"}, "team: longer than 3 characters"),
    ],
)
def test_a_reading_that_breaks_a_rule_is_rejected_with_its_index(values: dict[str, Value], detail: str) -> None:
    fine: dict[str, Value] = {"current": 1.0}

    assert rejections_of(fine, values, fine) == [Rejection(11, "bad-value", detail)]


_VALUES = st.none() | st.booleans() | st.integers(-100, 600) | st.floats(allow_nan=False) | st.text(max_size=5)


@settings(database=None, derandomize=True)
@given(st.lists(st.dictionaries(st.sampled_from([field.name for field in FIELDS]), _VALUES), max_size=5))
def test_readings_are_validated_together_as_each_is_alone(sent: list[dict[str, Value]]) -> None:
    alone = [rejection.detail for values in sent for rejection in rejections_of(values)]

    assert [rejection.detail for rejection in rejections_of(*sent)] == alone
