from enum import StrEnum


class ImportDevicesEmptyCells(StrEnum):
    ERASE = "erase"
    KEEP = "keep"

    def __str__(self) -> str:
        return str(self.value)
