"""Runs the migrations for Alembic: all in one transaction, one process at a time."""

from alembic import context
from sqlalchemy import text

# An arbitrary constant that no other program uses («arcbeat» in ASCII). The lock belongs to the transaction, not to the
# session, so that it also works behind PgBouncer in transaction mode.
LOCK = 0x61726362656174

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="t_arcbeat_schema_version")
with context.begin_transaction():
    connection.execute(text("set local lock_timeout = '60s'"))
    connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))
    context.run_migrations()
