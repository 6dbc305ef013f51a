"""Creates the super table of a device type from the type's fields."""

from collections.abc import Sequence

from arcbeat.domain.catalogue.device_types import DeviceType, Field
from arcbeat.domain.errors import (
    Conflict,
    InvalidValue,
    StoreBadValue,
    StoreObjectMissing,
    StoreUnauthorised,
    Violation,
)
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.columns import DEVICE_CODE, TIMESTAMP, Column, ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

NAME_TAG = "name"
TEXT_LENGTH_DEFAULT = 50
"""The length of a text column whose field has no max_length, and of the tags."""
TEXTS = frozenset({ColumnType.VARCHAR, ColumnType.NCHAR, ColumnType.VARBINARY})
BYTES_PER_CHARACTER_MAX = 4
COLUMN_BYTES_MAX = 65_517
"""The limit of a varchar of TDengine; a varchar counts bytes, a field's max_length counts characters."""


async def create_super_table(telemetry: TelemetryStore, device_type: DeviceType) -> bool:
    """Create the super table of a device type, and return True; return False if it exists, whatever its columns are.

    Raises:
        InvalidValue: No column can be made from a field, or the type has no fields.
        Conflict: The account of this service may not create the table, or the store has no such database.
        StoreError: The store failed in another way.
    """
    table = device_type.super_table
    columns = super_table_columns(device_type.fields)
    if await _exists(telemetry, table):
        return False
    try:
        await telemetry.create_super_table(table, columns)
    except StoreUnauthorised as error:
        detail = (
            f"The account of this service may not create the super table {table} in the readings store. Grant it the "
            "privilege, or create the table with another account."
        )
        raise Conflict(detail) from error
    except StoreObjectMissing as error:
        detail = f"The readings store has no database {table.database}. Create it, and repeat the request."
        raise Conflict(detail) from error
    except StoreBadValue as error:
        raise InvalidValue.of("fields", f"cannot be the columns of a super table: {error.detail}") from error
    return True


def super_table_columns(fields: Sequence[Field]) -> tuple[Column, ...]:
    """Return the columns of a super table for these fields: ``ts``, one column per field, and the tags.

    The tags are ``device_code`` and, unless a field has this name, ``name``.

    Raises:
        InvalidValue: There are no fields, or no column can be made from one of them.
    """
    if not fields:
        raise InvalidValue.of("fields", "must have at least one field, from which the super table gets its columns")
    violations = [
        Violation(f"fields/{index}/type", "must be the type of a column, because the super table is created from it")
        for index, field in enumerate(fields)
        if field.type is ColumnType.OTHER
    ]
    if violations:
        raise InvalidValue(violations)
    tags = [DEVICE_CODE, *([NAME_TAG] if NAME_TAG not in {field.name for field in fields} else [])]
    return (
        Column(name=TIMESTAMP, type=ColumnType.TIMESTAMP),
        *(Column(name=field.name, type=field.type, length=_length(field)) for field in fields),
        *(Column(name=tag, type=ColumnType.NCHAR, length=TEXT_LENGTH_DEFAULT, is_tag=True) for tag in tags),
    )


def _length(field: Field) -> int | None:
    if field.type not in TEXTS:
        return None
    characters = field.max_length or TEXT_LENGTH_DEFAULT
    if field.type is ColumnType.VARCHAR:
        return min(characters * BYTES_PER_CHARACTER_MAX, COLUMN_BYTES_MAX)
    return characters


async def _exists(telemetry: TelemetryStore, table: SuperTable) -> bool:
    try:
        await telemetry.describe(table)
    except StoreObjectMissing:
        return False
    return True
