from enum import StrEnum


class ListGroupWindowsFill(StrEnum):
    NONE = "none"
    NULL = "null"
    PREVIOUS = "previous"

    def __str__(self) -> str:
        return str(self.value)
