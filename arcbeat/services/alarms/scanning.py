"""Bounds how much history one request reads for alarms, in days times devices."""

from datetime import timedelta

DEVICE_DAYS_MAX = 300.0
"""Devices times days that a page reads, as for state time."""
DEVICE_DAYS_PER_WINDOW = 120.0
"""Devices times days that are searched for ended alarms at a time."""
DEVICE_DAYS_LEFT_MIN = 180.0
"""With less left, no further window is searched: the starts of the alarms that were found must be looked up as well."""

DAY = timedelta(days=1)


class ScanBudget:
    """What a request may still read."""

    def __init__(self, device_days: float = DEVICE_DAYS_MAX) -> None:
        self._left = device_days

    @property
    def allows_window(self) -> bool:
        return self._left >= DEVICE_DAYS_LEFT_MIN

    def take(self, devices: int, length: timedelta) -> int:
        """Return of how many devices a length of time may be read, at least one, so that each page makes progress."""
        days = length / DAY
        count = min(devices, max(1, int(self._left / days))) if days > 0 else devices
        self._left -= count * days
        return count
