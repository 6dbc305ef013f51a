"""A PostgreSQL server of our own, for the demo and the tests: started, found again after any crash, and stopped."""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import psycopg
from psycopg import sql

from adapters.embedded_postgres.programs import Programs, find_package
from arcbeat.domain.errors import StoreTimeout, StoreUnavailable

if TYPE_CHECKING:
    import psutil

DATABASE = "arcbeat"
SUPERUSER = "postgres"
PORT = 5432  # no port is opened: it is part of the socket's name
SOCKET = f".s.PGSQL.{PORT}"
START_SECONDS_MAX = 120.0
CONNECT_SECONDS_MAX = 5
STOP_SECONDS_MAX = {signal.SIGINT: 20.0, signal.SIGQUIT: 10.0, signal.SIGKILL: 5.0}  # fast, immediate, by force
POLL_SECONDS = 0.05
SOCKET_FOLDER_BYTES_MAX = 103 - len(f"/{SOCKET}")  # macOS; Linux has four more
PLAIN_PATH = re.compile(rb"[A-Za-z0-9_./-]+")
LOG_TAIL_BYTES = 2000
INITDB = (
    "--auth=trust",  # who can enter the folder can read the files anyway
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--set=timezone=UTC",
    "--set=log_timezone=UTC",
)


class EmbeddedPostgres:
    """One server in one folder of its own, reached by a socket that only the folder's owner can open.

    It outlives the process that started it: whoever starts the same folder next finds it. Whoever stops it stops it for
    all. Not for data that matters: there are no backups and no upgrade to another major version.
    """

    def __init__(self, folder: Path) -> None:
        """Start nothing yet.

        Raises:
            StoreUnavailable: the package is not installed.
        """
        self._package = find_package()
        self._folder = folder.absolute().resolve()
        self._data = self._folder / "data"
        self._log = self._folder / "server.log"
        self._sockets = _socket_folder(self._folder)

    def start(self) -> str:
        """Start the server, or find it running; make the database ``arcbeat``. Blocks.

        Returns:
            A postgresql:// URI of that database.

        Raises:
            StoreUnavailable: the server does not start; the message says why.
            StoreTimeout: it was not ready within START_SECONDS_MAX.
        """
        deadline = time.monotonic() + START_SECONDS_MAX
        programs = Programs.of(self._package)
        try:
            programs.give(self._folder)
            programs.give(self._sockets)
            with _lock(self._folder / "lock", deadline):
                self._make_cluster(programs)
                self._make_ready(programs, deadline)
                self._make_database()
        except OSError as error:
            raise StoreUnavailable(f"PostgreSQL cannot use {self._folder}: {error}") from error
        return self._uri(DATABASE)

    def stop(self) -> None:
        """Stop the server, and with it whatever it left behind; nothing happens where none runs. Blocks.

        Raises:
            StoreTimeout: it cannot even be killed.
        """
        if not any(self._end(with_signal, seconds) for with_signal, seconds in STOP_SECONDS_MAX.items()):
            raise StoreTimeout(f"PostgreSQL in {self._folder} does not stop")
        if self._sockets != self._folder and self._sockets.exists():
            shutil.rmtree(self._sockets)

    def _make_cluster(self, programs: Programs) -> None:
        """Make the data files under another name first, so that half of them never counts as all."""
        if (self._data / "PG_VERSION").exists():
            return
        self._end(signal.SIGQUIT, STOP_SECONDS_MAX[signal.SIGQUIT])  # one whose files somebody removed
        unfinished = self._folder / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        programs.run("initdb", f"--pgdata={unfinished}", *INITDB, cwd=self._folder, timeout_seconds=START_SECONDS_MAX)
        unfinished.rename(self._data)

    def _make_ready(self, programs: Programs, deadline: float) -> None:
        """Until it answers: it may be recovering, or on its way down, when we come."""
        while True:
            if not self._is_running():
                self._start_server(programs, deadline)
            refusal = self._refusal()
            if refusal is None:
                return
            if time.monotonic() > deadline:
                raise StoreTimeout(f"PostgreSQL in {self._folder} was not ready in time: {refusal}")
            time.sleep(POLL_SECONDS)

    def _start_server(self, programs: Programs, deadline: float) -> None:
        self._clear_remains()
        options = f"-c listen_addresses= -p {PORT} -k {self._sockets}"
        seconds = max(1.0, deadline - time.monotonic())
        arguments = ("--wait", f"--timeout={seconds:.0f}", f"--log={self._log.name}", f"--options={options}")
        try:
            # Relative paths: pg_ctl hands them to a shell, and does not escape them.
            programs.run(
                "pg_ctl", "start", "-D", self._data.name, *arguments, cwd=self._folder, timeout_seconds=seconds + 5
            )
        except StoreUnavailable as error:
            self._raise_with_log(error)

    def _clear_remains(self) -> None:
        """What a killed server left; it would not start where its old process number is another program's by now."""
        self._end(signal.SIGQUIT, STOP_SECONDS_MAX[signal.SIGQUIT])
        for remains in (self._data / "postmaster.pid", self._sockets / f"{SOCKET}.lock", self._log):
            remains.unlink(missing_ok=True)

    def _raise_with_log(self, error: StoreUnavailable) -> NoReturn:
        log = self._log.read_bytes() if self._log.exists() else b""
        raise StoreUnavailable(f"{error.detail.strip()}\n{log[-LOG_TAIL_BYTES:].decode(errors='replace')}") from error

    def _refusal(self) -> str | None:
        """Why it takes no connections yet; None when it does."""
        try:
            with self._connect():
                return None
        except psycopg.OperationalError as error:
            return str(error).strip()

    def _make_database(self) -> None:
        with self._connect() as connection:
            if connection.execute("select from pg_database where datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._uri(SUPERUSER), autocommit=True, connect_timeout=CONNECT_SECONDS_MAX)

    def _uri(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={self._sockets}&port={PORT}"

    def _is_running(self) -> bool:
        """Whether the server itself runs; its children, under titles of their own, may survive it for a moment."""
        return any("-D" in (process.info["cmdline"] or ()) for process in self._processes())

    def _processes(self) -> "list[psutil.Process]":
        """The server and its children: every postgres that works in the data folder, even one that was removed."""
        import psutil  # here, since it comes with the package, which is optional

        data = str(self._data)
        found = psutil.process_iter(["name", "cwd", "cmdline", "ppid"])
        return [p for p in found if p.info["name"] == "postgres" and p.info["cwd"] in (data, f"{data} (deleted)")]

    def _end(self, with_signal: signal.Signals, seconds: float) -> bool:
        """Signal the server, or the children of one that is gone, and wait; whether nothing runs any more."""
        processes = self._processes()
        numbers = {process.pid for process in processes}
        for process in processes:
            if process.info["ppid"] not in numbers:  # the others follow their server, in an order of its own
                with contextlib.suppress(ProcessLookupError):  # it was faster
                    os.kill(process.pid, with_signal)
        deadline = time.monotonic() + seconds
        while alive := bool(self._processes()):
            if time.monotonic() > deadline:
                break
            time.sleep(POLL_SECONDS)
        return not alive


def _socket_folder(folder: Path) -> Path:
    """The folder itself, or where its path is too long for a socket or too odd for a URI, one that follows from it."""
    path = os.fsencode(folder)
    if len(path) <= SOCKET_FOLDER_BYTES_MAX and PLAIN_PATH.fullmatch(path):
        return folder
    return Path("/tmp") / f"arcbeat-{hashlib.sha256(path).hexdigest()[:16]}"  # noqa: S108 (Programs.give takes care)


@contextlib.contextmanager
def _lock(path: Path, deadline: float) -> Iterator[None]:
    """One process at a time; a killed one lets go."""
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise StoreTimeout(f"another process has held {path} for too long") from error
                time.sleep(POLL_SECONDS)
        yield
