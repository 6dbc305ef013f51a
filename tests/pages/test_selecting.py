"""The order of newest readings by a value."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.readings.latest import CachedLatest
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.readings.sorting import ReadingSort
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.pages.selecting import sort_devices
from tests.support.simulated_plant import NOON, shown, type_of

TYPE = type_of(
    "milling",
    shown("device_status"),
    shown("load", ColumnType.DOUBLE),
    shown("pulses", ColumnType.BIGINT),
    shown("secret", hidden=True),
)
VALUES = st.none() | st.floats(allow_nan=False, width=32) | st.just(float("nan")) | st.integers(0, 2).map(float)


async def sorted_by(text: str, rows: Mapping[str, Latest | None]) -> list[str]:
    readings = [CachedLatest(code, latest, NOON) for code, latest in sorted(rows.items())]
    found = await sort_devices(readings, ReadingSort.parse(text), TYPE, lambda each: each)
    return [each.device_code for each in found]


async def sorted_codes(text: str, values: Mapping[str, object], field: str) -> list[str]:
    rows = {code: Latest(Reading(code, NOON, {field: value})) for code, value in values.items()}  # type: ignore[dict-item] # any value
    return await sorted_by(text, rows)


@given(st.dictionaries(st.sampled_from("ABCDEFGHIJ"), VALUES), st.booleans())
async def test_values_are_in_order_nulls_last_and_equal_devices_by_code(
    values: dict[str, float | None], descending: bool
) -> None:
    codes = await sorted_codes("-load" if descending else "load", values, "load")

    present = {code: value for code, value in values.items() if value is not None and value == value}
    expected = sorted(sorted(present), key=lambda code: -present[code] if descending else present[code])
    assert codes == [*expected, *sorted(values.keys() - present.keys())]


async def test_large_integers_are_compared_as_numbers_even_as_text() -> None:
    assert await sorted_codes("pulses", {"A": "10", "B": "9", "C": 9007199254740993}, "pulses") == ["B", "A", "C"]


async def test_a_device_without_a_reading_comes_last() -> None:
    rows = {"A": None, "B": Latest(Reading("B", NOON, {}))}

    assert await sorted_by("-ts", rows) == ["B", "A"]


async def test_devices_can_be_ordered_backwards_by_their_code() -> None:
    assert await sorted_codes("-device_code", {"A": 1.0, "B": 2.0}, "load") == ["B", "A"]


@pytest.mark.parametrize("field", ["nothing", "secret", "-", "load, x"])
async def test_another_name_is_rejected_with_the_choices(field: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        await sorted_codes(field, {}, "load")

    assert "sort by one of device_code, ts, device_status, load, pulses" in raised.value.violations[0].detail
