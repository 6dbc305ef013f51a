"""Bringing a database up to date, and saying what was found in it."""

from collections.abc import Sequence
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg.rows import dict_row
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from arcbeat.domain.errors import StoreError, StoreUnavailable

MIGRATIONS_FOLDER = Path(__file__).parent.parent / "migrations"
CONNECT_SECONDS = 10
MIN_SERVER_VERSION = 140000
VERSION_TABLE = "t_arcbeat_schema_version"

NEEDED_COLUMNS = (
    "id", "device_code", "device_name", "device_model", "device_type", "manufacturer", "production_date",
    "install_date", "install_location", "online_address", "team_name", "is_locked", "description", "created_at",
    "updated_at",
)  # fmt: skip
EXISTING_COLUMNS = """
select column_name from information_schema.columns
 where table_schema = current_schema() and table_name = 't_device_info'"""
DEVICES_BY_TYPE = """
select coalesce(d.device_type, '') as device_type, t.type_code, count(*) as devices
  from t_device_info d
  left join t_device_type t on d.device_type = t.type_code or d.device_type = any(t.aliases)
 group by 1, 2 order by 1"""
CASE_CLASHES = """
select array_agg(device_code order by device_code) as codes from t_device_info
 group by lower(device_code) having count(*) > 1 order by 1 limit 20"""
HAS_VERSION_TABLE = f"select to_regclass('{VERSION_TABLE}') is not null as found"
SCHEMA_VERSION = f"select version_num from {VERSION_TABLE}"  # noqa: S608 -- a constant


class SchemaError(StoreError):
    """The database cannot be brought up to date."""


def migrate(database_url: str) -> list[str]:
    """Bring the database up to date; doing it again does nothing, two at once wait for each other.

    Returns:
        Lines for a person: what was adopted, and what in it wants attention.

    Raises:
        SchemaError: the database is too old, or its t_device_info lacks columns.
        StoreUnavailable: it cannot be reached.
    """
    try:
        origin = _check_existing(database_url)
        _upgrade(database_url)
        return _report(database_url, origin)
    except psycopg.OperationalError as error:
        raise StoreUnavailable(f"The database cannot be reached: {type(error).__name__}") from error


def _connect(database_url: str) -> psycopg.Connection[dict[str, object]]:
    return psycopg.connect(
        database_url,
        row_factory=dict_row,
        connect_timeout=CONNECT_SECONDS,
        autocommit=True,
        prepare_threshold=None,
    )


def _check_existing(database_url: str) -> str:
    with _connect(database_url) as connection:
        if connection.info.server_version < MIN_SERVER_VERSION:
            raise SchemaError("PostgreSQL 14 or newer is needed.")
        columns = {row["column_name"] for row in connection.execute(EXISTING_COLUMNS)}
        ours = connection.execute(HAS_VERSION_TABLE).fetchone() == {"found": True}
    missing = [name for name in NEEDED_COLUMNS if name not in columns]
    if columns and missing:
        raise SchemaError(f"t_device_info is there but lacks {', '.join(missing)}; nothing was changed.")
    if ours:
        return "t_device_info is in place"
    return "t_device_info was there and is adopted with its rows" if columns else "t_device_info was made"


def _upgrade(database_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER))
    engine = create_engine("postgresql+psycopg://", creator=lambda: _plain(database_url), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except SQLAlchemyError as error:
        raise SchemaError(f"A migration failed, nothing was changed: {error}") from error


def _plain(database_url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(database_url, connect_timeout=CONNECT_SECONDS, prepare_threshold=None)


def _report(database_url: str, origin: str) -> list[str]:
    with _connect(database_url) as connection:
        version = connection.execute(SCHEMA_VERSION).fetchone()
        by_type = connection.execute(DEVICES_BY_TYPE).fetchall()
        clashes = connection.execute(CASE_CLASHES).fetchall()
    lines = [f"schema version {version['version_num'] if version else 'unknown'}"]
    lines.append(origin)
    lines.extend(_type_line(row) for row in by_type)
    lines.extend(f"device codes that differ only in case: {_joined(row['codes'])}" for row in clashes)
    return lines


def _type_line(row: dict[str, object]) -> str:
    nowhere = "no device type: on no page until one has this code or alias"
    where = f"the device type {row['type_code']}" if row["type_code"] else nowhere
    return f"{row['devices']} devices with device_type {row['device_type']!r}: {where}"


def _joined(codes: object) -> str:
    return ", ".join(str(code) for code in codes) if isinstance(codes, Sequence) else str(codes)
