"""``arcbeat demo``: everything started in order, and stopped in order."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from arcbeat import app
from arcbeat.demo.errors import DemoFailed
from arcbeat.demo.folder import DemoFolder
from arcbeat.demo.ingest import Ingest, Login, open_client
from arcbeat.demo.listener import Address, listen
from arcbeat.demo.machines.fleet import make_fleet
from arcbeat.demo.progress import Console, Progress
from arcbeat.demo.sender import Sender
from arcbeat.demo.statistics import StatisticsStores, keep_statistics, seed_statistics
from arcbeat.demo.stores import seed
from arcbeat.domain.time.clock import utc_now
from arcbeat.observability import logs
from arcbeat.runtime.serving import uvicorn_options
from arcbeat.settings import Settings

FOLDER = Path(".arcbeat")
SHUTDOWN_SECONDS = 10
# What of the environment counts: the demo brings its own stores, a DATABASE_URL in the shell is for the real thing.
RESPECTED = ("SAMPLE_SECONDS", "LOG_LEVEL", "CORS_ORIGINS", "RETENTION_HOURS")
DEFAULTS = {
    "LOG_LEVEL": "warning",  # more would drown the progress line
    "RETENTION_HOURS": "6",
}


def main() -> int:
    """Run until a signal; answers the exit code.

    Raises:
        ArcbeatError: it cannot run.
        SettingsError: a variable of the environment is wrong.
    """
    asyncio.run(run(os.environ, Console(sys.stdout)))
    return 0


async def run(environment: Mapping[str, str], console: Console) -> None:
    """The port first, as it is likeliest to be taken; at the end, what others stand on goes last."""
    stop = _stop_signals()
    listener, address = listen(Address.of(environment))
    with listener, DemoFolder.claimed(FOLDER) as folder:
        console.say("arcbeat demo: starting PostgreSQL")
        async with _postgres(folder.postgres) as database_url:
            settings = _settings(environment, folder, database_url, address)
            logs.configure(settings.log_level)
            await asyncio.to_thread(app.migrate, database_url)
            async with app.open_administration(database_url) as stores:
                login = folder.login(address.url)
                await seed(stores, login)
                await seed_statistics(stores, utc_now())
                _greet(console, address.url, login, folder)
                await _work(settings, listener, stores, login, console, stop)
    console.say("arcbeat demo: stopped")


def _stop_signals() -> asyncio.Event:
    """Set by Ctrl-C, by SIGTERM, and by a terminal that closes, unless nohup or the like told us to stay."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if each is not signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN:
            loop.add_signal_handler(each, stop.set)
    return stop


@asynccontextmanager
async def _postgres(folder: Path) -> AsyncIterator[str]:
    server = app.embedded_postgres(folder)
    try:
        yield await asyncio.to_thread(server.start)
    finally:
        await asyncio.to_thread(server.stop)


def _settings(environment: Mapping[str, str], folder: DemoFolder, database_url: str, address: Address) -> Settings:
    respected = {name: environment[name] for name in RESPECTED if environment.get(name)}
    return Settings.from_environment(
        {**DEFAULTS, **respected},
        secret_key=folder.secret_key(),
        database_url=database_url,
        telemetry_url=None,
        host=address.host,
        port=address.port,
    )


def _greet(console: Console, url: str, login: Login, folder: DemoFolder) -> None:
    console.say(f"arcbeat demo: {url}, its API at {url}/docs")
    console.say(f"  login {login.username}, password {login.password} (also in {folder.note})")
    console.say(f"  Ctrl-C stops it; the data stays in {folder.path}/")


async def _work(
    settings: Settings,
    listener: socket.socket,
    stores: StatisticsStores,
    login: Login,
    console: Console,
    stop: asyncio.Event,
) -> None:
    application = app.build(settings)
    fleet = make_fleet()
    progress = Progress(fleet.registered, settings.sample_seconds)
    url = Address(settings.host, settings.port).url
    async with open_client(url) as http:
        client = Ingest(http, login)
        beside = (
            Sender(fleet, client, progress).run(),
            keep_statistics(stores, client, utc_now, settings.sample_seconds),
            console.follow(progress),
        )
        await _serve(application, listener, beside, stop)


async def _serve(
    application: ASGIApp, listener: socket.socket, beside: tuple[Coroutine[Any, Any, Any], ...], stop: asyncio.Event
) -> None:
    """Until told to stop, or until something ends that should not; the server goes first, then the rest.

    Raises:
        DemoFailed: the server ended by itself.
    """
    server = _server(application)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    others = [asyncio.create_task(each) for each in (*beside, stop.wait())]
    try:
        await asyncio.wait([serving, *others], return_when=asyncio.FIRST_COMPLETED)
        ended = [task for task in (serving, *others) if task.done()]
    finally:
        server.should_exit = True
        await asyncio.wait([serving])
        await _cancel(others)
    for task in ended:
        task.result()
    if serving in ended:
        raise DemoFailed("the server ended by itself; the log says why")


def _server(application: ASGIApp) -> "_Server":
    return _Server(uvicorn.Config(application, timeout_graceful_shutdown=SHUTDOWN_SECONDS, **uvicorn_options()))


class _Server(uvicorn.Server):
    """Leaves the signals to us: PostgreSQL has to stop after it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _cancel(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
