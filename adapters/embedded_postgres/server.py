"""Starts and stops a private PostgreSQL server for the demo and the tests, and finds it again after any crash."""

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

from adapters.embedded_postgres.programs import Programs, find_package, folder_of_root, is_reachable
from arcbeat.domain.errors import StoreTimeout, StoreUnavailable

if TYPE_CHECKING:
    import psutil

DATABASE = "arcbeat"
SUPERUSER = "postgres"
PORT = 5432  # only part of the name of the socket; no TCP port is opened
SOCKET = f".s.PGSQL.{PORT}"
START_SECONDS_MAX = 120.0
CONNECT_SECONDS_MAX = 5
STOP_SECONDS_MAX = {
    signal.SIGINT: 20.0,
    signal.SIGQUIT: 10.0,
    signal.SIGKILL: 5.0,
}  # fast and immediate shutdown, then by force
POLL_SECONDS = 0.05
SOCKET_FOLDER_BYTES_MAX = 103 - len(f"/{SOCKET}")  # the limit of macOS; Linux allows four more
PLAIN_PATH = re.compile(rb"[A-Za-z0-9_./-]+")
LOG_TAIL_BYTES = 2000
INITDB = (
    "--auth=trust",  # access to the folder is access to the data files anyway
    f"--username={SUPERUSER}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--set=timezone=UTC",
    "--set=log_timezone=UTC",
)


class EmbeddedPostgres:
    """One server in a folder of its own, reached by a Unix socket that only the owner of the folder can open.

    The server outlives the process that started it; the next start of the same folder finds it running. A stop stops it
    for all processes. Do not use it for data that matters: there are no backups and no upgrades to a new major version.
    """

    def __init__(self, folder: Path) -> None:
        """Locate the package; nothing is started yet.

        Raises:
            StoreUnavailable: the package is not installed.
        """
        self._package = find_package()
        self._folder = _reachable_folder(folder)
        self._data = self._folder / "data"
        self._log = self._folder / "server.log"
        self._sockets = _socket_folder(self._folder)

    def start(self) -> str:
        """Start the server, or find it running, and create the database ``arcbeat``. Blocks.

        Returns:
            A postgresql:// URI of that database.

        Raises:
            StoreUnavailable: the server does not start; the message contains the reason.
            StoreTimeout: it was not ready within START_SECONDS_MAX.
        """
        deadline = time.monotonic() + START_SECONDS_MAX
        programs = Programs.from_package(self._package)
        try:
            programs.own(self._folder)
            programs.own(self._sockets)
            with _lock(self._folder / "lock", deadline):
                self._make_cluster(programs)
                self._make_ready(programs, deadline)
                self._make_database()
        except OSError as error:
            raise StoreUnavailable(f"PostgreSQL cannot use {self._folder}: {error}") from error
        return self._uri(DATABASE)

    def stop(self) -> None:
        """Stop the server and its remaining processes; does nothing if none runs. Blocks.

        Raises:
            StoreTimeout: the processes cannot even be killed.
        """
        if not any(self._signal_and_wait(with_signal, seconds) for with_signal, seconds in STOP_SECONDS_MAX.items()):
            raise StoreTimeout(f"PostgreSQL in {self._folder} does not stop")
        if self._sockets != self._folder and self._sockets.exists():
            shutil.rmtree(self._sockets)

    def is_running(self) -> bool:
        """Return whether the server itself runs. Blocks.

        Its children have other titles and may survive it for a moment.
        """
        return any("-D" in (process.info["cmdline"] or ()) for process in self._processes())

    def _make_cluster(self, programs: Programs) -> None:
        """Create the data files under another name first, so that an interrupted initdb never looks complete."""
        if (self._data / "PG_VERSION").exists():
            return
        self._signal_and_wait(
            signal.SIGQUIT, STOP_SECONDS_MAX[signal.SIGQUIT]
        )  # a server whose data files were deleted
        unfinished = self._folder / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        programs.run("initdb", f"--pgdata={unfinished}", *INITDB, cwd=self._folder, timeout_seconds=START_SECONDS_MAX)
        unfinished.rename(self._data)

    def _make_ready(self, programs: Programs, deadline: float) -> None:
        """Wait until the server accepts connections: it may be recovering, or shutting down and in need of a start."""
        while True:
            if not self.is_running():
                self._start_server(programs, deadline)
            reason = self._not_ready_reason()
            if reason is None:
                return
            if time.monotonic() > deadline:
                raise StoreTimeout(f"PostgreSQL in {self._folder} was not ready in time: {reason}")
            time.sleep(POLL_SECONDS)

    def _start_server(self, programs: Programs, deadline: float) -> None:
        self._clean_up_after_crash()
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

    def _clean_up_after_crash(self) -> None:
        """Remove files of a killed server: an old postmaster.pid with a reused process id would prevent the start."""
        self._signal_and_wait(signal.SIGQUIT, STOP_SECONDS_MAX[signal.SIGQUIT])
        for leftover in (self._data / "postmaster.pid", self._sockets / f"{SOCKET}.lock", self._log):
            leftover.unlink(missing_ok=True)

    def _raise_with_log(self, error: StoreUnavailable) -> NoReturn:
        raise StoreUnavailable(f"{error.detail.strip()}\n{_tail(self._log).decode(errors='replace')}") from error

    def _not_ready_reason(self) -> str | None:
        """Return why the server accepts no connections yet; None if it does."""
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

    def _processes(self) -> "list[psutil.Process]":
        """Return the server and its children: every postgres process in the data folder, even if it was deleted."""
        import psutil  # imported here because it comes with the optional package

        data = str(self._data)
        found = psutil.process_iter(["name", "cwd", "cmdline", "ppid"])
        return [p for p in found if p.info["name"] == "postgres" and p.info["cwd"] in (data, f"{data} (deleted)")]

    def _signal_and_wait(self, with_signal: signal.Signals, seconds: float) -> bool:
        """Signal the server, or orphaned children, and wait for their end; return whether no process is left."""
        processes = self._processes()
        pids = {process.pid for process in processes}
        for process in processes:
            if process.info["ppid"] not in pids:  # the server stops its children itself, in the right order
                with contextlib.suppress(ProcessLookupError):  # it has ended already
                    os.kill(process.pid, with_signal)
        deadline = time.monotonic() + seconds
        while alive := bool(self._processes()):
            if time.monotonic() > deadline:
                break
            time.sleep(POLL_SECONDS)
        return not alive


