"""Figures as the messages of findings show them."""

from datetime import UTC, datetime

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
BYTE_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")


def moment_text(moment: datetime) -> str:
    """Return a moment to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def day_text(moment: datetime) -> str:
    """Return the day of a moment in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def seconds_text(seconds: float) -> str:
    """Return a duration in the unit that suits it."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 2 * MINUTE:
        return f"{seconds:.1f} s"
    if seconds < 2 * HOUR:
        return f"{seconds / MINUTE:.1f} min"
    return f"{seconds / HOUR:.1f} h" if seconds < 2 * DAY else f"{seconds / DAY:.1f} days"


def mebibytes_text(mebibytes: float) -> str:
    """Return an amount of memory."""
    return f"{mebibytes:.0f} MiB"


def bytes_text(size: float) -> str:
    """Return a size in the unit that suits it."""
    for unit in BYTE_UNITS[:-1]:
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == BYTE_UNITS[0] else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} {BYTE_UNITS[-1]}"


def runs_text(number: int) -> str:
    """Return how many runs."""
    return "1 run" if number == 1 else f"{number} runs"
