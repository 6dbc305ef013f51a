"""What time it is."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, by the clock of this machine."""
    return datetime.now(UTC)
