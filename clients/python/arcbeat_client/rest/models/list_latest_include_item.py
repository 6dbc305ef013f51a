from enum import StrEnum


class ListLatestIncludeItem(StrEnum):
    DEVICE = "device"

    def __str__(self) -> str:
        return str(self.value)
