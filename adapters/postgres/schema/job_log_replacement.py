"""Replaces sync_job_log by a table of another form, with all rows and with what depends on it, in one transaction."""

# ruff: noqa: S608 -- every name in a statement is quoted, and other values come from the catalogue

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from adapters.postgres.schema.comparison import SchemaError
from adapters.postgres.schema.dependents import (
    AnyConnection,
    ColumnDefinition,
    OwnedSequence,
    OwnNames,
    read_definitions,
    read_index_names,
    read_self_reference,
    read_sequences,
    restoring_statements,
)
from adapters.postgres.schema.inspection import ExistingTable, quoted
from adapters.postgres.schema.job_needs import LOG_TABLE

LOCK_SECONDS = 10
"""How long the replacement waits for programs that use the table; those that come later wait behind it."""
REPLACED = "sync_job_log_replaced"

BLOCKERS = """
select distinct l.pid, coalesce(nullif(a.application_name, ''), 'unnamed') as application, a.state
  from pg_locks l join pg_stat_activity a using (pid)
 where l.relation = to_regclass('sync_job_log') and l.granted order by l.pid"""


@dataclass(frozen=True, slots=True)
class OldTable:
    """The table that is replaced, under its new name, and what has to be recreated."""

    schema: str
    owner: str
    definitions: Sequence[ColumnDefinition]
    sequences: Sequence[OwnedSequence]
    self_reference: str | None
    restoring: Sequence[str]

    @property
    def new_name(self) -> str:
        """Return the name of the table that takes its place."""
        return f"{self.schema}.{LOG_TABLE}"

    @property
    def old_name(self) -> str:
        return f"{self.schema}.{REPLACED}"


def execute(connection: AnyConnection, statement: str, parameters: Mapping[str, object] | None = None) -> None:
    """Execute a statement; without parameters, a percent sign in it is an ordinary character."""
    connection.execute(statement.encode(), parameters)


def fetch(connection: AnyConnection, query: str) -> list[tuple[Any, ...]]:
    """Return all rows."""
    return connection.cursor(row_factory=tuple_row).execute(query.encode()).fetchall()


def set_aside(connection: AnyConnection, table: ExistingTable, own: OwnNames) -> OldTable:
    """Lock the table, and give it and its indexes other names.

    Raises:
        SchemaError: Other programs have used the table all the time.
    """
    _lock(connection, table)
    # With row level security, a row that is hidden would be lost: an error is better.
    execute(connection, "set local row_security = off")
    old = OldTable(
        schema=quoted(table.schema),
        owner=table.owner,
        definitions=read_definitions(connection, table.oid),
        sequences=read_sequences(connection, table.oid),
        self_reference=read_self_reference(connection, table.oid),
        restoring=restoring_statements(connection, table.oid, own),
    )
    for number, name in enumerate(read_index_names(connection, table.oid)):
        execute(connection, f"alter index {name} rename to {REPLACED}_{number}")
    execute(connection, f"alter table {old.new_name} rename to {REPLACED}")
    for sequence in old.sequences:
        if sequence.is_identity:
            _number_on(connection, old, sequence)
        else:
            execute(connection, f"alter sequence {sequence.name} owned by none")
    return old


def _lock(connection: AnyConnection, table: ExistingTable) -> None:
    execute(connection, f"set local lock_timeout = '{LOCK_SECONDS}s'")
    try:
        with connection.transaction():
            execute(connection, f"lock table {table.full_name} in access exclusive mode")
    except psycopg.errors.LockNotAvailable as error:
        users = ", ".join(f"{pid} ({name}, {state})" for pid, name, state in fetch(connection, BLOCKERS))
        raise SchemaError(
            f"{LOG_TABLE} is in use, and nothing was changed: for {LOCK_SECONDS} seconds, transactions of other "
            f"sessions have used it. Run migrate again when they have ended, or end them: {users}."
        ) from error
    execute(connection, "set local lock_timeout = '60s'")


def _number_on(connection: AnyConnection, old: OldTable, sequence: OwnedSequence) -> None:
    """Create a sequence that continues an identity column: its own sequence is dropped with the old table."""
    [(last, kind)] = fetch(
        connection,
        f"select coalesce(pg_sequence_last_value('{_literal(sequence.name)}'::regclass), 0), seqtypid::regtype::text "
        f"from pg_sequence where seqrelid = '{_literal(sequence.name)}'::regclass",
    )
    new = _new_sequence(old, sequence)
    execute(connection, f"create sequence {new} as {kind}")
    highest = f"(select max({quoted(sequence.column)}) from {old.old_name})"
    execute(
        connection, f"select setval('{_literal(new)}', greatest({last}, {highest}, 1), greatest({last}, {highest}) > 0)"
    )


def _new_sequence(old: OldTable, sequence: OwnedSequence) -> str:
    return f"{old.schema}.{quoted('arcbeat_' + sequence.short_name)[:63]}"


def _literal(text: str) -> str:
    return text.replace("'", "''")


def column_clause(old: OldTable, column: ColumnDefinition) -> str:
    """Return the definition of a column as it was; an identity column is numbered by a sequence."""
    collation = f" collate {column.collation}" if column.collation else ""
    required = " not null" if column.is_required else ""
    return f"{quoted(column.name)} {column.type}{collation}{_default_clause(old, column)}{required}"


def _default_clause(old: OldTable, column: ColumnDefinition) -> str:
    if column.is_identity:
        sequence = next(each for each in old.sequences if each.column == column.name)
        return f" default nextval('{_literal(_new_sequence(old, sequence))}')"
    if column.expression is None:
        return ""
    if column.generated:
        kind = "virtual" if column.generated == "v" else "stored"
        return f" generated always as ({column.expression}) {kind}"
    return f" default {column.expression}"


def restore(connection: AnyConnection, old: OldTable) -> None:
    """Recreate what depended on the old table for the new one, and drop the old one.

    Raises:
        SchemaError: Something cannot be recreated, or something else depends on the old table.
    """
    for statement in old.restoring:
        try:
            execute(connection, statement)
        except psycopg.Error as error:
            raise SchemaError(
                f"{LOG_TABLE} cannot be replaced, and nothing was changed: {error.diag.message_primary}. The statement "
                f"was: {statement}"
            ) from error
    try:
        execute(connection, f"drop table {old.old_name}")
    except psycopg.errors.DependentObjectsStillExist as error:
        raise SchemaError(
            f"{LOG_TABLE} cannot be replaced, and nothing was changed: drop what depends on it, and create it again "
            f"after migrate: {error.diag.message_detail}"
        ) from error
    for sequence in old.sequences:
        if sequence.is_identity:
            execute(
                connection, f"alter sequence {_new_sequence(old, sequence)} rename to {quoted(sequence.short_name)}"
            )
        name = f"{old.schema}.{quoted(sequence.short_name)}" if sequence.is_identity else sequence.name
        execute(connection, f"alter sequence {name} owner to {quoted(old.owner)}")
        execute(connection, f"alter sequence {name} owned by {old.new_name}.{quoted(sequence.column)}")
