from enum import StrEnum


class ColumnType(StrEnum):
    BIGINT = "bigint"
    BIGINT_UNSIGNED = "bigint unsigned"
    BOOL = "bool"
    DOUBLE = "double"
    FLOAT = "float"
    INT = "int"
    INT_UNSIGNED = "int unsigned"
    NCHAR = "nchar"
    OTHER = "other"
    SMALLINT = "smallint"
    SMALLINT_UNSIGNED = "smallint unsigned"
    TIMESTAMP = "timestamp"
    TINYINT = "tinyint"
    TINYINT_UNSIGNED = "tinyint unsigned"
    VARBINARY = "varbinary"
    VARCHAR = "varchar"

    def __str__(self) -> str:
        return str(self.value)
