"""Checks whether tables that existed before arcbeat can be adopted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import psycopg

from arcbeat.domain.errors import StoreError

Rows: TypeAlias = psycopg.Connection[dict[str, object]]

HAS_VERSION_TABLE = "select to_regclass('t_arcbeat_schema_version') is not null as found"
SCHEMA_VERSION = "select version_num from t_arcbeat_schema_version"
COLUMNS = """
select column_name, data_type, is_nullable = 'NO' and column_default is null and is_identity = 'NO'
       and is_generated = 'NEVER' as must_be_given
  from information_schema.columns where table_schema = current_schema() and table_name = %s"""

ANY = frozenset[str]()
INTEGER = frozenset({"smallint", "integer", "bigint"})
NUMBER = INTEGER | {"numeric", "real", "double precision"}
TEXT = frozenset({"character varying", "text", "character"})
BOOLEAN = frozenset({"boolean"})
TIMESTAMP = frozenset({"timestamp with time zone", "timestamp without time zone", "date"})


class SchemaError(StoreError):
    """The database schema cannot be upgraded."""


@dataclass(frozen=True, slots=True)
class AdoptableTable:
    """A table that can be adopted, with the PostgreSQL types that its columns may have; ANY allows all types.

    Attributes:
        since: the migration that creates or adopts the table.
        needed: columns that an existing table must have.
        optional: columns that the migration adds if they are missing.
    """

    name: str
    since: str
    needed: Mapping[str, frozenset[str]]
    optional: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def known(self) -> Mapping[str, frozenset[str]]:
        return {**self.needed, **self.optional}


ADOPTABLE_TABLES = (
    AdoptableTable(
        "t_device_info",
        "0001",
        dict.fromkeys(
            ("id", "device_code", "device_name", "device_model", "device_type", "manufacturer", "production_date",
             "install_date", "install_location", "online_address", "team_name", "is_locked", "description",
             "created_at", "updated_at"),
            ANY,
        ),
    ),
    AdoptableTable(
        "t_dict_type",
        "0004",
        {"id": INTEGER, "dict_name": TEXT},
        {"description": TEXT, "created_at": TIMESTAMP, "updated_at": TIMESTAMP},
    ),
    AdoptableTable(
        "t_dict_data",
        "0004",
        {"id": INTEGER, "dict_type_id": INTEGER, "data_label": TEXT, "data_value": TEXT},
        {
            "sort_order": INTEGER,
            "enabled": BOOLEAN,
            "late_after_seconds": NUMBER,
            "stale_after_seconds": NUMBER,
            "created_at": TIMESTAMP,
            "updated_at": TIMESTAMP,
        },
    ),
)  # fmt: skip


def examine(connection: Rows) -> list[str]:
    """Return a report in lines for people: whether each table exists, is adopted, or is created by the migrations.

    Raises:
        SchemaError: an existing table cannot be adopted.
    """
    version = schema_version(connection)
    return [line for table in ADOPTABLE_TABLES for line in _examine(connection, table, version)]


def schema_version(connection: Rows) -> str:
    """Return the version of the last migration that ran; empty if none has."""
    if connection.execute(HAS_VERSION_TABLE).fetchone() != {"found": True}:
        return ""
    row = connection.execute(SCHEMA_VERSION).fetchone()
    return str(row["version_num"]) if row else ""


def _examine(connection: Rows, table: AdoptableTable, version: str) -> Iterator[str]:
    columns = {str(row["column_name"]): row for row in connection.execute(COLUMNS, (table.name,))}
    types = {name: str(row["data_type"]) for name, row in columns.items()}
    if columns:
        _check(table, types)
    if version >= table.since:
        yield f"{table.name} is in place"
    else:
        yield f"{table.name} existed and is adopted with its rows" if columns else f"{table.name} was created"
    unknown = [name for name, row in columns.items() if row["must_be_given"] and name not in table.known]
    if unknown:
        yield f"{table.name} requires {', '.join(unknown)}, unknown to arcbeat: it cannot add rows to the table"


def _check(table: AdoptableTable, types: Mapping[str, str]) -> None:
    missing = [name for name in table.needed if name not in types]
    if missing:
        raise SchemaError(f"{table.name} exists but has no column {', '.join(missing)}; nothing was changed.")
    wrong = [name for name, allowed in table.known.items() if allowed and types.get(name, "") not in allowed | {""}]
    if wrong:
        reasons = ", ".join(f"{name} has the type {types[name]}" for name in wrong)
        raise SchemaError(f"{table.name} exists but cannot be adopted: {reasons}; nothing was changed.")
