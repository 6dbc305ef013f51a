"""How long a server takes from the start of its process until it has answered its first request, over a real socket."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
START_SECONDS_MAX = 60.0
POLL_SECONDS = 0.002
REQUEST = f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
ANSWER_BYTES_MAX = 4096
MIB = 1024**2

# Packages import these two if they are installed: tools of development depend on them, the image does not have them.
_AS_IN_THE_IMAGE = "import sys; sys.modules['rich'] = sys.modules['aiohttp'] = None"
_ARCBEAT = "sys.argv = ['arcbeat', 'serve']; from arcbeat.cli import main; main()"
_FASTAPI = """
import os, socket
from bench.support import fastapi_app, servers
servers.main("fastapi", socket.create_server((os.environ["HOST"], int(os.environ["PORT"]))))"""
SERVERS: Mapping[str, Sequence[str]] = {
    "arcbeat serve": ("-c", f"{_AS_IN_THE_IMAGE}; {_ARCBEAT}"),
    "fastapi": ("-c", f"{_AS_IN_THE_IMAGE}; {_FASTAPI}"),
}
"""The programs, by name. The application of FastAPI has no /healthz: its first answer is a 404, which costs it less."""


@dataclass(frozen=True, slots=True)
class _Server:
    port: int
    process: psutil.Process


async def measure_start(name: str, environment: Mapping[str, str]) -> Mapping[str, float]:
    """Start a server, ask it twice, and return how long each step took, in ms, and its memory."""
    started = time.perf_counter()
    async with _started(SERVERS[name], environment) as server:
        await _listening(server)
        times = {"import_ms": _ms(started)}
        for step in ("first_ms", "second_ms"):
            asked = time.perf_counter()
            await _answered(server)
            times[step] = _ms(asked)
            used = server.process.cpu_times()
            times.setdefault("cpu_ms", (used.user + used.system) * 1000)
        return {**times, "peak_mib": server.process.memory_info().rss / MIB}


@asynccontextmanager
async def _started(program: Sequence[str], environment: Mapping[str, str]) -> AsyncIterator[_Server]:
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *program),
        cwd=ROOT,
        env={**environment, "HOST": HOST, "PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield _Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        await process.wait()


async def _listening(server: _Server) -> None:
    async with asyncio.timeout(START_SECONDS_MAX):
        while True:
            try:
                _, writer = await asyncio.open_connection(HOST, server.port)
            except ConnectionRefusedError:
                await asyncio.sleep(POLL_SECONDS)
            else:
                writer.close()
                return


async def _answered(server: _Server) -> None:
    reader, writer = await asyncio.open_connection(HOST, server.port)
    try:
        writer.write(REQUEST)
        async with asyncio.timeout(START_SECONDS_MAX):
            answer = await reader.read(ANSWER_BYTES_MAX)
    finally:
        writer.close()
    if not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 404")):
        raise RuntimeError(f"the server answered {answer[:100]!r}")


def _ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000
