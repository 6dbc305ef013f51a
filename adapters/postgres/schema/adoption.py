"""Checks whether tables that existed before arcbeat can be adopted: all findings at once, and nothing is changed."""

from collections.abc import Iterator, Sequence

from adapters.postgres.schema import fixes
from adapters.postgres.schema.comparison import Finding, SchemaError, TableInspection
from adapters.postgres.schema.inspection import Rows, Session, quoted, read_columns, read_session, read_table
from adapters.postgres.schema.job_log_adoption import LogInspection, check_names
from adapters.postgres.schema.job_log_form import LogOptions
from adapters.postgres.schema.job_needs import JOB_LOG, JOB_TABLES
from adapters.postgres.schema.needs import ALARM_ACKNOWLEDGEMENT, MASTER_DATA_TABLES, OWN_RELATIONS, AdoptableTable

ADOPTABLE_TABLES: Sequence[AdoptableTable] = (*MASTER_DATA_TABLES, *JOB_TABLES, ALARM_ACKNOWLEDGEMENT)
VERSION_TABLE = "t_arcbeat_schema_version"
SCHEMA_VERSION = "select version_num from t_arcbeat_schema_version"


def examine(connection: Rows, options: LogOptions) -> list[str]:
    """Return a report in lines for people: whether each table exists, is adopted, or is created by the migrations.

    Args:
        options: What the operator stated about an existing sync_job_log.

    Raises:
        SchemaError: existing tables cannot be adopted; the message lists every finding with a statement to correct it.
    """
    session = read_session(connection)
    version_findings = list(_check_version_table(connection))
    version = "" if version_findings else schema_version(connection)
    existing = {need.name: read_table(connection, need.name) for need in ADOPTABLE_TABLES}
    findings = [
        *version_findings,
        *_check_session(session, version),
        *_check_own_names(connection, session, version),
        *check_names(connection, session, version),
    ]
    notes: list[str] = []
    for need in ADOPTABLE_TABLES:
        table = existing[need.name]
        if table is None:
            notes.append(f"{need.name} was created")
            continue
        inspection = (
            LogInspection(connection, session, table, version, options)
            if need is JOB_LOG
            else TableInspection(connection, session, need, table, version)
        )
        findings += inspection.findings()
        if not findings:
            notes += inspection.notes()
    if findings:
        listed = "\n- ".join(map(str, findings))
        raise SchemaError(
            f"The database cannot be migrated, and nothing was changed. Correct what follows, for example with the "
            f"statements below each line, and run migrate again:\n- {listed}"
        )
    return notes


def schema_version(connection: Rows) -> str:
    """Return the version of the last migration that ran; empty if none has."""
    if read_table(connection, VERSION_TABLE) is None:
        return ""
    row = connection.execute(SCHEMA_VERSION).fetchone()
    return str(row["version_num"]) if row else ""


def _check_version_table(connection: Rows) -> Iterator[Finding]:
    table = read_table(connection, VERSION_TABLE)
    if table is not None and "version_num" not in {column.name for column in read_columns(connection, table)}:
        needed = "the table with the version of the schema, which has the column version_num"
        yield Finding(VERSION_TABLE, "exists without the column version_num", needed, fixes.move_aside(table))


def _check_session(session: Session, version: str) -> Iterator[Finding]:
    if version >= ADOPTABLE_TABLES[-1].since:
        return
    if session.schema is None:
        found = f"has the search_path {session.search_path}, of which no schema exists"
        yield Finding("the database", found, "a schema for the tables of arcbeat", fixes.own_schema(session))
    elif not session.may_create:
        fix = fixes.grant(session, ["usage", "create"], f"schema {quoted(session.schema)}")
        found = f"does not let {session.account} create tables"
        yield Finding(f"the schema {session.schema}", found, "the privilege create", fix)


def _check_own_names(connection: Rows, session: Session, version: str) -> Iterator[Finding]:
    """Check names that the next migrations create; a table of another program may be called t_user."""
    names = [name for since, group in OWN_RELATIONS.items() if since > version for name in group]
    for name in names:
        # Only this schema matters: the migrations create their tables in it.
        table = read_table(connection, quoted(session.schema, name)) if session.schema else None
        if table is not None:
            needed = "this name for a table of arcbeat; a schema of its own leaves the existing table as it is"
            yield Finding(name, f"exists in the schema {table.schema}", needed, fixes.own_schema(session))
