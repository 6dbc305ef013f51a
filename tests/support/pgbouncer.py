"""A PgBouncer in transaction mode before a PostgreSQL of the tests."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg
import pytest
from psycopg.rows import dict_row

from tests.support.ports import free_port
from tests.support.postgres import Server
from tests.support.waiting import eventually

PROGRAM = "pgbouncer"
SYSTEM_FOLDERS = "/usr/sbin:/usr/local/sbin"
"""Debian installs the program here, which is not in the PATH of every user."""
STOP_SECONDS_MAX = 20.0
SERVER_CONNECTIONS = 4
"""Fewer than the connections of one process, so that transactions of one client run on changing server connections."""

# The defaults of PgBouncer, apart from what the tests need to reach it.
CONFIGURATION = """
[databases]
* = host={socket_folder} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen_port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = {server_connections}
admin_users = {user}
"""


class PgBouncer:
    """A running PgBouncer.

    Attributes:
        log: What it has logged.
    """

    def __init__(self, process: psutil.Popen, port: int, user: str, log: Path) -> None:
        self._process = process
        self._port = port
        self._user = user
        self.log = log

    @classmethod
    @contextmanager
    def running(cls, postgres_url: str) -> Iterator["PgBouncer"]:
        """Run PgBouncer before the server at this URI, which has a socket.

        Raises:
            AssertionError: The program pgbouncer is not installed.
        """
        program = shutil.which(PROGRAM, path=f"{os.environ['PATH']}:{SYSTEM_FOLDERS}")
        assert program, f"{PROGRAM} is not installed (Debian: apt-get install pgbouncer)"
        folder = Path(tempfile.mkdtemp(prefix="arcbeat-pgbouncer-"))
        bouncer = cls._start(program, folder, postgres_url)
        try:
            eventually("PgBouncer accepts connections", bouncer._responds)
            yield bouncer
        finally:
            bouncer._process.kill()
            bouncer._process.wait(STOP_SECONDS_MAX)
            shutil.rmtree(folder)

    @classmethod
    def _start(cls, program: str, folder: Path, postgres_url: str) -> "PgBouncer":
        target = urlsplit(postgres_url)
        options = {name: values[0] for name, values in parse_qs(target.query).items()}
        user, listen_port = target.username or "", free_port()
        users, configuration, log = folder / "users.txt", folder / "pgbouncer.ini", folder / "pgbouncer.log"
        users.write_text(f'"{user}" ""\n')
        text = CONFIGURATION.format(
            socket_folder=options["host"],
            port=options["port"],
            listen_port=listen_port,
            users=users,
            user=user,
            server_connections=SERVER_CONNECTIONS,
        )
        configuration.write_text(text)
        # Only the account of the server may use its socket, and PgBouncer refuses to run as root.
        owner = Path(options["host"]).stat()
        for path in (folder, users, configuration):
            os.chown(path, owner.st_uid, owner.st_gid)
        with log.open("wb") as output:
            user_id, group_id = (owner.st_uid, owner.st_gid) if os.geteuid() == 0 else (None, None)
            command = [program, str(configuration)]
            process = psutil.Popen(command, stdout=output, stderr=output, cwd=folder, user=user_id, group=group_id)
        return cls(process, listen_port, user, log)

    def uri(self, postgres_url: str) -> str:
        """Return the URI of the same database through PgBouncer."""
        return f"postgresql://{self._user}@127.0.0.1:{self._port}{urlsplit(postgres_url).path}"

    @contextmanager
    def console(self) -> Iterator[psycopg.Connection]:
        """Yield a connection to PgBouncer's own database, which shows its clients and servers."""
        with psycopg.connect(self.uri("postgresql:///pgbouncer"), autocommit=True) as connection:
            yield connection

    def clients(self, postgres_url: str) -> int:
        """Return how many connections clients have to a database."""
        name = urlsplit(postgres_url).path.removeprefix("/")
        with self.console() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return sum(row["database"] == name for row in cursor.execute("show clients"))

    def _responds(self) -> bool:
        assert self._process.poll() is None, self.log.read_text()
        try:
            with self.console():
                return True
        except psycopg.OperationalError:
            return False


@pytest.fixture(scope="session")
def pgbouncer(postgres_server: Server) -> Iterator[PgBouncer]:
    """A PgBouncer before the server that all tests share."""
    with PgBouncer.running(postgres_server.uri("postgres")) as bouncer:
        yield bouncer
