"""Statements on a database of a test, and the statements that a report prints."""

from typing import Any

import psycopg

from adapters.postgres.schema.comparison import SchemaError

EVERYTHING = """
select c.relname::text, c.relkind::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull
  from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
 where c.relnamespace = 'public'::regnamespace order by 1, 2, a.attnum"""
"""All relations with their columns."""


def execute(database: str, statements: str) -> None:
    """Execute statements, each in a transaction of its own."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(statements.encode())


def fetch(database: str, query: str) -> list[tuple[Any, ...]]:
    """Return all rows."""
    with psycopg.connect(database, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def value(database: str, query: str) -> Any:
    """Return the only value."""
    [(found,)] = fetch(database, query)
    return found


def fixes(error: SchemaError) -> list[str]:
    """Return the statements that a report prints, each below the finding that it corrects."""
    return [line.strip() for line in str(error).splitlines() if line.startswith("    ")]
