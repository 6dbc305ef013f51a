from enum import StrEnum


class ExportWindowsFill(StrEnum):
    NONE = "none"
    NULL = "null"
    PREVIOUS = "previous"

    def __str__(self) -> str:
        return str(self.value)
