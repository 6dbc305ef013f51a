"""Starting and stopping the servers that are compared."""

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
    """A server."""

    url: str
    pid: int


def log_in(url: str) -> dict[str, str]:
    """The headers of an operator, by the token that arcbeat gives out; FastAPI takes the same."""
    answer = httpx.post(f"{url}{TOKEN_PATH}", data=CREDENTIALS, trust_env=False, timeout=START_SECONDS)
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


@contextmanager
def serving(plant: Plant, *names: str) -> Iterator[Mapping[str, str]]:
    """The URL of each server."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(_served(name, _environment(plant))) for name in names}


def _environment(plant: Plant) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}}
    return {**kept, **plant.environment(), "BENCH_TABLE": str(plant.table)}


@contextmanager
def _served(name: str, environment: Mapping[str, str]) -> Iterator[str]:
    with started(
        lambda number: [sys.executable, "-m", "bench.support.servers", name, str(number)], environment
    ) as server:
        yield server.url


@contextmanager
def started(program: Callable[[int], Sequence[str]], environment: Mapping[str, str] | None = None) -> Iterator[Started]:
    """A program that serves HTTP on the listening socket of this number, until the end of the block."""
    with TemporaryFile() as said, socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        number = listening.fileno()
        process = subprocess.Popen(program(number), env=environment, pass_fds=[number], stdout=said, stderr=said)
        listening.close()
        try:
            _wait(url, said)
            yield Started(url, process.pid)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _wait(url: str, said: IO[bytes]) -> None:
    """Until it answers, whatever it answers: the socket is there before the server."""
    try:
        httpx.get(f"{url}/healthz", timeout=START_SECONDS, trust_env=False)
    except httpx.TransportError as error:
        said.seek(0)
        raise RuntimeError(f"the server did not start: {said.read()[-SHOWN_BYTES:].decode()}") from error
