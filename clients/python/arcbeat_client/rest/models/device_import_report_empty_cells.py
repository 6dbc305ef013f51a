from enum import StrEnum


class DeviceImportReportEmptyCells(StrEnum):
    ERASE = "erase"
    KEEP = "keep"

    def __str__(self) -> str:
        return str(self.value)
