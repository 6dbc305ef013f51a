"""How values of existing tables are read without loss of the others, and how rejected writes are reported."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from arcbeat.domain.errors import AlreadyExists, ArcbeatError, Conflict, InvalidValue

DATE_MIN, DATE_MAX = "0001-01-01", "9999-12-31"
MOMENT_MIN, MOMENT_MAX = "0001-01-02", "9999-12-31"
"""Further in, because a moment is shown in other time zones too."""

_LIMIT = re.compile(r"\(([0-9]+)\)$")

NOT_CHANGED = (
    "The table did not store the change: a trigger or a row level security policy of the table prevented it. "
    "Another program may have defined it."
)


def date(column: str) -> str:
    """Return the expression that reads a date; infinite dates and dates before Christ are read as null."""
    return f"case when {column} between '{DATE_MIN}' and '{DATE_MAX}' then {column} end"


def moment(column: str) -> str:
    """Return the expression that reads a timestamp with or without time zone; infinite ones and those BC are null.

    A timestamp without time zone is taken as local time of this session, which is how now() stored it. All sessions
    are assumed to use the same time zone.
    """
    return f"case when {column} between '{MOMENT_MIN}' and '{MOMENT_MAX}' then cast({column} as timestamptz) end"


@contextmanager
def report_rejected_writes() -> Iterator[None]:
    """Report what an existing table rejects: its constraints, triggers, policies and privileges are not ours.

    Wrap the transaction in it, because deferred constraints are checked when it commits.

    Raises:
        InvalidValue: a value does not fit its column.
        AlreadyExists: a unique index has the value already.
        Conflict: another rule of the table rejects the row.
    """
    try:
        yield
    except psycopg.Error as error:
        rejection = _to_rejection(error)
        if rejection is None:
            raise
        raise rejection from None


# The first match counts.
_CONFLICTS: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.NotNullViolation, "The table requires a value for its column {column}, which the request does not set"),
    (
        errors.InsufficientPrivilege,
        "The service lacks a privilege on the table, or a row level policy rejects the row",
    ),
    (errors.RaiseException, "A trigger of the table rejects the change"),
    (psycopg.IntegrityError, "A constraint of the table rejects the change"),
)
_NEVER_A_REJECTION = (psycopg.OperationalError, errors.ReadOnlySqlTransaction)


def _to_rejection(error: psycopg.Error) -> ArcbeatError | None:
    if isinstance(error, _NEVER_A_REJECTION):
        return None
    if isinstance(error, errors.UniqueViolation):
        return AlreadyExists("A row of the table has this value already, and a unique index forbids a second one.")
    code = f"(PostgreSQL: {error.sqlstate})"
    if isinstance(error, psycopg.DataError):
        return InvalidValue.of("", f"{_describe(error)} {code}")
    for kind, detail in _CONFLICTS:
        if isinstance(error, kind):
            return Conflict(f"{detail.format(column=error.diag.column_name)} {code}.")
    # Whatever fails inside a function is the work of a trigger: no statement of arcbeat calls one.
    is_in_function = (error.diag.context or "").startswith("PL/")
    return Conflict(f"A trigger of the table fails {code}.") if is_in_function else None


def _describe(error: psycopg.DataError) -> str:
    if not isinstance(error, errors.StringDataRightTruncation):
        return "has a value that a column of the table cannot hold"
    # PostgreSQL names the type with its limit, but neither the column nor the value.
    limit = _LIMIT.search(error.diag.message_primary or "")
    return f"has a text that is longer than {f'{limit[1]} characters' if limit else 'a column of the table allows'}"
