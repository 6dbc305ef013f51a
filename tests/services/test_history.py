"""Pages of a history: while rows arrive, no row is lost and none is delivered twice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.readings.history import HistoryPage
from arcbeat.domain.readings.readings import HistoryQuery, Order, Reading
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.services.history import history_page, history_pages
from tests.support.fakes import FakeHistory

TABLE = SuperTable("test_db", "welding_real_data")
T0 = datetime(2024, 5, 1, 8, tzinfo=UTC)
START, END = T0, T0 + timedelta(microseconds=12)

moments = st.integers(min_value=-2, max_value=14)
# A database with nanosecond precision may have several rows within one microsecond of one subtable.
rows = st.lists(st.tuples(moments, st.sampled_from(["t_m1", "welder_7", "T_M1"])), max_size=30)


def readings(rows: Sequence[tuple[int, str]], mark: str) -> list[Reading]:
    return [
        Reading("M1", T0 + timedelta(microseconds=moment), {"mark": f"{mark}{number}"}, subtable)
        for number, (moment, subtable) in enumerate(rows)
    ]


def marks(found: Sequence[Reading]) -> list[object]:
    return [reading.values["mark"] for reading in found]


def in_range(stored: Sequence[Reading]) -> Counter[object]:
    return Counter(marks([reading for reading in stored if START <= reading.ts < END]))


async def all_pages(store: FakeHistory, query: HistoryQuery, arriving: Sequence[list[Reading]]) -> list[HistoryPage]:
    """Return all pages; a batch of rows arrives before each page but the first."""
    pages = [await history_page(store, TABLE, query)]
    waiting = list(arriving)
    while position := pages[-1].end:
        store.rows += waiting.pop(0) if waiting else []
        pages.append(await history_page(store, TABLE, query, position))
    return pages


def query(order: Order, limit: int) -> HistoryQuery:
    return HistoryQuery(device_code="M1", start=START, end=END, order=order, limit=limit)


@given(rows, st.integers(min_value=1, max_value=7), st.sampled_from(Order), st.integers())
async def test_the_pages_together_are_the_range_in_order(
    stored: list[tuple[int, str]], limit: int, order: Order, seed: int
) -> None:
    store = FakeHistory(readings(stored, "a"), seed)

    pages = await all_pages(store, query(order, limit), [])

    found = [reading for page in pages for reading in page.readings]
    assert Counter(marks(found)) == in_range(store.rows)
    assert [each.ts for each in found] == sorted((each.ts for each in found), reverse=order is Order.DESCENDING)
    assert all(len(page.readings) == limit for page in pages[:-1])
    assert len(pages[-1].readings) <= limit


@given(
    st.lists(st.tuples(moments, st.sampled_from(["t_m1", "welder_7", "T_M1"])), max_size=20, unique=True),
    st.lists(rows, max_size=4),
    st.integers(min_value=1, max_value=5),
    st.sampled_from(Order),
    st.integers(),
)
async def test_rows_that_arrive_between_pages_neither_hide_nor_repeat_stored_rows(
    stored: list[tuple[int, str]], arriving: list[list[tuple[int, str]]], limit: int, order: Order, seed: int
) -> None:
    store = FakeHistory(readings(stored, "a"), seed)
    taken = set(stored)
    batches = []
    for number, batch in enumerate(arriving):
        # A row with the ts and subtable of a stored one would replace it instead of adding a row.
        fresh = [row for row in dict.fromkeys(batch) if row not in taken]
        taken |= set(fresh)
        batches.append(readings(fresh, f"{number}."))
    before = in_range(store.rows)

    pages = await all_pages(store, query(order, limit), batches)

    found = Counter(marks([reading for page in pages for reading in page.readings]))
    assert before <= found
    assert max(found.values(), default=1) == 1


@given(rows, st.integers(min_value=1, max_value=7), st.sampled_from(Order))
async def test_iterating_over_all_pages_reads_one_at_a_time(
    stored: list[tuple[int, str]], limit: int, order: Order
) -> None:
    store = FakeHistory(readings(stored, "a"))

    pages = [page async for page in history_pages(store, TABLE, query(order, limit))]

    assert Counter(marks([reading for page in pages for reading in page])) == in_range(store.rows)
    assert all(0 < len(page) <= limit for page in pages[1:])
    assert all(query.limit <= limit + 1 + len(stored) for query in store.queries)


@pytest.mark.parametrize("order", Order)
async def test_the_next_page_continues_after_the_delivered_rows_when_they_have_changed(order: Order) -> None:
    store = FakeHistory(readings([(0, "t"), (1, "t"), (2, "t"), (3, "t")], "a"))
    first = await history_page(store, TABLE, query(order, 2))

    store.rows = [replace(reading, values={"mark": f"new {reading.values['mark']}"}) for reading in store.rows]
    second = await history_page(store, TABLE, query(order, 2), first.end)

    assert [each.ts for each in (*first.readings, *second.readings)] == sorted(
        (each.ts for each in store.rows), reverse=order is Order.DESCENDING
    )
