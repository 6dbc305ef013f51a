"""The rows of the tables of statistics."""

from datetime import UTC, date, datetime, timedelta

import pytest

from arcbeat.domain.states.state_time import Day, DayStates
from arcbeat.domain.statistics.rows import UNCOUNTED_MAX, DaySummary, DeviceDay, row_values
from arcbeat.domain.statistics.state_columns import StateColumns

MAY = datetime(2024, 5, 1, tzinfo=UTC)
DAY = Day(date(2024, 5, 1), MAY, MAY + timedelta(hours=10))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
COLUMNS = StateColumns({"焊接": "welding_minutes", "点焊": "welding_minutes", "待机": "standby_minutes"})


def day_of(unknown: timedelta = timedelta(), **states: timedelta) -> DeviceDay:
    silent = 10 * HOUR - sum(states.values(), unknown)
    return DeviceDay.of(DayStates(day=DAY, states=states, unknown=unknown, silent=silent, offline=silent), COLUMNS)


def test_time_is_counted_by_column_and_states_without_one_in_other_minutes() -> None:
    day = day_of(焊接=HOUR, 点焊=MINUTE, 调试=2 * MINUTE, 换丝=3 * MINUTE, 关机=timedelta(), unknown=4 * MINUTE)

    assert day.uncounted == {"调试", "换丝"}
    assert row_values(day.times, ["welding_minutes", "standby_minutes"]) == {
        "welding_minutes": 61.0,
        "standby_minutes": 0.0,
        "other_minutes": 5.0,
        "unknown_minutes": 4.0,
        "silent_minutes": 530.0,
        "offline_minutes": 530.0,
        "online_minutes": 70.0,
        "total_minutes": 600.0,
        "online_rate": pytest.approx(100 * 70 / 600),
    }


def test_the_columns_of_time_add_up_to_the_whole_day() -> None:
    times = day_of(焊接=HOUR, 调试=MINUTE, unknown=MINUTE).times

    sums = ("total_minutes", "online_minutes", "offline_minutes")
    parts = [held for name, held in times.items() if name not in sums]
    assert sum(parts, timedelta()) == times["total_minutes"]


def test_a_summary_is_the_average_of_the_devices() -> None:
    summary = DaySummary()
    summary.add([day_of(焊接=HOUR), day_of(调试=HOUR)])
    summary.add([day_of(待机=HOUR, 调试=2 * HOUR)])

    assert (summary.devices, summary.uncounted) == (3, {"调试"})
    average = summary.average()
    assert (average["welding_minutes"], average["standby_minutes"]) == (20 * MINUTE, 20 * MINUTE)
    assert average["other_minutes"] == HOUR
    assert average["online_minutes"] + average["offline_minutes"] == average["total_minutes"] == 10 * HOUR


def test_a_state_field_with_countless_values_does_not_fill_the_memory() -> None:
    summary = DaySummary()
    for number in range(2 * UNCOUNTED_MAX):
        summary.add([day_of(**{f"state{number}": HOUR})])

    assert len(summary.uncounted) == UNCOUNTED_MAX
    assert set(summary.sums) == set(day_of(调试=HOUR).times)
