from enum import StrEnum


class GetLatestIncludeItem(StrEnum):
    DEVICE = "device"

    def __str__(self) -> str:
        return str(self.value)
