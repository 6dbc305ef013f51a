"""Clocks that tests move."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


class Clock:
    """What time it is; one second is one in both of its ways to say so."""

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
"""Time zones with all that zones are known for."""
