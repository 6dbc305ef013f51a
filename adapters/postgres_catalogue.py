"""Device types and their fields in PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from adapters.postgres import Database
from arcbeat.domain.columns import ColumnType
from arcbeat.domain.device_types import DeviceType, Field, FreshnessThresholds, Label
from arcbeat.domain.errors import UnknownDeviceType
from arcbeat.domain.readings import SuperTable

# A type and its fields in one row, so that one round trip gives a consistent whole.
_SELECT = """
select t.type_code, t.aliases, t.label_zh, t.label_en, t.super_table, t.late_after_seconds, t.stale_after_seconds,
       t.fields_version,
       coalesce((select jsonb_agg(jsonb_build_array(f.name, f.label_zh, f.label_en, f.column_type, f.unit, f.decimals)
                                  order by f.position, f.name)
                   from t_device_type_field f where f.type_code = t.type_code and not f.hidden), '[]') as fields
  from t_device_type t
 where t.enabled"""
LIST_TYPES = f"{_SELECT} order by t.position, t.type_code"
GET_TYPE = (
    f"{_SELECT} and (t.type_code = %(code)s or %(code)s = any(t.aliases)) order by t.type_code = %(code)s desc limit 1"
)

PUT_TYPE = """
insert into t_device_type (type_code, aliases, label_zh, label_en, super_table, late_after_seconds,
                           stale_after_seconds, position)
values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (type_code) do nothing"""
PUT_FIELD = """
insert into t_device_type_field (type_code, name, label_zh, label_en, column_type, unit, decimals, position)
values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (type_code, name) do nothing"""


class PostgresCatalogue:
    """The DeviceCatalogue in t_device_type and t_device_type_field."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_types(self) -> Sequence[DeviceType]:
        return [_device_type(row) for row in await self._database.fetch_all(LIST_TYPES)]

    async def get_type(self, type_code: str) -> DeviceType:
        row = await self._database.fetch_one(GET_TYPE, {"code": type_code})
        if row is None:
            raise UnknownDeviceType
        return _device_type(row)

    async def put_type(self, device_type: DeviceType, position: int) -> None:
        """Add a type with its fields; one that is there already stays as it is."""
        label, thresholds = device_type.label, device_type.thresholds
        async with self._database.connection() as connection, connection.transaction():
            added = await connection.execute(
                PUT_TYPE,
                (
                    device_type.type_code,
                    list(device_type.aliases),
                    label.zh,
                    label.en,
                    str(device_type.super_table),
                    thresholds.late_after_seconds,
                    thresholds.stale_after_seconds,
                    position,
                ),
            )
            if added.rowcount:
                rows = [_field_row(device_type, field, at) for at, field in enumerate(device_type.fields, start=1)]
                await connection.cursor().executemany(PUT_FIELD, rows)


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
    )


def _device_type(row: dict[str, Any]) -> DeviceType:
    return DeviceType(
        type_code=row["type_code"],
        aliases=tuple(row["aliases"]),
        label=Label(row["label_zh"], row["label_en"]),
        super_table=SuperTable.parse(row["super_table"]),
        thresholds=FreshnessThresholds(row["late_after_seconds"], row["stale_after_seconds"]),
        fields=tuple(_field(*each) for each in row["fields"]),
        fields_version=row["fields_version"],
    )


def _field(name: str, label_zh: str, label_en: str, column_type: str, unit: str, decimals: int | None) -> Field:
    return Field(name=name, label=Label(label_zh, label_en), type=ColumnType(column_type), unit=unit, decimals=decimals)
