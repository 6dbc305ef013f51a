from enum import StrEnum


class ListGroupWindowsGroupBy(StrEnum):
    TEAM_NAME = "team_name"
    TYPE_CODE = "type_code"

    def __str__(self) -> str:
        return str(self.value)
