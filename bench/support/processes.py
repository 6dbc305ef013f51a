"""Starts and stops the servers that are compared."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

import httpx

from bench.support.plant import PASSWORD, USER, Plant

TOKEN_PATH = "/api/v1/auth/token"  # noqa: S105 -- a path
CREDENTIALS = {"grant_type": "password", "username": USER, "password": PASSWORD}
START_SECONDS = 30
STOP_SECONDS = 20
BACKLOG = 128
SHOWN_BYTES = 2000


@dataclass(frozen=True, slots=True)
class Started:
    """A running server."""

    url: str
    pid: int


ACCEPT_ENCODING = {"Accept-Encoding": "gzip, deflate, br, zstd"}
"""As browsers send it."""


def log_in(url: str) -> dict[str, str]:
    """Return the headers of an operator with a token from arcbeat, which the FastAPI application accepts too."""
    answer = httpx.post(f"{url}{TOKEN_PATH}", data=CREDENTIALS, trust_env=False, timeout=START_SECONDS)
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}", **ACCEPT_ENCODING}


@contextmanager
def serving(plant: Plant, *names: str) -> Iterator[Mapping[str, str]]:
    """Run servers on a plant and yield their URLs by name."""
    with serving_with_ids(plant, *names) as servers:
        yield {name: server.url for name, server in servers.items()}


@contextmanager
def serving_with_ids(plant: Plant, *names: str) -> Iterator[Mapping[str, Started]]:
    """Run servers on a plant and yield them by name."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(served(name, environment(plant))) for name in names}


def environment(plant: Plant) -> dict[str, str]:
    """Return the environment of a server on a plant."""
    inherited = {
        name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}
    }
    return {**inherited, **plant.environment(), "BENCH_TABLE": str(plant.table)}


@contextmanager
def served(name: str, environment: Mapping[str, str]) -> Iterator[Started]:
    """Run one of the servers of :mod:`bench.support.servers`."""
    with started(
        lambda descriptor: [sys.executable, "-m", "bench.support.servers", name, str(descriptor)], environment
    ) as server:
        yield server


@contextmanager
def started(program: Callable[[int], Sequence[str]], environment: Mapping[str, str] | None = None) -> Iterator[Started]:
    """Run a program that serves HTTP on a listening socket, whose file descriptor ``program`` gets."""
    with TemporaryFile() as output, socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        descriptor = listening.fileno()
        process = subprocess.Popen(
            program(descriptor), env=environment, pass_fds=[descriptor], stdout=output, stderr=output
        )
        listening.close()
        try:
            _wait(url, output)
            yield Started(url, process.pid)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _wait(url: str, output: IO[bytes]) -> None:
    """Wait for any response: the socket accepts connections before the server runs."""
    try:
        httpx.get(f"{url}/healthz", timeout=START_SECONDS, trust_env=False)
    except httpx.TransportError as error:
        output.seek(0)
        raise RuntimeError(f"the server did not start: {output.read()[-SHOWN_BYTES:].decode()}") from error
