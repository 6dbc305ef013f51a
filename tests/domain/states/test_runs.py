"""Queries for state runs, split into small ones."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.states.runs import DEVICE_DAYS_PER_QUERY, QueryTooLarge, StateRunQuery, halves, slices

START = datetime(2024, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


def query(devices: int, length: timedelta) -> StateRunQuery:
    codes = tuple(f"M{number}" for number in range(devices))
    return StateRunQuery(device_codes=codes, start=START, end=START + length, field="state", max_gap=DAY)


@given(st.integers(0, 200), st.timedeltas(timedelta(), timedelta(days=200)))
def test_slices_are_small_and_follow_each_other_by_device_then_by_time(devices: int, length: timedelta) -> None:
    whole = query(devices, length)

    parts = list(slices(whole))

    assert all(part.device_days <= DEVICE_DAYS_PER_QUERY * 1.001 for part in parts)
    pieces = [(code, part.start, part.end) for part in parts for code in part.device_codes]
    for code in whole.device_codes if length else ():
        of_device = [(start, end) for each, start, end in pieces if each == code]
        assert (of_device[0][0], of_device[-1][1]) == (whole.start, whole.end)
        assert [end for _, end in of_device[:-1]] == [start for start, _ in of_device[1:]]


@given(st.integers(1, 50), st.timedeltas(2 * MICROSECOND, 10 * DAY))
def test_halves_are_the_query_in_two_parts(devices: int, length: timedelta) -> None:
    whole = query(devices, length)

    first, second = halves(whole)

    if devices > 1:
        assert first.device_codes + second.device_codes == whole.device_codes
        assert (first.start, first.end, second.start, second.end) == (whole.start, whole.end) * 2
    else:
        assert (first.start, first.end, second.end) == (whole.start, second.start, whole.end)
        assert first.start < first.end < second.end


def test_a_query_for_one_device_and_one_moment_has_no_halves() -> None:
    with pytest.raises(QueryTooLarge):
        halves(query(1, MICROSECOND))
