from enum import StrEnum


class ListWindowsFill(StrEnum):
    NONE = "none"
    NULL = "null"
    PREVIOUS = "previous"

    def __str__(self) -> str:
        return str(self.value)
