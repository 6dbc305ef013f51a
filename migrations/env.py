"""How Alembic runs the migrations: all of them in one transaction, one process at a time."""

from alembic import context
from sqlalchemy import text

# Any constant does, as long as nobody else uses it. A lock of the transaction, not of the session: it works behind
# PgBouncer in transaction mode too.
LOCK = 0x61726362656174

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="t_arcbeat_schema_version")
with context.begin_transaction():
    connection.execute(text("set local lock_timeout = '60s'"))
    connection.execute(text(f"select pg_advisory_xact_lock({LOCK})"))
    context.run_migrations()
