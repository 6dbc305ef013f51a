"""Query parameters of operations on readings."""

from zoneinfo import ZoneInfo

from arcbeat.domain.catalogue.device_types import Freshness
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.domain.readings.latest import ALL_READINGS, ReadingFilter
from arcbeat.domain.readings.windows import choose_interval
from arcbeat.domain.time.intervals import Interval
from arcbeat.domain.time.time_ranges import TimeRange
from handlers._http import query_errors
from handlers._time import parse_interval


def requested_interval(
    interval: str | None, max_points: int | None, within: TimeRange, zone: ZoneInfo, *, devices: int, values: int
) -> Interval:
    """Return the interval that the request names, or else the shortest one that makes at most ``max_points`` windows.

    Raises:
        InvalidInput: ``interval`` is invalid, every usual interval gives too many windows, or both are given.
    """
    if interval is None:
        with query_errors(points_max="max_points"):
            return choose_interval(within, zone, max_points, devices=devices, values=values)
    if max_points is not None:
        raise InvalidInput((InputError("query", "max_points", "not together with interval; leave one of them out"),))
    return parse_interval(interval)


def reading_filter(states: list[str], freshness: list[str]) -> ReadingFilter:
    """Return the filter of rows by their newest reading."""
    if not states and not freshness:
        return ALL_READINGS
    return ReadingFilter(states=frozenset(states), freshness=frozenset(map(Freshness, freshness)))
