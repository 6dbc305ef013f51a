from enum import StrEnum


class GroupWindowsResponseGroupBy(StrEnum):
    TEAM_NAME = "team_name"
    TYPE_CODE = "type_code"

    def __str__(self) -> str:
        return str(self.value)
