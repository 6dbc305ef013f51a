from enum import StrEnum


class ApiKeyPurpose(StrEnum):
    PROGRAM = "program"
    WALL = "wall"

    def __str__(self) -> str:
        return str(self.value)
