"""Bounds how much history one request reads for alarms, in days times devices."""

from datetime import timedelta

DEVICE_DAYS_MAX = 300.0
"""Devices times days that a page reads, as for state time."""
FIRST_WINDOW_DEVICE_DAYS = 30.0
"""Devices times days that are searched for ended alarms first. While the page is not full, each further window is twice
as long, so that a plant with many alarms reads little per page, and one with few needs few pages."""
WINDOW_DEVICE_DAYS_MAX = 120.0
STARTS_DEVICE_DAYS = 60.0
"""What a further window must leave, because the starts of the alarms that are found have to be looked up as well."""

DAY = timedelta(days=1)


class ScanBudget:
    """What a request may still read."""

    def __init__(self, device_days: float = DEVICE_DAYS_MAX) -> None:
        self._left = device_days

    def allows(self, window_device_days: float) -> bool:
        """Return whether a further window may be searched."""
        return self._left >= window_device_days + STARTS_DEVICE_DAYS

    def take(self, devices: int, length: timedelta) -> int:
        """Return of how many devices a length of time may be read, at least one, so that each page makes progress."""
        days = length / DAY
        count = min(devices, max(1, int(self._left / days))) if days > 0 else devices
        self._left -= count * days
        return count
