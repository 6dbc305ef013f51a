"""Reading state runs and spans in several queries."""

import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.errors import StatementTimeout
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.states.runs import QueryTooLarge, StateRun, StateRunQuery
from arcbeat.domain.states.spans import SpanKind, StateSpan
from arcbeat.services.state_runs import read_runs, read_spans
from arcbeat.services.state_spans import span_page
from tests.support.fakes import FakeHistory
from tests.support.state_reference import moments, runs_by_reading

TABLE = SuperTable("test_db", "welding_real_data")
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
CODES = ("B", "a", "焊")

readings = st.lists(
    st.builds(
        lambda code, hours, state: Reading(code, NOON + hours * HOUR, {"x": state}),
        st.sampled_from(CODES),
        st.integers(-200, 100),
        st.sampled_from(["焊接", "待机", "", None]),
    ),
    max_size=30,
)
gaps = st.sampled_from([HOUR, 3 * HOUR, 24 * HOUR, 25 * HOUR, 100 * HOUR])


def query(max_gap: timedelta, *, end: int = 90, runs_max: int = 50_000) -> StateRunQuery:
    return StateRunQuery(
        device_codes=CODES, start=NOON, end=NOON + end * HOUR, field="x", max_gap=max_gap, runs_max=runs_max
    )


@given(readings, gaps, st.integers(1, 5))
async def test_runs_are_the_same_however_small_the_queries_are(
    sent: list[Reading], max_gap: timedelta, runs_max: int
) -> None:
    asked = query(max_gap, runs_max=runs_max)

    found = [run async for run in read_runs(FakeHistory(sent), TABLE, asked)]

    assert found == [run for code in CODES for run in runs_by_reading(code, _within(sent, code, asked), "x", max_gap)]


def _within(sent: list[Reading], code: str, asked: StateRunQuery) -> list[Reading]:
    return [each for each in sent if each.device_code == code and asked.start <= each.ts < asked.end]


@given(readings, gaps)
async def test_spans_divide_the_range_by_the_state_at_each_moment(sent: list[Reading], max_gap: timedelta) -> None:
    asked = query(max_gap)

    found = [span async for span in read_spans(FakeHistory(sent), TABLE, asked)]

    for code in CODES:
        spans = [span for span in found if span.device_code == code]
        assert (spans[0].start, spans[-1].end) == (asked.start, asked.end)
        assert all(earlier.end == later.start for earlier, later in pairwise(spans))
        assert all((a.kind, a.state) != (b.kind, b.state) for a, b in pairwise(spans))
        known = moments([each for each in sent if each.device_code == code], "x")
        for hour in range(90):
            now = NOON + hour * HOUR + HOUR / 2
            (span,) = [each for each in spans if each.start <= now < each.end]
            assert (span.kind, span.state) == _state_at(now, known, max_gap)


def _state_at(
    now: datetime, known: list[tuple[datetime, str | None]], max_gap: timedelta
) -> tuple[SpanKind, str | None]:
    before = [(ts, state) for ts, state in known if ts <= now]
    if not before or now >= before[-1][0] + max_gap:
        return SpanKind.SILENT, None
    state = before[-1][1]
    return (SpanKind.UNKNOWN if state is None else SpanKind.STATE), state


@given(readings, gaps, st.integers(1, 4))
async def test_pages_have_the_spans_of_the_whole_range(sent: list[Reading], max_gap: timedelta, limit: int) -> None:
    store, asked = FakeHistory(sent), query(max_gap)

    paged: list[StateSpan] = []
    page = await span_page(store, TABLE, asked, limit=limit)
    paged += page.spans
    while page.end is not None:
        page = await span_page(store, TABLE, asked, limit=limit, position=page.end)
        paged += page.spans

    assert paged == [span async for span in read_spans(store, TABLE, asked)]


class SlowHistory(FakeHistory):
    """A source whose statements about more than ``hours_max`` take too long."""

    hours_max = 6.0

    async def state_runs(self, table: SuperTable, query: StateRunQuery) -> Sequence[StateRun]:
        runs = await super().state_runs(table, query)
        if query.device_days * 24 > self.hours_max:
            raise StatementTimeout
        return runs


async def test_a_query_that_takes_too_long_is_repeated_in_smaller_parts() -> None:
    sent = [Reading(code, NOON + hours * HOUR, {"x": "焊接"}) for code in CODES for hours in range(24)]
    store, asked = SlowHistory(sent), query(HOUR, end=24)

    found = [run async for run in read_runs(store, TABLE, asked)]

    assert found == [StateRun(code, "焊接", NOON, NOON + 23 * HOUR) for code in CODES]
    too_slow = [each for each in store.run_queries if each.device_days * 24 > store.hours_max]
    assert len(too_slow) == 2


async def test_queries_are_not_repeated_for_ever() -> None:
    store = SlowHistory([])
    store.hours_max = 0.5

    with pytest.raises(StatementTimeout):
        [run async for run in read_runs(store, TABLE, query(HOUR, end=24))]

    assert len(store.run_queries) == 3


async def test_a_moment_with_many_runs_does_not_make_the_queries_behind_it_small() -> None:
    burst = [Reading("B", NOON + number * SECOND, {"x": str(number)}) for number in range(64)]
    store = FakeHistory([*burst, Reading("焊", NOON + 80 * HOUR, {"x": "焊接"})])

    found = [run async for run in read_runs(store, TABLE, query(HOUR, runs_max=3))]

    assert len(found) == 65
    assert len(store.run_queries) < 200


class RestlessDevice:
    """A StateRunSource of a device that changes its state every second."""

    async def state_runs(self, table: SuperTable, asked: StateRunQuery) -> list[StateRun]:  # noqa: ARG002 -- there is only one table
        seconds = (asked.end - asked.start) // SECOND
        if seconds > asked.runs_max:
            raise QueryTooLarge
        moments_of_range = [asked.start + number * SECOND for number in range(seconds)]
        return [StateRun("M1", str(ts.second), ts, ts) for ts in moments_of_range]


async def test_only_the_runs_of_one_query_are_in_memory() -> None:
    async def peak_bytes(hours: int) -> int:
        asked = StateRunQuery(
            device_codes=("M1",), start=NOON, end=NOON + hours * HOUR, field="x", max_gap=HOUR, runs_max=900
        )
        tracemalloc.start()
        try:
            assert [run async for run in read_runs(RestlessDevice(), TABLE, asked) if run.first == NOON]
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    await peak_bytes(1)  # what is allocated once

    assert await peak_bytes(16) < 1.5 * await peak_bytes(2)
