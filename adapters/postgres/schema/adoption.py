"""Tables that a user may have had before arcbeat: whether they can be used as they are."""

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
WHOLE = frozenset({"smallint", "integer", "bigint"})
NUMBER = WHOLE | {"numeric", "real", "double precision"}
TEXT = frozenset({"character varying", "text", "character"})
TRUTH = frozenset({"boolean"})
MOMENT = frozenset({"timestamp with time zone", "timestamp without time zone", "date"})


class SchemaError(StoreError):
    """The database cannot be brought up to date."""


@dataclass(frozen=True, slots=True)
class Adoptable:
    """A table and what its columns have to be, by PostgreSQL's names of types; ANY where it does not matter.

    Attributes:
        since: the migration that makes it, or adopts it.
        optional: these are added where they are missing.
    """

    name: str
    since: str
    needed: Mapping[str, frozenset[str]]
    optional: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def known(self) -> Mapping[str, frozenset[str]]:
        return {**self.needed, **self.optional}


ADOPTABLE = (
    Adoptable(
        "t_device_info",
        "0001",
        dict.fromkeys(
            ("id", "device_code", "device_name", "device_model", "device_type", "manufacturer", "production_date",
             "install_date", "install_location", "online_address", "team_name", "is_locked", "description",
             "created_at", "updated_at"),
            ANY,
        ),
    ),
    Adoptable(
        "t_dict_type",
        "0004",
        {"id": WHOLE, "dict_name": TEXT},
        {"description": TEXT, "created_at": MOMENT, "updated_at": MOMENT},
    ),
    Adoptable(
        "t_dict_data",
        "0004",
        {"id": WHOLE, "dict_type_id": WHOLE, "data_label": TEXT, "data_value": TEXT},
        {
            "sort_order": WHOLE,
            "enabled": TRUTH,
            "late_after_seconds": NUMBER,
            "stale_after_seconds": NUMBER,
            "created_at": MOMENT,
            "updated_at": MOMENT,
        },
    ),
)  # fmt: skip


def examine(connection: Rows) -> list[str]:
    """Lines for a person: where each table comes from, or will come from once the migrations have run.

    Raises:
        SchemaError: one of them cannot be used.
    """
    version = schema_version(connection)
    return [line for table in ADOPTABLE for line in _examine(connection, table, version)]


def schema_version(connection: Rows) -> str:
    """The last migration that ran; empty where none has."""
    if connection.execute(HAS_VERSION_TABLE).fetchone() != {"found": True}:
        return ""
    row = connection.execute(SCHEMA_VERSION).fetchone()
    return str(row["version_num"]) if row else ""


def _examine(connection: Rows, table: Adoptable, version: str) -> Iterator[str]:
    columns = {str(row["column_name"]): row for row in connection.execute(COLUMNS, (table.name,))}
    types = {name: str(row["data_type"]) for name, row in columns.items()}
    if columns:
        _check(table, types)
    if version >= table.since:
        yield f"{table.name} is in place"
    else:
        yield f"{table.name} was there and is adopted with its rows" if columns else f"{table.name} was made"
    unknown = [name for name, row in columns.items() if row["must_be_given"] and name not in table.known]
    if unknown:
        yield f"{table.name} wants {', '.join(unknown)}, which arcbeat does not know: it can add no rows there"


def _check(table: Adoptable, types: Mapping[str, str]) -> None:
    missing = [name for name in table.needed if name not in types]
    if missing:
        raise SchemaError(f"{table.name} is there but lacks {', '.join(missing)}; nothing was changed.")
    unfit = [name for name, fitting in table.known.items() if fitting and types.get(name, "") not in fitting | {""}]
    if unfit:
        told = ", ".join(f"{name} is {types[name]}" for name in unfit)
        raise SchemaError(f"{table.name} is there but cannot be used, for {told}; nothing was changed.")
