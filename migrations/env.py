"""Runs the migrations for Alembic: all in one transaction, one process at a time."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="t_arcbeat_schema_version")
with context.begin_transaction():
    # The lock belongs to the transaction, not to the session: PgBouncer in transaction mode keeps no session.
    connection.execute(text("set local lock_timeout = '60s'"))
    connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": context.config.attributes["lock"]})
    context.run_migrations()
