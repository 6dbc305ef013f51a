from enum import StrEnum


class SuperTablePageProduct(StrEnum):
    POSTGRESQL = "PostgreSQL"
    TDENGINE = "TDengine"

    def __str__(self) -> str:
        return str(self.value)
