"""A PostgreSQL that belongs to one test run and may be broken in every way; nobody else uses it."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg
from psycopg import sql

from adapters.embedded_postgres.server import EmbeddedPostgres
from tests.faults.waiting import eventually
from tests.support.postgres import Server

Setting = str | int
SERVICE = "arcbeat"
"""The application_name of the service's connections."""


class PrivatePostgres:
    """Unlike the server that all tests share it keeps fsync: what it acknowledged is to survive.

    Attributes:
        uri: of the database that an administrator uses; the same after a restart.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = EmbeddedPostgres(folder)
        self.uri = ""

    def start(self) -> None:
        """Start it, or find it running."""
        self.uri = Server(self._server.start()).uri("postgres")

    def stop(self) -> None:
        self.resume()
        self._server.stop()

    def kill(self) -> None:
        """As the kernel does when memory runs out: no process of it gets to say anything."""
        psutil.wait_procs(self._signal(signal.SIGKILL))

    def pause(self) -> None:
        """Every process stands still: connections are accepted by the kernel, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def configure(self, **settings: Setting) -> None:
        """Settings that a running server takes up."""
        with self.administrator() as connection:
            for name, value in settings.items():
                statement = sql.SQL("alter system set {} = {}").format(sql.Identifier(name), sql.Literal(value))
                connection.execute(statement)
            connection.execute("select pg_reload_conf()")

    def restore(self) -> None:
        """Back to the settings that it was made with; some count only after a restart."""
        with self.administrator() as connection:
            connection.execute("set default_transaction_read_only = off")
            connection.execute("alter system reset all")
            connection.execute("select pg_reload_conf()")

    def create_database(self, name: str | None = None, template: str | None = None) -> str:
        """A database, with a name of its own unless one is given; answers its URI."""
        return Server(self.uri).create_database(name, template)

    @contextmanager
    def administrator(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.uri, autocommit=True, application_name="administrator") as connection:
            yield connection

    def version(self) -> str:
        with self.administrator() as connection:
            return str(connection.execute("show server_version").fetchone()[0])  # type: ignore[index] # it answers

    def service_connections(self) -> int:
        """How many the service has open."""
        with self.administrator() as connection:
            return _service_connections(connection)

    @contextmanager
    def occupied(self) -> Iterator[int]:
        """Others hold every connection, those of the service included; answers how many they hold."""
        with ExitStack() as held:
            connections: list[psycopg.Connection] = []
            eventually("others hold every connection", lambda: self._occupy(held, connections))
            yield len(connections)

    def _occupy(self, held: ExitStack, connections: list[psycopg.Connection]) -> bool:
        with suppress(psycopg.OperationalError):  # there are no more: what is wanted
            while True:
                connections.append(held.enter_context(psycopg.connect(self.uri, autocommit=True)))
        # one of the service that is just being opened has no name yet: only the number tells that it has none
        connections[0].execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s", [SERVICE]
        )
        return len(connections) == int(_setting(connections[0], "max_connections"))

    def socket(self) -> str:
        """The path of the Unix socket."""
        query = parse_qs(urlsplit(self.uri).query)
        return f"{query['host'][0]}/.s.PGSQL.{query['port'][0]}"

    def _signal(self, number: signal.Signals) -> list[psutil.Process]:
        processes = self._processes()
        for process in processes:
            with suppress(psutil.NoSuchProcess):  # children come and go
                process.send_signal(number)
        return processes

    def _processes(self) -> list[psutil.Process]:
        """The server first, then its children; none where it does not run."""
        with suppress(FileNotFoundError, psutil.NoSuchProcess):  # stopped, or killed before
            server = psutil.Process(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]))
            return [server, *server.children(recursive=True)]
        return []


@contextmanager
def running(folder: Path) -> Iterator[PrivatePostgres]:
    """A server in this folder, stopped at the end, whatever was done to it."""
    postgres = PrivatePostgres(folder)
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.stop()


def _service_connections(connection: psycopg.Connection) -> int:
    counted = connection.execute("select count(*) from pg_stat_activity where application_name = %s", [SERVICE])
    return int(counted.fetchone()[0])  # type: ignore[index] # a count is a row


def _setting(connection: psycopg.Connection, name: str) -> str:
    return str(connection.execute("select current_setting(%s)", [name]).fetchone()[0])  # type: ignore[index] # it is one
