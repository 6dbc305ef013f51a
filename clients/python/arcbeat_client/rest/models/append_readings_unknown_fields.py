from enum import StrEnum


class AppendReadingsUnknownFields(StrEnum):
    IGNORE = "ignore"
    REJECT = "reject"

    def __str__(self) -> str:
        return str(self.value)
