"""Device types and their fields, in t_device_type and t_device_type_field of PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from adapters.postgres.pool import Connection, Database
from arcbeat.domain.catalogue.device_types import DeviceType, Field, FreshnessThresholds, Label
from arcbeat.domain.errors import UnknownDeviceType
from arcbeat.domain.schema.columns import ColumnType
from arcbeat.domain.schema.super_tables import SuperTable

# A type and its fields in one row, so that one statement returns both in a consistent state.
_COLUMNS = """t.type_code, t.aliases, t.label_zh, t.label_en, t.super_table, t.late_after_seconds,
       t.stale_after_seconds, t.fields_version, t.position, t.enabled, t.state_field, t.states, t.offline_states,
       t.alarm_states,
       coalesce((select jsonb_agg(to_jsonb(f) order by f.position, f.name)
                   from t_device_type_field f where f.type_code = t.type_code), '[]') as fields"""
# A hash of all that is stored about a type. Not of fields_version, which other programs do not increment.
_STAMP = """encode(sha256(convert_to(concat_ws(chr(10), t::text,
         (select string_agg(f::text, chr(10) order by f.name)
            from t_device_type_field f where f.type_code = t.type_code)), 'UTF8')), 'hex') as stamp"""
_FROM = " from t_device_type t where (t.enabled or %(include_retired)s)"
_OF_CODE = " and (t.type_code = %(code)s or %(code)s = any(t.aliases)) order by t.type_code = %(code)s desc limit 1"
LIST_TYPES = f"select {_COLUMNS}{_FROM} order by t.position, t.type_code"
GET_TYPE = f"select {_COLUMNS}{_FROM}{_OF_CODE}"
STAMP_OF_TYPE = f"select {_STAMP}{_FROM}{_OF_CODE}"
STAMPED_TYPE = f"select {_STAMP}, {_COLUMNS}{_FROM}{_OF_CODE}"

PUT_TYPE = """
insert into t_device_type (type_code, aliases, label_zh, label_en, super_table, late_after_seconds,
                           stale_after_seconds, position, enabled, state_field, states, offline_states,
                           alarm_states)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (type_code) do nothing"""
PUT_FIELD = """
insert into t_device_type_field (type_code, name, label_zh, label_en, column_type, unit, decimals, position, hidden,
                                 minimum, maximum, max_length)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (type_code, name) do nothing"""


class PostgresCatalogue:
    """Implements DeviceCatalogue on t_device_type and t_device_type_field."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_types(self, *, include_retired: bool = False) -> Sequence[DeviceType]:
        rows = await self._database.fetch_all(LIST_TYPES, {"include_retired": include_retired})
        return [device_type_of(row) for row in rows]

    async def get_type(self, type_code: str, *, include_retired: bool = False) -> DeviceType:
        async with self._database.connection() as connection:
            return await read_type(connection, type_code, include_retired=include_retired)

    async def put_type(self, device_type: DeviceType) -> None:
        """Add a type with its fields; an existing type is left unchanged."""
        async with self._database.connection() as connection, connection.transaction():
            await insert_type(connection, device_type)


async def read_type(connection: Connection, type_code: str, *, include_retired: bool) -> DeviceType:
    """Return the type with this code or alias.

    Raises:
        UnknownDeviceType: no type has it.
    """
    parameters = {"code": type_code, "include_retired": include_retired}
    row = await (await connection.execute(GET_TYPE, parameters)).fetchone()
    if row is None:
        raise UnknownDeviceType
    return device_type_of(row)


async def insert_type(connection: Connection, device_type: DeviceType) -> bool:
    """Insert a type with its fields in the caller's transaction; return False if the code exists already."""
    if not (await connection.execute(PUT_TYPE, type_row(device_type))).rowcount:
        return False
    await insert_fields(connection, device_type)
    return True


async def insert_fields(connection: Connection, device_type: DeviceType) -> None:
    """Insert the fields of a type in the caller's transaction; existing fields are left unchanged."""
    rows = [_field_row(device_type, field, position) for position, field in enumerate(device_type.fields, start=1)]
    await connection.cursor().executemany(PUT_FIELD, rows)


def type_row(device_type: DeviceType) -> tuple[Any, ...]:
    """Return the parameters of PUT_TYPE."""
    label, thresholds = device_type.label, device_type.thresholds
    return (
        device_type.type_code,
        list(device_type.aliases),
        label.zh,
        label.en,
        str(device_type.super_table),
        thresholds.late_after_seconds,
        thresholds.stale_after_seconds,
        device_type.position,
        device_type.enabled,
        device_type.state_field,
        list(device_type.states),
        list(device_type.offline_states),
        list(device_type.alarm_states),
    )


def _field_row(device_type: DeviceType, field: Field, position: int) -> tuple[Any, ...]:
    return (
        device_type.type_code,
        field.name,
        field.label.zh,
        field.label.en,
        field.type.value,
        field.unit,
        field.decimals,
        position,
        field.hidden,
        field.minimum,
        field.maximum,
        field.max_length,
    )


def device_type_of(row: dict[str, Any]) -> DeviceType:
    """Return the device type of a row with the columns of `GET_TYPE`."""
    return DeviceType(
        type_code=row["type_code"],
        aliases=tuple(row["aliases"]),
        label=Label(row["label_zh"], row["label_en"]),
        super_table=SuperTable.parse(row["super_table"]),
        thresholds=FreshnessThresholds(row["late_after_seconds"], row["stale_after_seconds"]),
        fields=tuple(_field(each) for each in row["fields"]),
        fields_version=row["fields_version"],
        position=row["position"],
        enabled=row["enabled"],
        state_field=row["state_field"],
        states=tuple(row["states"]),
        offline_states=tuple(row["offline_states"]),
        alarm_states=tuple(row["alarm_states"]),
    )


def _field(row: dict[str, Any]) -> Field:
    return Field(
        name=row["name"],
        label=Label(row["label_zh"], row["label_en"]),
        type=ColumnType(row["column_type"]),
        unit=row["unit"],
        decimals=row["decimals"],
        hidden=row["hidden"],
        minimum=_number(row["minimum"]),
        maximum=_number(row["maximum"]),
        max_length=row["max_length"],
    )


def _number(value: float | None) -> float | None:
    """Convert to float: PostgreSQL writes 1e300 in JSON with all its digits, which is read as an int."""
    return None if value is None else float(value)
