"""What dictionary data may be like."""

import pytest

from arcbeat.domain.dictionary.dictionary import DictData, check_data
from arcbeat.domain.errors import InvalidInput


def data(late_after_seconds: float | None, stale_after_seconds: float | None) -> DictData:
    return DictData(
        dict_type_id=2,
        data_label="a",
        data_value="b",
        late_after_seconds=late_after_seconds,
        stale_after_seconds=stale_after_seconds,
    )


@pytest.mark.parametrize(("late", "stale"), [(None, None), (15, 60), (60, 60)])
def test_thresholds_go_up_or_are_not_there(late: float | None, stale: float | None) -> None:
    check_data(data(late, stale))


@pytest.mark.parametrize(
    ("late", "stale", "place"),
    [(None, 60, "/late_after_seconds"), (15, None, "/stale_after_seconds"), (61, 60, "/stale_after_seconds")],
)
def test_other_thresholds_are_refused(late: float | None, stale: float | None, place: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_data(data(late, stale))

    assert [each.name for each in caught.value.errors] == [place]
