"""The clock."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Returns the current time in UTC."""

    def __call__(self) -> datetime: ...


def utc_now() -> datetime:
    """Return the current time of this machine's clock, in UTC."""
    return datetime.now(UTC)
