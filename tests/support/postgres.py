"""One embedded PostgreSQL for all test processes of a user; it is stopped when the last of them has ended.

Each process that uses the server holds a shared lock on a file until it ends. A small watchdog process waits for the
exclusive lock, which the kernel grants once no user is left, even if users were killed. It then stops the server and
deletes its data.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from adapters.embedded_postgres.server import EmbeddedPostgres

# The data is deleted with the server: nothing needs to survive a crash.
UNSAFE_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


class Server:
    """The running server, and the databases that this process created on it."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._created: set[str] = set()

    def uri(self, database: str) -> str:
        """Return the postgresql:// URI of a database."""
        return urlunsplit(urlsplit(self._uri)._replace(path=f"/{database}"))

    def create_database(self, name: str | None = None, template: str | None = None) -> str:
        """Create a database, with a unique name by default, and return its URI."""
        name = name or f"test_{uuid.uuid4().hex}"
        statement = sql.SQL("create database {} template {}")
        self.administer(statement.format(sql.Identifier(name), sql.Identifier(template or "template1")))
        self._created.add(name)
        return self.uri(name)

    def drop_database(self, name_or_uri: str) -> None:
        """Drop a database and close all connections to it."""
        name = urlsplit(name_or_uri).path.removeprefix("/")
        self.administer(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        self._created.discard(name)

    def drop_all(self) -> None:
        """Drop the databases that this process created."""
        for name in tuple(self._created):
            self.drop_database(name)

    def administer(self, *statements: sql.Composed) -> None:
        """Run statements that concern the whole server."""
        with psycopg.connect(self.uri("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """The folder of the shared server: lock files, and the server's own folder."""

    folder: Path

    @property
    def postgres(self) -> EmbeddedPostgres:
        return EmbeddedPostgres(self.folder / "server")

    @contextmanager
    def lock_start(self) -> Iterator[None]:
        """Let only one process at a time start the server."""
        handle = self._open("start.lock")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def has_watchdog(self) -> bool:
        """Return whether a watchdog will stop the server when it is no longer used."""
        handle = self._open("watchdog.lock")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def become_watchdog(self) -> None:
        """Hold the watchdog's lock until this process and its forks end."""
        fcntl.flock(self._open("watchdog.lock"), fcntl.LOCK_EX | fcntl.LOCK_NB)

    def lock_for_use(self) -> None:
        """Count as a user of the server until this process ends: the lock is never released earlier."""
        fcntl.flock(self._open("users.lock"), fcntl.LOCK_SH)

    def wait_until_unused(self) -> None:
        """Wait until no user is left, and block new ones until this process ends."""
        fcntl.flock(self._open("users.lock"), fcntl.LOCK_EX)

    def _open(self, name: str) -> int:
        return os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)


def shared_folder() -> ServerFolder:
    """Return the folder that all test runs of this user and this installation share.

    A server runs the programs of the environment that started it, so another environment must not depend on it.
    """
    installation = hashlib.sha256(f"{sys.prefix} {version('embedded-postgres')}".encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()).resolve() / f"arcbeat-tests-{os.getuid()}-{installation}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another user")
    return ServerFolder(folder)


def start(folder: ServerFolder) -> Server:
    """Start the server, or use the one that another process has started."""
    folder.lock_for_use()
    with folder.lock_start():
        if not folder.has_watchdog():
            # The watchdog starts before the server, so that the server is stopped even if this process fails.
            program = [sys.executable, "-m", "tests.support.postgres", str(folder.folder)]
            subprocess.run(program, check=True, cwd=Path(__file__).parents[2])
        server = Server(folder.postgres.start())
        _turn_off_durability(server)
    return server


def _turn_off_durability(server: Server) -> None:
    settings = [sql.SQL("alter system set {} = off").format(sql.Identifier(name)) for name in UNSAFE_SETTINGS]
    server.administer(*settings, sql.Composed([sql.SQL("select pg_reload_conf()")]))


def stop_when_unused(folder: ServerFolder) -> None:
    """Wait until no process uses the server, then stop it and delete its data."""
    folder.wait_until_unused()
    folder.postgres.stop()
    shutil.rmtree(folder.folder / "server")


def _detach() -> None:
    """Continue as a daemon, for which no test run waits and which no signal to a process group reaches."""
    if os.fork():
        os._exit(0)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for standard_stream in (0, 1, 2):
        os.dup2(null, standard_stream)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A running PostgreSQL; other test runs may have databases of their own on it."""
    server = start(shared_folder())
    yield server
    server.drop_all()


@pytest.fixture
def database(postgres_server: Server) -> Iterator[str]:
    """The URI of a new database."""
    uri = postgres_server.create_database()
    yield uri
    postgres_server.drop_database(uri)


if __name__ == "__main__":
    watched = ServerFolder(Path(sys.argv[1]))
    # The watchdog's lock comes first: the kernel releases locks in the order in which they were taken, so the next user
    # sees that this watchdog is gone.
    watched.become_watchdog()
    _detach()
    stop_when_unused(watched)
