"""The command ``arcbeat demo``: starts everything in order, and stops it in the reverse order."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from arcbeat import app
from arcbeat.api.console.folder import ConsoleFolder
from arcbeat.demo import postgres
from arcbeat.demo.console_build import build_and_wait
from arcbeat.demo.errors import DemoFailed
from arcbeat.demo.folder import DemoFolder, DemoNote
from arcbeat.demo.ingest import Ingest, Login, open_client
from arcbeat.demo.jobs import REGISTRY, run_jobs
from arcbeat.demo.listener import Address, listen
from arcbeat.demo.machines.fleet import make_fleet
from arcbeat.demo.progress import Console, Progress
from arcbeat.demo.sender import Sender
from arcbeat.demo.settings import demo_settings, ignored_settings
from arcbeat.demo.statistics import StatisticsStores, seed_statistics, update_statistics
from arcbeat.demo.stores import seed
from arcbeat.domain.time.clock import utc_now
from arcbeat.observability import logs
from arcbeat.runtime.open_connections import raise_descriptor_limit
from arcbeat.runtime.serving import uvicorn_options
from arcbeat.settings import Settings

FOLDER = Path(".arcbeat")
SHUTDOWN_SECONDS = 10


def main(*, builds_console: bool = True) -> int:
    """Run the demo until a signal; return the exit code.

    Args:
        builds_console: whether the web console is built, if it is missing or outdated.

    Raises:
        ArcbeatError: the demo cannot run.
        SettingsError: a setting of the environment is invalid.
    """
    raise_descriptor_limit()
    asyncio.run(run(os.environ, Console(sys.stdout), builds_console=builds_console))
    return 0


async def run(environment: Mapping[str, str], console: Console, *, builds_console: bool) -> None:
    """Run the demo until a signal.

    The port comes first, because it is the most likely to fail; PostgreSQL stops last, because all else uses it.
    """
    stop = stop_signals()
    listener, address = listen(Address.of(environment))
    with listener, DemoFolder.claimed(FOLDER) as folder:
        _write_ignored(console, ignored_settings(environment))
        console.write("arcbeat demo: starting PostgreSQL")
        server = app.embedded_postgres(folder.postgres)
        async with postgres.running(server) as database_url:
            settings = demo_settings(
                environment,
                secret_key=folder.secret_key(),
                database_url=database_url,
                telemetry_url=None,
                host=address.host,
                port=address.port,
            )
            logs.configure(settings.log_level)
            await asyncio.to_thread(app.migrate, database_url, registry=REGISTRY)
            async with app.open_administration(database_url) as stores:
                note = folder.write_note(address.url)
                await seed(stores, note.users)
                await seed_statistics(stores, utc_now())
                _write_greeting(console, note, folder)
                served = ConsoleFolder()
                others = [run_jobs(database_url, settings.log_level, folder.path / "spool", stop)]
                if builds_console:
                    others.append(build_and_wait(served, console, note.url))
                application = app.build(settings, console=served)
                await _serve_and_send(settings, application, listener, server, stores, note, others, console, stop)
    console.write("arcbeat demo: stopped")


def stop_signals() -> asyncio.Event:
    """Return an event that SIGINT (Ctrl-C), SIGTERM and SIGHUP (a closed terminal) set.

    A process that was started to survive its terminal, as by nohup, inherits SIGHUP as ignored; it stays ignored.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if each is not signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN:
            loop.add_signal_handler(each, stop.set)
    return stop


def _write_ignored(console: Console, names: list[str]) -> None:
    if names:
        verb = "is" if len(names) == 1 else "are"
        console.write(
            f"arcbeat demo: {', '.join(names)} {verb} ignored: "
            "the demo has its own stores, keys and users, and sends no notices"
        )


def _write_greeting(console: Console, note: DemoNote, folder: DemoFolder) -> None:
    console.write(f"arcbeat demo: console at {note.url}, API at {note.url}/docs")
    for user in note.users:
        console.write(f"  login {user.username}, password {user.password} (role {user.role})")
    console.write(f"  The logins are also in {folder.note_file}.")
    console.write(f"  Ctrl-C stops the demo; its data stays in {folder.path}/.")


async def _serve_and_send(
    settings: Settings,
    application: ASGIApp,
    listener: socket.socket,
    postgres_server: postgres.DatabaseServer,
    stores: StatisticsStores,
    note: DemoNote,
    others: Sequence[Coroutine[Any, Any, None]],
    console: Console,
    stop: asyncio.Event,
) -> None:
    fleet = make_fleet()
    progress = Progress(fleet.registered, settings.sample_seconds)
    async with open_client(note.url) as http:
        client = Ingest(http, Login(note.username, note.password))
        tasks = (
            Sender(fleet, client, progress).run(),
            update_statistics(stores, client, utc_now, settings.sample_seconds),
            console.follow(progress),
            postgres.keep_running(postgres_server),
            *others,
        )
        await _serve(application, listener, tasks, stop)


async def _serve(
    application: ASGIApp, listener: socket.socket, others: tuple[Coroutine[Any, Any, Any], ...], stop: asyncio.Event
) -> None:
    """Serve until ``stop`` is set or one of the tasks ends; then stop the server first, and the others after it.

    Raises:
        DemoFailed: the server ended although it was not stopped.
    """
    server = _server(application)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    tasks = [asyncio.create_task(each) for each in (*others, stop.wait())]
    try:
        await asyncio.wait([serving, *tasks], return_when=asyncio.FIRST_COMPLETED)
        ended = [task for task in (serving, *tasks) if task.done()]
    finally:
        server.should_exit = True
        await asyncio.wait([serving])
        await _cancel(tasks)
    for task in ended:
        task.result()
    if serving in ended:
        raise DemoFailed("the server ended; the log has the reason")


def _server(application: ASGIApp) -> "_Server":
    return _Server(uvicorn.Config(application, timeout_graceful_shutdown=SHUTDOWN_SECONDS, **uvicorn_options()))


class _Server(uvicorn.Server):
    """Does not handle signals: :func:`run` does, because PostgreSQL must stop after the server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _cancel(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
