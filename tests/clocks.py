"""Clocks that tests move."""

from datetime import UTC, datetime, timedelta


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
