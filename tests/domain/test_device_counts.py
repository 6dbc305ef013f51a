"""Counts of the devices of a type."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from arcbeat.domain.catalogue.device_types import DeviceType, Freshness, FreshnessThresholds
from arcbeat.domain.device_counts import DeviceCounts, DeviceTally, TeamOf
from arcbeat.domain.readings.latest import CachedLatest, LatestPage, LatestRow, Source
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.columns import Value
from tests.support.catalogue import CUTTING

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def page(*rows: tuple[float | None, Value], device_type: DeviceType = CUTTING) -> LatestPage:
    """Return a page with one device per age of its newest reading, in seconds, and state."""
    latest: Sequence[Latest | None] = [
        None if age is None else Latest(Reading("x", NOON - timedelta(seconds=age), {"device_status": state}))
        for age, state in rows
    ]
    classify = device_type.thresholds.classifier(NOON)
    return LatestPage(
        device_type=device_type,
        rows=[
            LatestRow(CachedLatest(f"D{index}", each, NOON), classify(each.reading.ts if each else None))
            for index, each in enumerate(latest)
        ],
        total=len(rows),
        sampled_at=NOON,
        source=Source.QUERY,
    )


def count_devices(page: LatestPage, team_of: TeamOf) -> DeviceCounts:
    """Count the devices of a page one by one, as parts of any size are counted."""
    tally = DeviceTally(page.device_type, team_of)
    for row in page.rows:
        tally.add([row])
    return tally.counts()


def counted(*rows: tuple[float | None, Value]) -> DeviceCounts:
    return count_devices(page(*rows), {})


def test_devices_are_counted_by_state_in_the_order_of_the_type() -> None:
    counts = counted((0, "待机"), (0, "切割"), (15, "切割"), (16, "关机")).all_teams

    assert list(counts.by_state.items()) == [("切割", 2), ("待机", 1), ("报警", 0), ("关机", 1)]
    assert (counts.total, counts.online, counts.offline) == (4, 3, 0)


def test_a_device_without_a_recent_reading_is_offline_in_any_state() -> None:
    counts = counted((60, "切割"), (60.001, "切割"), (None, None)).all_teams

    assert counts.by_state["切割"] == 1
    assert (counts.total, counts.online, counts.offline) == (3, 1, 2)


def test_states_that_the_type_does_not_list_follow_by_number_of_devices() -> None:
    counts = counted((0, "维修"), (0, 7), (0, 7), (0, None), (0, ""), (0, "调试"))

    assert list(counts.all_teams.by_state.items())[4:] == [("7", 2), (None, 2), ("维修", 1), ("调试", 1)]


def test_each_device_counts_once_by_state_or_as_offline_and_once_by_freshness() -> None:
    counts = counted((-5, "切割"), (15, "x"), (16, "关机"), (61, "切割"), (None, None), (None, None))

    assert {str(freshness): devices for freshness, devices in counts.by_freshness.items()} == {
        "live": 2,
        "late": 1,
        "stale": 1,
        "never": 2,
    }
    assert sum(counts.all_teams.by_state.values()) + counts.all_teams.offline == counts.all_teams.total == 6


def test_thresholds_may_be_thousands_of_years() -> None:
    patient = replace(CUTTING, thresholds=FreshnessThresholds(1e12, 1e13))

    counts = count_devices(page((1e9, "切割"), device_type=patient), {})

    assert counts.by_freshness[Freshness.LIVE] == 1


@pytest.mark.parametrize("age", [0.0, 14.999999, 15.0, 15.000001, 60.0, 60.000001, 1e6])
def test_freshness_is_counted_by_the_thresholds_of_the_type(age: float) -> None:
    freshness = CUTTING.thresholds.freshness(NOON - timedelta(seconds=age), NOON)

    assert counted((age, "切割")).by_freshness[freshness] == 1


def test_a_type_without_devices_lists_its_states() -> None:
    counts = counted().all_teams

    assert (counts.total, counts.online, counts.offline, sum(counts.by_state.values())) == (0, 0, 0, 0)
    assert list(counts.by_state) == list(CUTTING.states)


def test_each_team_is_counted_and_devices_without_a_team_come_last() -> None:
    rows = page((0, "切割"), (0, "报警"), (61, "切割"), (0, "关机"), (None, None), (0, "维修"))

    counts = count_devices(rows, {"D0": "班组二", "D1": "班组一", "D2": "班组二", "D3": "班组一"})

    assert [(team, each.total, each.online, each.offline) for team, each in counts.by_team.items()] == [
        ("班组一", 2, 1, 0),
        ("班组二", 2, 1, 1),
        (None, 2, 1, 1),
    ]
    assert list(counts.by_team["班组一"].by_state.items()) == [("切割", 0), ("待机", 0), ("报警", 1), ("关机", 1)]
    assert list(counts.by_team[None].by_state.items())[4:] == [("维修", 1)]
    assert sum(each.total for each in counts.by_team.values()) == counts.all_teams.total


def test_the_newest_reading_is_that_of_any_device() -> None:
    assert counted((40, "切割"), (7, "关机"), (None, None)).newest_reading_at == NOON - timedelta(seconds=7)
    assert counted((None, None)).newest_reading_at is None
    assert counted().newest_reading_at is None
