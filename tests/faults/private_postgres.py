"""A PostgreSQL server that belongs to the tests of faults and may be broken in every way."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import psycopg
from psycopg import sql

from adapters.embedded_postgres.server import EmbeddedPostgres
from tests.support.postgres import Server
from tests.support.waiting import eventually

Setting = str | int
SERVICE = "arcbeat"
"""The application_name of connections of the service."""


class PrivatePostgres:
    """Unlike the server that other tests share, it has fsync enabled: acknowledged writes must survive a crash.

    Attributes:
        uri: of the administrator's database; it stays the same after a restart.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = EmbeddedPostgres(folder)
        self.uri = ""

    def start(self) -> None:
        """Start the server, or find it running."""
        self.uri = Server(self._server.start()).uri("postgres")

    def stop(self) -> None:
        self.resume()
        self._server.stop()

    def kill(self) -> None:
        """Kill all processes at once, as the kernel does when memory runs out."""
        psutil.wait_procs(self._signal(signal.SIGKILL))

    def pause(self) -> None:
        """Stop all processes: the kernel still accepts connections, but nothing responds."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def configure(self, **settings: Setting) -> None:
        """Change settings that apply without a restart."""
        with self.administrator() as connection:
            for name, value in settings.items():
                statement = sql.SQL("alter system set {} = {}").format(sql.Identifier(name), sql.Literal(value))
                connection.execute(statement)
            connection.execute("select pg_reload_conf()")

    def restore(self) -> None:
        """Reset all settings; some apply only after a restart."""
        with self.administrator() as connection:
            connection.execute("set default_transaction_read_only = off")
            connection.execute("alter system reset all")
            connection.execute("select pg_reload_conf()")

    def create_database(self, name: str | None = None, template: str | None = None) -> str:
        """Create a database, with a unique name by default; return its URI."""
        return Server(self.uri).create_database(name, template)

    @contextmanager
    def administrator(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.uri, autocommit=True, application_name="administrator") as connection:
            yield connection

    def version(self) -> str:
        with self.administrator() as connection:
            return str(connection.execute("show server_version").fetchone()[0])  # type: ignore[index] # show returns a row

    def service_connections(self) -> int:
        """Return how many connections the service has open."""
        with self.administrator() as connection:
            return _service_connections(connection)

    @contextmanager
    def occupied(self) -> Iterator[int]:
        """Let other clients hold every connection, after terminating those of the service; yield their number."""
        with ExitStack() as held:
            connections: list[psycopg.Connection] = []
            eventually("other clients hold every connection", lambda: self._occupy(held, connections))
            yield len(connections)

    def _occupy(self, held: ExitStack, connections: list[psycopg.Connection]) -> bool:
        with suppress(psycopg.OperationalError):  # no connection is left, as intended
            while True:
                connections.append(held.enter_context(psycopg.connect(self.uri, autocommit=True)))
        # A connection that the service is just opening has no application_name yet: only the total shows it is gone.
        connections[0].execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s", [SERVICE]
        )
        return len(connections) == int(_setting(connections[0], "max_connections"))

    def socket(self) -> str:
        """Return the path of the Unix socket."""
        query = parse_qs(urlsplit(self.uri).query)
        return f"{query['host'][0]}/.s.PGSQL.{query['port'][0]}"

    def _signal(self, number: signal.Signals) -> list[psutil.Process]:
        processes = self._processes()
        for process in processes:
            with suppress(psutil.NoSuchProcess):  # child processes come and go
                process.send_signal(number)
        return processes

    def _processes(self) -> list[psutil.Process]:
        """Return the server process and its children; none if it does not run."""
        with suppress(FileNotFoundError, psutil.NoSuchProcess):  # stopped, or killed before
            server = psutil.Process(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]))
            return [server, *server.children(recursive=True)]
        return []


@contextmanager
def running(folder: Path) -> Iterator[PrivatePostgres]:
    """Run a server in this folder, and stop it at the end, whatever its state."""
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
    return str(connection.execute("select current_setting(%s)", [name]).fetchone()[0])  # type: ignore[index] # a setting is a row
