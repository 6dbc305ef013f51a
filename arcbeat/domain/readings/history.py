"""Pages of history that stay correct while rows arrive: no row is lost, and none is delivered twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from arcbeat.domain.readings.readings import HistoryQuery, Order, Reading

PAGE_ROWS_MAX = 5_000

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class HistoryPosition:
    """Where a page ended.

    The ts alone is not enough: a device may have rows with the same ts in several subtables or with several values of a
    second key, and a database with nanosecond precision may have several rows within one microsecond.

    Attributes:
        ts: of the last delivered row.
        delivered: how many rows with this ts have been delivered, by subtable.
    """

    ts: datetime
    delivered: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Readings of one device, ordered by time.

    Attributes:
        end: where the page ended and the next one begins; None for the last page.
    """

    readings: Sequence[Reading]
    end: HistoryPosition | None


def resumed(query: HistoryQuery, position: HistoryPosition | None) -> HistoryQuery:
    """Return the query that reads the page after a position.

    It reads the rows with the position's ts again, because some of them may not have been delivered, and one row more
    than the page has, which tells whether there is a next page.
    """
    if position is None:
        return replace(query, limit=query.limit + 1)
    limit = query.limit + sum(position.delivered.values()) + 1
    if query.order is Order.ASCENDING:
        return replace(query, limit=limit, start=max(query.start, position.ts))
    return replace(query, limit=limit, end=min(query.end, position.ts + _MICROSECOND))


def page_of(found: Sequence[Reading], limit: int, position: HistoryPosition | None) -> HistoryPage:
    """Return the page of at most ``limit`` readings among those that the resumed query found."""
    remaining = _without_delivered(found, position)
    readings = remaining[:limit]
    return HistoryPage(readings, _position_after(readings, position) if len(remaining) > limit else None)


def _without_delivered(readings: Sequence[Reading], position: HistoryPosition | None) -> list[Reading]:
    if position is None:
        return list(readings)
    delivered = Counter(position.delivered)
    remaining = []
    for reading in readings:
        if reading.ts == position.ts and delivered[reading.subtable] > 0:
            delivered[reading.subtable] -= 1
        else:
            remaining.append(reading)
    return remaining


def _position_after(readings: Sequence[Reading], position: HistoryPosition | None) -> HistoryPosition:
    ts = readings[-1].ts
    delivered = Counter(reading.subtable for reading in readings if reading.ts == ts)
    if position is not None and position.ts == ts:
        delivered.update(position.delivered)
    return HistoryPosition(ts, delivered)
