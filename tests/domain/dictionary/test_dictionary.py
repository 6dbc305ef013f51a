"""Tests of the thresholds of dictionary data."""

import pytest

from arcbeat.domain.dictionary.dictionary import DictData, check_data
from arcbeat.domain.errors import InvalidValue


def data(late_after_seconds: float | None, stale_after_seconds: float | None) -> DictData:
    return DictData(
        dict_type_id=2,
        data_label="a",
        data_value="b",
        late_after_seconds=late_after_seconds,
        stale_after_seconds=stale_after_seconds,
    )


@pytest.mark.parametrize(("late", "stale"), [(None, None), (15, 60), (60, 60)])
def test_ascending_or_absent_thresholds_pass(late: float | None, stale: float | None) -> None:
    check_data(data(late, stale))


@pytest.mark.parametrize(
    ("late", "stale", "attribute"),
    [(None, 60, "late_after_seconds"), (15, None, "stale_after_seconds"), (61, 60, "stale_after_seconds")],
)
def test_other_thresholds_are_rejected(late: float | None, stale: float | None, attribute: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_data(data(late, stale))

    assert [each.field for each in caught.value.violations] == [attribute]
