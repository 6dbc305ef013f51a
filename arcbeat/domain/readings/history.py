"""History in pages that stay right while rows arrive: none is lost and none comes twice."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from arcbeat.domain.readings.ports import HistorySource
from arcbeat.domain.readings.readings import HistoryQuery, Order, Reading, SuperTable

PAGE_ROWS_MAX = 5_000

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class HistoryPosition:
    """Where a page ended.

    «After this ts» would not do: a device may have several subtables with rows of one moment, and a database of
    nanoseconds several rows of one microsecond.

    Attributes:
        ts: of the last row that was delivered.
        delivered: how many rows of that ts were, by subtable.
    """

    ts: datetime
    delivered: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some readings of a device by time.

    Attributes:
        following: where the next page begins; None after the last one.
    """

    readings: Sequence[Reading]
    following: HistoryPosition | None


async def history_page(
    store: HistorySource, table: SuperTable, query: HistoryQuery, position: HistoryPosition | None = None
) -> HistoryPage:
    """At most ``query.limit`` readings of the query's range, from a position or from its beginning.

    Raises:
        StoreError: the store failed.
    """
    delivered = Counter(position.delivered) if position else Counter()
    asked = replace(_from(query, position), limit=query.limit + delivered.total() + 1)
    found = _undelivered(await store.history(table, asked), position, delivered)
    readings = found[: query.limit]
    return HistoryPage(readings, _after(readings, position) if len(found) > query.limit else None)


async def history_pages(
    store: HistorySource, table: SuperTable, query: HistoryQuery
) -> AsyncIterator[Sequence[Reading]]:
    """The whole range page by page, ``query.limit`` readings each but for the last; one page is held at a time.

    Raises:
        StoreError: the store failed.
    """
    page = await history_page(store, table, query)
    yield page.readings
    while page.following:
        page = await history_page(store, table, query, page.following)
        yield page.readings


def _from(query: HistoryQuery, position: HistoryPosition | None) -> HistoryQuery:
    if position is None:
        return query
    if query.order is Order.ASCENDING:
        return replace(query, start=max(query.start, position.ts))
    return replace(query, end=min(query.end, position.ts + _MICROSECOND))


def _undelivered(
    readings: Sequence[Reading], position: HistoryPosition | None, delivered: Counter[str]
) -> list[Reading]:
    if position is None:
        return list(readings)
    remaining = []
    for reading in readings:
        if reading.ts == position.ts and delivered[reading.subtable] > 0:
            delivered[reading.subtable] -= 1
        else:
            remaining.append(reading)
    return remaining


def _after(readings: Sequence[Reading], position: HistoryPosition | None) -> HistoryPosition:
    ts = readings[-1].ts
    delivered = Counter(reading.subtable for reading in readings if reading.ts == ts)
    if position is not None and position.ts == ts:
        delivered.update(position.delivered)
    return HistoryPosition(ts, delivered)
