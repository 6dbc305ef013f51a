from enum import StrEnum


class DeviceDriftDrift(StrEnum):
    UNREGISTERED = "unregistered"
    VANISHED = "vanished"

    def __str__(self) -> str:
        return str(self.value)
