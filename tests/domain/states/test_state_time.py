"""State time, compared with counting second by second: readings become runs, runs spans, and spans sums."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.errors import InvalidValue
from arcbeat.domain.states.joining import RunsOfReadings
from arcbeat.domain.states.spans import SpanDivider
from arcbeat.domain.states.state_time import OTHER_STATES_MAX, Day, DayStates, StateRules, StateTime, days_between
from tests.support.catalogue import CUTTING
from tests.support.clocks import ZONES

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
NO_TIME = timedelta()
RULES = StateRules(
    state_field="device_status",
    states=("焊接", "待机", "报警", "关机"),
    offline_states=("关机",),
    max_gap=timedelta(seconds=60),
)
T0 = datetime(2024, 5, 1, tzinfo=UTC)

Sent = tuple[datetime, str | None]


def days_of(*hours: float) -> list[Day]:
    """Return consecutive days with these numbers of hours."""
    ends = [T0 + timedelta(hours=sum(hours[: number + 1])) for number in range(len(hours))]
    return [Day(date(2024, 5, number + 1), start, end) for number, (start, end) in enumerate(pairwise((T0, *ends)))]


def state_days(days: Sequence[Day], rules: StateRules, sent: Sequence[Sent]) -> list[DayStates]:
    """Return the state times of one device that sent these states, in order of time."""
    runs = RunsOfReadings("M1", rules.max_gap)
    ended = [runs.add(ts, state) for ts, state in sent] + runs.finish()
    start, end = (days[0].start, days[-1].end) if days else (T0, T0)
    divider, sums = SpanDivider("M1", start, end, rules.max_gap), StateTime(days, rules)
    spans = [span for run in ended if run is not None for span in divider.add(run)]
    for span in spans + divider.finish():
        sums.add(span)
    return sums.finish()


def counted(day: Day, rules: StateRules, sent: Sequence[Sent]) -> Counter[str | None]:
    """Return the seconds by state, including "silent", by looking at each second."""
    seconds: Counter[str | None] = Counter()
    for number in range((day.end - day.start) // SECOND):
        now = day.start + number * SECOND
        before = [ts for ts, _ in sent if ts <= now]
        is_silent = not before or now >= before[-1] + rules.max_gap
        of_one_moment = [state for ts, state in sent if before and ts == before[-1]]
        seconds["silent" if is_silent else max(of_one_moment, key=lambda state: state or "")] += 1
    return seconds


seconds = st.integers(min_value=-120, max_value=500)
states = st.sampled_from([*RULES.states, "切割", None])


@given(
    st.lists(st.tuples(seconds, states), max_size=25),
    st.lists(st.sampled_from([60, 90, 61, 150]), min_size=1, max_size=4),
    st.sampled_from([1, 7, 60, 300]),
)
def test_state_time_equals_counting_second_by_second(
    sent: list[tuple[int, str | None]], lengths: list[int], max_gap: int
) -> None:
    days = days_of(*(length / 3600 for length in lengths))
    rules = StateRules(
        state_field="device_status", states=RULES.states, offline_states=("关机", "报警"), max_gap=max_gap * SECOND
    )
    readings = [(T0 + second * SECOND, state) for second, state in sorted(sent, key=lambda each: each[0])]

    for each in state_days(days, rules, readings):
        expected = counted(each.day, rules, readings)
        assert each.silent == expected.pop("silent", 0) * SECOND
        assert each.unknown == expected.pop(None, 0) * SECOND
        assert {state: held for state, held in each.states.items() if held} == {
            state: number * SECOND for state, number in expected.items()
        }
        assert each.offline == each.silent + (expected["关机"] + expected["报警"]) * SECOND


@given(
    st.lists(st.tuples(st.timedeltas(timedelta(days=-1), timedelta(days=5)), states), max_size=40),
    st.timedeltas(timedelta(microseconds=1), timedelta(days=2)),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2010, 10, 30), datetime(2012, 4, 3), timezones=st.just(UTC)),  # noqa: DTZ001 -- bounds are naive
)
def test_the_parts_of_a_day_add_up_to_the_day(
    sent: list[tuple[timedelta, str | None]], max_gap: timedelta, zone: ZoneInfo, now: datetime
) -> None:
    days = days_between(now.date() - timedelta(days=3), now.date() + timedelta(days=3), zone, now)
    rules = StateRules(
        state_field="device_status", states=RULES.states, offline_states=RULES.offline_states, max_gap=max_gap
    )

    found = state_days(
        days, rules, sorted(((days[0].start + offset, state) for offset, state in sent), key=lambda each: each[0])
    )

    for day in found:
        assert sum(day.states.values(), NO_TIME) + day.unknown + day.silent == day.total
        assert day.online + day.offline == day.total
        assert day.silent <= day.offline <= day.total
        assert list(day.states)[: len(RULES.states)] == list(RULES.states)
        assert 0 <= (day.online_rate or 0) <= 1


def test_a_state_holds_over_midnight() -> None:
    days = days_of(1, 1)
    sent = [(T0 + 59 * MINUTE + 30 * SECOND, "焊接"), (T0 + 60 * MINUTE + 15 * SECOND, "待机")]

    first, second = state_days(days, RULES, sent)

    assert (first.states["焊接"], second.states["焊接"]) == (30 * SECOND, 15 * SECOND)
    assert second.states["待机"] == RULES.max_gap


def test_the_state_at_the_first_midnight_is_that_of_the_last_reading_before() -> None:
    (day,) = state_days(days_of(1), RULES, [(T0 - 10 * SECOND, "焊接"), (T0 + 5 * SECOND, "关机")])

    assert (day.states["焊接"], day.states["关机"]) == (5 * SECOND, RULES.max_gap)


def test_a_device_is_offline_after_the_longest_gap() -> None:
    (day,) = state_days(days_of(1), RULES, [(T0, "焊接"), (T0 + 10 * MINUTE, "焊接")])

    assert (day.states["焊接"], day.silent, day.offline) == (2 * MINUTE, 58 * MINUTE, 58 * MINUTE)
    assert day.online_rate == 2 / 60


def test_a_day_without_readings_is_offline_and_still_lists_the_states() -> None:
    (day,) = state_days(days_of(24), RULES, [])

    assert day.states == dict.fromkeys(RULES.states, NO_TIME)
    assert (day.silent, day.online_rate) == (timedelta(days=1), 0)


def test_a_state_that_counts_as_offline_is_listed_and_not_online() -> None:
    sent = [(T0 + number * MINUTE, "关机" if number < 15 else "焊接") for number in range(60)]

    (day,) = state_days(days_of(1), RULES, sent)

    assert (day.states["关机"], day.offline, day.online) == (15 * MINUTE, 15 * MINUTE, 45 * MINUTE)


@pytest.mark.parametrize("state", [None, ""])
def test_a_reading_without_a_state_is_online_and_in_no_state(state: str | None) -> None:
    (day,) = state_days(days_of(1), RULES, [(T0, state)])

    assert (day.unknown, day.online) == (MINUTE, MINUTE)
    assert day.states == dict.fromkeys(RULES.states, NO_TIME)


def test_states_that_the_type_does_not_list_are_added_up_to_a_limit() -> None:
    sent = [(T0 + number * SECOND, f"state {number}") for number in range(OTHER_STATES_MAX + 10)]

    (day,) = state_days(days_of(1), RULES, sent)

    others = {state: held for state, held in day.states.items() if state not in RULES.states}
    assert others == {f"state {number}": SECOND for number in range(OTHER_STATES_MAX)}
    assert day.unknown == 9 * SECOND + RULES.max_gap


def test_days_end_now_and_future_days_are_left_out() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    now = datetime(2024, 5, 1, 16, 30, tzinfo=UTC)

    days = days_between(date(2024, 5, 1), date(2024, 5, 4), shanghai, now)

    assert [(day.date.isoformat(), (day.end - day.start) / MINUTE) for day in days] == [
        ("2024-05-01", 1440),
        ("2024-05-02", 30),
    ]
    assert days_between(date(2024, 5, 3), date(2024, 5, 4), shanghai, now) == []
    assert days_between(date(2024, 5, 2), date(2024, 5, 2), shanghai, datetime(2024, 5, 1, 16, tzinfo=UTC)) == []


@pytest.mark.parametrize(("day", "hours"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 7, 1), 24)])
def test_a_day_has_the_length_of_its_time_zone(day: date, hours: int) -> None:
    (only,) = days_between(day, day, ZoneInfo("Europe/Berlin"), datetime(2025, 1, 1, tzinfo=UTC))

    (states,) = state_days([only], RULES, [])

    assert states.total == timedelta(hours=hours)


def test_a_day_that_a_time_zone_skipped_is_left_out() -> None:
    days = days_between(date(2011, 12, 29), date(2011, 12, 31), ZoneInfo("Pacific/Apia"), T0)

    assert [day.date.day for day in days] == [29, 31]


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2024, 5, 2), date(2024, 5, 1)), (date(1899, 12, 31), date(1900, 1, 1)), (date(2023, 1, 1), date.max)],
)
def test_invalid_or_too_many_days_are_rejected(first: date, last: date) -> None:
    with pytest.raises(InvalidValue) as rejected:
        days_between(first, last, ZoneInfo("UTC"), T0)

    assert [each.field for each in rejected.value.violations] == ["first_day"]


def test_the_rules_are_those_of_the_device_type() -> None:
    assert StateRules.of(CUTTING) == StateRules(
        state_field="device_status",
        states=("切割", "待机", "报警", "关机"),
        offline_states=("关机",),
        max_gap=timedelta(seconds=60),
    )
