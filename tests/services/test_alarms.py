"""Pages of alarms: complete, in order, and bounded in what they read."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.alarms.alarms import Acknowledgement, Alarm, AlarmFilter, AlarmPage, AlarmPosition
from arcbeat.domain.catalogue.device_types import DeviceType, FreshnessThresholds
from arcbeat.domain.errors import UnknownAlarm
from arcbeat.domain.readings.latest import CachedLatest, LatestPage, LatestRow, PageQuery, Source
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.time.time_ranges import TimeRange
from arcbeat.services.alarms.acknowledging import alarm_at
from arcbeat.services.alarms.ended import DevicesOfType
from arcbeat.services.alarms.following import AlarmLookup
from arcbeat.services.alarms.listing import AlarmSources, alarm_page
from arcbeat.services.alarms.lookup import MOMENT
from arcbeat.services.alarms.scanning import DAY, DEVICE_DAYS_MAX
from tests.support.catalogue import CUTTING
from tests.support.fakes import FakeHistory
from tests.support.state_reference import runs_by_reading

NOW = datetime(2024, 5, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LAST_DAY = TimeRange(NOW - DAY, NOW)
EVERYTHING = AlarmFilter()
TYPE = replace(CUTTING, thresholds=FreshnessThresholds(3600, 3600), alarm_states=("报警", "故障"))

Ended = tuple[datetime | None, str, datetime, str]


class Acknowledgements:
    """No alarm is acknowledged, except those of the devices ``codes``."""

    def __init__(self, *codes: str) -> None:
        self._codes = codes

    async def of(self, alarms: Sequence[Alarm]) -> Sequence[Acknowledgement | None]:
        note = Acknowledgement(note="", by="li", at=NOW)
        return [note if alarm.device_code in self._codes else None for alarm in alarms]

    async def acknowledge(self, alarm: Alarm, note: str, by: str) -> Acknowledgement:
        raise NotImplementedError

    async def withdraw(self, alarm: Alarm, by: str | None) -> None:
        raise NotImplementedError


class Pages:
    """The newest readings of a history, as of NOW."""

    def __init__(self, store: FakeHistory) -> None:
        self._store = store

    async def page(self, query: PageQuery) -> LatestPage:
        newest = {each.device_code: each for each in sorted(self._store.rows, key=lambda each: each.ts)}
        rows = [
            LatestRow(CachedLatest(code, Latest(reading, clock_skew=False), NOW), freshness)
            for code, reading in sorted(newest.items())
            if query.readings.matches(
                str(reading.values["device_status"]), freshness := TYPE.thresholds.freshness(reading.ts, NOW)
            )
        ]
        return LatestPage(device_type=TYPE, rows=rows, total=len(rows), sampled_at=NOW, source=Source.QUERY)

    async def one(self, device_code: str, *, max_age_seconds: float | None) -> LatestPage:
        raise NotImplementedError


def reading(code: str, hours: float, state: str | None) -> Reading:
    """Return a reading; ``hours`` is relative to NOW."""
    return Reading(code, NOW + hours * HOUR, {"device_status": state})


def lasting(code: str, first: float, last: float, state: str = "报警") -> list[Reading]:
    """Return readings every half an hour."""
    return [reading(code, first + number / 2, state) for number in range(int(2 * (last - first)) + 1)]


async def pages(
    store: FakeHistory,
    codes: Sequence[str],
    *,
    limit: int = 200,
    where: AlarmFilter = EVERYTHING,
    within: TimeRange = LAST_DAY,
    acknowledged: Sequence[str] = (),
    device_type: DeviceType = TYPE,
) -> list[AlarmPage]:
    """Return all pages, and check that none reads too much."""
    sources = AlarmSources(store, Pages(store), Acknowledgements(*acknowledged))
    found: list[AlarmPage] = []
    position: AlarmPosition | None = AlarmPosition()
    while position is not None:
        store.run_queries.clear()
        group = DevicesOfType(device_type, codes)
        found.append(await alarm_page(sources, [group], where, within, limit=limit, position=position))
        assert len(found[-1].alarms) <= limit
        # Each query also reads the time of the longest gap before its range.
        read = sum(each.device_days - len(each.device_codes) / 24 for each in store.run_queries)
        assert read <= DEVICE_DAYS_MAX + 40
        assert found[-1].end != position
        position = found[-1].end
    return found


def alarms_of(found: Sequence[AlarmPage]) -> list[Alarm]:
    return [each.alarm for page in found for each in page.alarms]


def expected(store: FakeHistory, codes: Sequence[str], within: TimeRange) -> list[Ended]:
    """Return the alarms that ended in a range, computed reading by reading."""
    found: list[Ended] = []
    for code in codes:
        rows = [each for each in store.rows if each.device_code == code]
        runs = runs_by_reading(code, rows, "device_status", HOUR)
        for number, run in enumerate(runs):
            following = runs[number + 1].first if number + 1 < len(runs) else NOW + DAY
            end = min(following, run.last + HOUR)
            if run.state in TYPE.alarm_states and within.start < end <= within.end:
                found.append((end, code, run.first, str(run.state)))
    by_code = sorted(found, key=lambda each: each[1])
    return sorted(by_code, key=lambda each: each[0] or NOW, reverse=True)


histories = st.lists(
    st.builds(
        reading,
        st.sampled_from(["B", "a", "焊"]),
        st.integers(-80, 0).map(lambda halves: halves / 2 - 0.25),
        st.sampled_from(["切割", "报警", "故障", None]),
    ),
    max_size=40,
)


@given(histories, st.integers(1, 5), st.sampled_from([3, 300, 2_000]))
async def test_the_pages_of_any_history_have_the_alarms_computed_reading_by_reading(
    rows: list[Reading], limit: int, devices: int
) -> None:
    store = FakeHistory(rows)
    codes = ["B", "a", "焊", *(f"none{number}" for number in range(devices - 3))]
    within = TimeRange(NOW - timedelta(hours=30), NOW)

    found = alarms_of(await pages(store, sorted(codes), limit=limit, within=within))

    ended = [(each.end, each.device_code, each.start, each.state) for each in found if each.end is not None]
    assert ended == expected(store, ["B", "a", "焊"], within)
    still_open = [each for each in found if each.end is None]
    assert found[: len(still_open)] == still_open


async def test_open_alarms_come_first_by_device_code_with_their_starts() -> None:
    store = FakeHistory(
        [*lasting("b", -50, 0), *lasting("a", -2, -0.5), *lasting("c", -9, -5), *lasting("d", -3, -0.5, "x")]
    )

    found = alarms_of(await pages(store, ["a", "b", "c", "d"], limit=1))

    assert [(each.device_code, each.start, each.end) for each in found] == [
        ("a", NOW - 2 * HOUR, None),
        ("b", NOW - 50 * HOUR, None),
        ("c", NOW - 9 * HOUR, NOW - 4 * HOUR),
    ]


async def test_a_page_ends_where_it_may_read_no_more_and_the_next_one_goes_on() -> None:
    codes = [f"{number:02}" for number in range(25)]
    store = FakeHistory([row for code in codes for row in lasting(code, -240, 0)])

    found = await pages(store, codes, where=AlarmFilter(is_open=True))

    assert len(found) > 1
    assert [each.device_code for each in alarms_of(found)] == codes
    assert {each.start for each in alarms_of(found)} == {NOW - 240 * HOUR}


async def test_alarms_that_end_at_one_moment_after_a_long_time_are_listed_page_by_page() -> None:
    codes = [f"{number:02}" for number in range(25)]
    store = FakeHistory([row for code in codes for row in [*lasting(code, -240, -30), reading(code, -29.5, "待机")]])

    found = await pages(store, codes, within=TimeRange(NOW - 2 * DAY, NOW))

    assert [each.device_code for each in alarms_of(found)] == codes
    assert {each.start for each in alarms_of(found)} == {NOW - 240 * HOUR}


async def test_the_start_of_an_alarm_is_looked_for_31_days_back() -> None:
    store = FakeHistory(lasting("a", -40 * 24, 0))

    (alarm,) = alarms_of(await pages(store, ["a"]))

    assert (alarm.start, alarm.starts_earlier) == (NOW + MOMENT - timedelta(days=31), True)


@pytest.mark.parametrize(
    ("where", "codes"),
    [
        (AlarmFilter(is_open=True), ["a"]),
        (AlarmFilter(is_open=False), ["b", "c"]),
        (AlarmFilter(states=frozenset({"故障"})), ["b"]),
        (AlarmFilter(is_acknowledged=True), ["c"]),
        (AlarmFilter(is_acknowledged=False), ["a", "b"]),
    ],
)
async def test_filters(where: AlarmFilter, codes: list[str]) -> None:
    store = FakeHistory([*lasting("a", -2, 0), *lasting("b", -5, -4, "故障"), *lasting("c", -9, -8)])

    found = alarms_of(await pages(store, ["a", "b", "c"], where=where, acknowledged=["c"], limit=1))

    assert [each.device_code for each in found] == codes


@pytest.mark.parametrize("hours", [-49.5, -20, -2])
async def test_an_alarm_is_found_by_any_moment_in_it(hours: float) -> None:
    store = FakeHistory([reading("a", -50, "待机"), *lasting("a", -49.5, -2), reading("a", -1.5, "待机")])

    alarm = await alarm_at(store, TYPE, "a", NOW + hours * HOUR, NOW)

    assert (alarm.start, alarm.end) == (NOW - 49.5 * HOUR, NOW - 1.5 * HOUR)


@pytest.mark.parametrize("hours", [-50, -1.5, -0.1, 1])
async def test_a_moment_outside_of_alarms_has_none(hours: float) -> None:
    store = FakeHistory([reading("a", -50, "待机"), *lasting("a", -49.5, -2), reading("a", -1.5, "待机")])

    with pytest.raises(UnknownAlarm):
        await alarm_at(store, TYPE, "a", NOW + hours * HOUR, NOW)


async def test_alarms_are_looked_up_each_at_its_own_moment() -> None:
    store = FakeHistory(
        [*lasting("a", -30, 0), *lasting("b", -5, -3), reading("c", -3, "待机"), *lasting("c", -0.5, 0)]
    )
    moments = {"a": NOW, "b": NOW - 3 * HOUR, "c": NOW - 3 * HOUR}

    found = await AlarmLookup(store, lambda: NOW).at(TYPE, moments)

    assert {code: (each.start, each.end) for code, each in found.items()} == {
        "a": (NOW - 30 * HOUR, None),
        "b": (NOW - 5 * HOUR, NOW - 2 * HOUR),
    }


async def test_what_exceeds_the_budget_is_not_looked_up() -> None:
    codes = [f"{number:04}" for number in range(400)]
    store = FakeHistory([reading("0000", -24, "报警")])

    found = await AlarmLookup(store, lambda: NOW).at(TYPE, dict.fromkeys(codes, NOW - DAY))

    assert list(found) == ["0000"]
    assert sum(len(each.device_codes) for each in store.run_queries) <= 2 * DEVICE_DAYS_MAX
    assert found["0000"].end == NOW - 23 * HOUR
