"""One embedded PostgreSQL for all tests of a user, however many processes run them; it goes when the last one is gone.

Every process that uses the server holds a shared lock on a file for as long as it lives. A small keeper process waits
for the exclusive lock, which the kernel grants when no user is left, killed ones included; then it stops the server
and deletes its data.
"""

import fcntl
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

# The data is thrown away with the server: nothing needs to survive a crash.
UNNEEDED_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


class Server:
    """The running server, and the databases that this process made on it."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._made: set[str] = set()

    def uri(self, database: str) -> str:
        """Where a database is, as a postgresql:// URI."""
        return urlunsplit(urlsplit(self._uri)._replace(path=f"/{database}"))

    def create_database(self, name: str | None = None, template: str | None = None) -> str:
        """Make a database, with a unique name unless one is given; answers its URI."""
        name = name or f"test_{uuid.uuid4().hex}"
        statement = sql.SQL("create database {} template {}")
        self.administer(statement.format(sql.Identifier(name), sql.Identifier(template or "template1")))
        self._made.add(name)
        return self.uri(name)

    def drop_database(self, name_or_uri: str) -> None:
        """Drop a database, whoever is still connected to it."""
        name = urlsplit(name_or_uri).path.removeprefix("/")
        self.administer(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        self._made.discard(name)

    def drop_all(self) -> None:
        """Drop what this process made."""
        for name in tuple(self._made):
            self.drop_database(name)

    def administer(self, *statements: sql.Composed) -> None:
        """Run statements that are about the whole server."""
        with psycopg.connect(self.uri("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of the server: its locks, and below it the server's own folder."""

    folder: Path

    @property
    def postgres(self) -> EmbeddedPostgres:
        return EmbeddedPostgres(self.folder / "server")

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Only one process at a time starts the server."""
        handle = self._open("start.lock")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def is_kept(self) -> bool:
        """Whether a keeper waits for us to go."""
        handle = self._open("keeper.lock")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def become_keeper(self) -> None:
        """Until this process and those that it forks end."""
        fcntl.flock(self._open("keeper.lock"), fcntl.LOCK_EX | fcntl.LOCK_NB)

    def move_in(self) -> None:
        """Be a user of the server until this process ends: the lock is never given back by hand."""
        fcntl.flock(self._open("users.lock"), fcntl.LOCK_SH)

    def wait_until_empty(self) -> None:
        """Wait for the last user to go, and keep new ones waiting until this process ends."""
        fcntl.flock(self._open("users.lock"), fcntl.LOCK_EX)

    def _open(self, name: str) -> int:
        return os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)


def default_home() -> Home:
    """The folder that all test runs of this user with this version of the server share."""
    name = f"arcbeat-tests-{os.getuid()}-{version('embedded-postgres')}"
    folder = Path(tempfile.gettempdir()).resolve() / name
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    return Home(folder)


def start(home: Home) -> Server:
    """The server, started unless another process has done so."""
    home.move_in()
    with home.starting():
        if not home.is_kept():
            # Before the server: whatever becomes of us from here on, somebody clears up.
            program = [sys.executable, "-m", "tests.support.postgres", str(home.folder)]
            subprocess.run(program, check=True, cwd=Path(__file__).parents[2])
        server = Server(home.postgres.start())
        _hurry(server)
    return server


def _hurry(server: Server) -> None:
    settings = [sql.SQL("alter system set {} = off").format(sql.Identifier(name)) for name in UNNEEDED_SETTINGS]
    server.administer(*settings, sql.Composed([sql.SQL("select pg_reload_conf()")]))


def keep(home: Home) -> None:
    """Wait until nobody uses the server, then stop it and delete its data."""
    home.wait_until_empty()
    home.postgres.stop()
    shutil.rmtree(home.folder / "server")


def _leave_the_family() -> None:
    """Go on as a process that no test run waits for or is told to end with its group."""
    if os.fork():
        os._exit(0)
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard_stream in (0, 1, 2):
        os.dup2(nowhere, standard_stream)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A running PostgreSQL, empty but for what other test runs do in databases of their own."""
    server = start(default_home())
    yield server
    server.drop_all()


@pytest.fixture
def database(postgres_server: Server) -> Iterator[str]:
    """The URI of a fresh database."""
    uri = postgres_server.create_database()
    yield uri
    postgres_server.drop_database(uri)


if __name__ == "__main__":
    home_to_keep = Home(Path(sys.argv[1]))
    # First of all: the kernel lets go of locks in the order in which they were taken, and whoever moves in after us
    # is to see that we are gone.
    home_to_keep.become_keeper()
    _leave_the_family()
    keep(home_to_keep)
