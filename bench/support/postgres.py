"""A PostgreSQL server for one benchmark: started for it, stopped and deleted after it."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg

from adapters.embedded_postgres.server import EmbeddedPostgres

# The disk is not what is measured, and the data is deleted with the server.
UNSAFE_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


@asynccontextmanager
async def temporary_database() -> AsyncIterator[str]:
    """Yield the URI of an empty database on an embedded server that does not wait for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="arcbeat-bench-"))
    folder.chmod(0o711)  # noqa: ASYNC240 -- once, so that the account of PostgreSQL can reach its folder below
    server = EmbeddedPostgres(folder / "server")
    try:
        uri = await asyncio.to_thread(server.start)
        await asyncio.to_thread(_turn_off_durability, uri)
        yield uri
    finally:
        await asyncio.to_thread(server.stop)
        shutil.rmtree(folder)


def vacuum(uri: str) -> None:
    """Do now what autovacuum would otherwise do during the measurement."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("vacuum analyze")


def _turn_off_durability(uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        for name in UNSAFE_SETTINGS:
            connection.execute(psycopg.sql.SQL("alter system set {} = off").format(psycopg.sql.Identifier(name)))
        connection.execute("select pg_reload_conf()")