def _reachable_folder(folder: Path) -> Path:
    """Return the folder, or for root one in ROOT_FOLDER if the account of the server cannot reach the folder.

    The folder itself may not be a link: `Programs.own` would change the permissions of the folder behind it.
    """
    absolute = folder.parent.resolve() / folder.name
    if os.geteuid() != 0 or is_reachable(absolute):
        return absolute
    return folder_of_root(f"data-{hashlib.sha256(os.fsencode(absolute)).hexdigest()[:16]}")


def _tail(log: Path) -> bytes:
    """Return the end of the server's log. The account of the server could replace it by a link to another file."""
    try:
        handle = os.open(log, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return b""
    with os.fdopen(handle, "rb") as file:
        return file.read()[-LOG_TAIL_BYTES:]


def _socket_folder(folder: Path) -> Path:
    """Return the folder of the socket: the folder itself, or one in /tmp derived from it.

    The path of a socket is limited in length, and characters that a URI would have to escape are avoided.
    """
    path = os.fsencode(folder)
    if len(path) <= SOCKET_FOLDER_BYTES_MAX and PLAIN_PATH.fullmatch(path):
        return folder
    return Path("/tmp") / f"arcbeat-{hashlib.sha256(path).hexdigest()[:16]}"  # noqa: S108 -- Programs.own checks the owner


@contextlib.contextmanager
def _lock(path: Path, deadline: float) -> Iterator[None]:
    """Hold an exclusive lock between processes; the kernel releases it if the process is killed."""
    # Not through a link, which the account of the server could put there.
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle) as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise StoreTimeout(f"another process still holds the lock {path}") from error
                time.sleep(POLL_SECONDS)
        yield
