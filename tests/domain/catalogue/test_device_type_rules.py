"""Tests of the rules of device types and their fields."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from arcbeat.domain.catalogue.device_type_rules import check_type
from arcbeat.domain.catalogue.device_types import DeviceType, Field, FreshnessThresholds, Label
from arcbeat.domain.catalogue.field_rules import check_fields
from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.schema.columns import ColumnType
from tests.support.catalogue import CUTTING

NUMBER = Field(name="power", label=Label("功率", "Power"), type=ColumnType.DOUBLE)
TEXT = Field(name="status", label=Label("状态", "Status"), type=ColumnType.NCHAR)


def invalid_attributes(check: Callable[[], None]) -> list[str]:
    with pytest.raises(InvalidValue) as caught:
        check()
    return [each.field for each in caught.value.violations]


def test_a_valid_type_passes() -> None:
    check_type(CUTTING)
    check_type(replace(CUTTING, thresholds=FreshnessThresholds(60, 60), states=(), offline_states=(), alarm_states=()))


@pytest.mark.parametrize(
    ("device_type", "attributes"),
    [
        (replace(CUTTING, thresholds=FreshnessThresholds(61, 60)), ["stale_after_seconds"]),
        (replace(CUTTING, aliases=("切割机", "cutting")), ["aliases/1"]),
        (replace(CUTTING, offline_states=("关机", "坏")), ["offline_states/1"]),
        (
            replace(CUTTING, thresholds=FreshnessThresholds(2, 1), states=(), aliases=("cutting",)),
            ["stale_after_seconds", "aliases/0", "offline_states/0", "alarm_states/0"],
        ),
    ],
)
def test_every_violation_of_a_type_is_listed(device_type: DeviceType, attributes: list[str]) -> None:
    assert invalid_attributes(lambda: check_type(device_type)) == attributes


def test_valid_fields_pass() -> None:
    check_fields(())
    check_fields((replace(NUMBER, decimals=0, minimum=1.0, maximum=1.0), replace(TEXT, max_length=1)))


@pytest.mark.parametrize(
    ("fields", "attributes"),
    [
        ((NUMBER, TEXT, NUMBER), ["fields/0/name", "fields/2/name"]),
        ((replace(TEXT, name="ts"), replace(TEXT, name="device_code")), ["fields/0/name", "fields/1/name"]),
        ((replace(NUMBER, minimum=2.0, maximum=1.0),), ["fields/0/maximum"]),
        ((NUMBER, replace(NUMBER, name="other", max_length=1)), ["fields/1/max_length"]),
        (
            (replace(TEXT, decimals=0, minimum=0.0, maximum=-1.0),),
            ["fields/0/decimals", "fields/0/minimum", "fields/0/maximum", "fields/0/maximum"],
        ),
    ],
)
def test_every_violation_of_fields_is_listed(fields: tuple[Field, ...], attributes: list[str]) -> None:
    assert invalid_attributes(lambda: check_fields(fields)) == attributes
