"""Clocks that tests move, intervals, and time zones."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from arcbeat.domain.time.intervals import Interval


class Clock:
    """A clock and a monotonic clock that advance together."""

    def __init__(self, now: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self.now = now
        self._seconds = 0.0

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self._seconds

    def pass_seconds(self, seconds: float) -> None:
        self._seconds += seconds
        self.now += timedelta(seconds=seconds)


def interval(text: str) -> Interval:
    """Return the interval that is written like this: 5m, 500ms."""
    count = re.match("[0-9]+", text)
    assert count
    return Interval(int(count[0]), text[count.end() :])


ZONES = tuple(
    map(
        ZoneInfo,
        (
            "UTC",
            "Asia/Shanghai",
            "Asia/Kathmandu",
            "Europe/Berlin",
            "America/St_Johns",
            "America/Sao_Paulo",
            "Australia/Lord_Howe",  # shifts by half an hour
            "Pacific/Apia",  # skipped a day
            "Africa/Casablanca",  # four shifts a year
        ),
    )
)
"""Time zones that cover the special cases."""
