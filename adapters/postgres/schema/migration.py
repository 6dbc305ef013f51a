"""Upgrades the database schema, and reports what was found in existing tables."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from psycopg.rows import dict_row
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from adapters.postgres.dictionary_statements import LAYOUT, DictionaryLayout
from adapters.postgres.schema.adoption import examine, schema_version
from adapters.postgres.schema.comparison import SchemaError
from adapters.postgres.schema.inspection import Rows
from adapters.postgres.schema.job_log_form import LogOptions
from arcbeat.domain.board import BOARD_DICT
from arcbeat.domain.errors import StoreUnavailable

MIGRATIONS_FOLDER = Path(__file__).parents[3] / "migrations"
CONNECT_SECONDS = 10
SERVER_VERSION_MIN = 140000
BEFORE_JOBS = "0006"
"""The version of the schema before the migration of jobs, the only one that can be undone."""

NOTHING_STATED = LogOptions()
LOCK = 0x61726362656174
"""The advisory lock of the migrations: an arbitrary constant that no other program uses («arcbeat» in ASCII)."""
WAIT_FOR_MIGRATION = """
select pg_advisory_xact_lock(%s) from set_config('lock_timeout', '60s', true)"""

DEVICES_BY_TYPE = """
select coalesce(d.device_type, '') as device_type, t.type_code, count(*) as devices
  from t_device_info d
  left join t_device_type t on d.device_type = t.type_code or d.device_type = any(t.aliases)
 group by 1, 2 order by 1"""
CASE_CLASHES = """
select array_agg(device_code order by device_code) as codes from t_device_info
 group by lower(device_code) having count(*) > 1 order by 1 limit 20"""
DUPLICATES = """
select 'dict_name ' || dict_name as what, count(*) as times from t_dict_type group by dict_name having count(*) > 1
union all
select 'data_label ' || data_label || ' of the type ' || dict_type_id, count(*) from t_dict_data
 where {is_enabled} group by dict_type_id, data_label having count(*) > 1
 order by 1 limit 20"""
ORPHANS = """
select count(*) as orphans from t_dict_data
 where not exists (select from t_dict_type where t_dict_type.id = t_dict_data.dict_type_id)"""
HAS_BOARD = "select exists (select from t_dict_type where dict_name = %s) as found"


def migrate(database_url: str, options: LogOptions = NOTHING_STATED) -> list[str]:
    """Upgrade the database to the newest schema version; repeating it changes nothing, and concurrent calls wait.

    Args:
        options: What the operator states about an existing sync_job_log.

    Returns:
        A report in lines for people: what was created or adopted, and what needs attention.

    Raises:
        SchemaError: the server is too old, or an existing table cannot be adopted.
        StoreUnavailable: the server cannot be reached.
    """
    try:
        origins = _check_existing(database_url, options)
        notes = _run(database_url, command.upgrade, "head", options)
        return _report(database_url, [*origins, *notes])
    except psycopg.OperationalError as error:
        raise StoreUnavailable(f"PostgreSQL cannot be reached: {type(error).__name__}") from error
    except psycopg.Error as error:
        raise SchemaError(f"The existing tables cannot be examined: {error}") from error


def undo_jobs(database_url: str) -> None:
    """Undo the migration of jobs: sync_job_log becomes a table without partitions, with all rows.

    The other tables of jobs are kept, and adopted when the database is migrated again.

    Raises:
        SchemaError: runs are queued or running, or something that depends on the table cannot be recreated.
        StoreUnavailable: the server cannot be reached.
    """
    try:
        _run(database_url, command.downgrade, BEFORE_JOBS, NOTHING_STATED)
    except psycopg.OperationalError as error:
        raise StoreUnavailable(f"PostgreSQL cannot be reached: {type(error).__name__}") from error


def _connect(database_url: str) -> Rows:
    return psycopg.connect(
        database_url,
        row_factory=dict_row,
        connect_timeout=CONNECT_SECONDS,
        autocommit=True,
        prepare_threshold=None,
    )


def _check_existing(database_url: str, options: LogOptions) -> list[str]:
    with _connect(database_url) as connection:
        if connection.info.server_version < SERVER_VERSION_MIN:
            raise SchemaError("The server is too old; PostgreSQL 14 or newer is required.")
        # Behind the lock of the migrations, so that no half of what another process commits is seen.
        with connection.transaction():
            connection.execute(WAIT_FOR_MIGRATION, (LOCK,))
            return examine(connection, options)


def _run(database_url: str, run: Callable[[Config, str], object], revision: str, options: LogOptions) -> Sequence[str]:
    """Run migrations in one transaction and return what they report."""
    notes: list[str] = []
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER))
    config.attributes.update({"lock": LOCK, "log_options": options, "notes": notes})
    engine = create_engine("postgresql+psycopg://", creator=lambda: _connect_plain(database_url), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            run(config, revision)
            connection.commit()
    except CommandError as error:
        raise SchemaError(
            f"The schema has a version that this arcbeat does not know, so a newer one has migrated it: {error}"
        ) from error
    except (SQLAlchemyError, psycopg.DatabaseError) as error:
        if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
            raise  # the connection was lost
        raise SchemaError(f"A migration failed and was rolled back, nothing was changed: {error}") from error
    return notes


def _connect_plain(database_url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(database_url, connect_timeout=CONNECT_SECONDS, prepare_threshold=None)


def _report(database_url: str, origins: Sequence[str]) -> list[str]:
    with _connect(database_url) as connection:
        return [
            f"schema version {schema_version(connection)}",
            *origins,
            *map(_type_line, connection.execute(DEVICES_BY_TYPE)),
            *(
                f"device codes that differ only in case: {_joined(row['codes'])}"
                for row in connection.execute(CASE_CLASHES)
            ),
            *_dictionary_lines(connection),
        ]


def _dictionary_lines(connection: Rows) -> Iterator[str]:
    columns: dict[str, set[str]] = {"t_dict_type": set(), "t_dict_data": set()}
    for row in connection.execute(LAYOUT):
        columns[str(row["name"])].add(str(row["column"]))
    layout = DictionaryLayout.of(columns["t_dict_type"], columns["t_dict_data"])
    for row in connection.execute(DUPLICATES.format(is_enabled=layout.is_enabled)):
        yield f"{row['what']} exists {row['times']} times: the first one is used"
    counted = connection.execute(ORPHANS).fetchone()
    if counted and counted["orphans"]:
        yield f"{counted['orphans']} rows of t_dict_data have no dictionary type: they are ignored"
    if connection.execute(HAS_BOARD, (BOARD_DICT,)).fetchone() != {"found": True}:
        yield f"the dictionary has no {BOARD_DICT}: the board needs it, see docs/reference/board.md"


def _type_line(row: dict[str, object]) -> str:
    unknown = "no device type: they are on no page until a type has this code or alias"
    where = f"the device type {row['type_code']}" if row["type_code"] else unknown
    return f"{row['devices']} devices with device_type {row['device_type']!r}: {where}"


def _joined(codes: object) -> str:
    return ", ".join(str(code) for code in codes) if isinstance(codes, Sequence) else str(codes)
