from enum import StrEnum


class ListLatestByEarlierNameIncludeItem(StrEnum):
    DEVICE = "device"

    def __str__(self) -> str:
        return str(self.value)
