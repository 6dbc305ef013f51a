"""The CPU time of a request for a page within the process, in µs; each row has one layer more than the row before."""

import asyncio
import logging
import os
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext, redirect_stderr
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.types import ASGIApp, Message, Scope

from arcbeat import app
from arcbeat.observability import logs
from arcbeat.settings import Settings
from bench import record
from bench.pages import stacks
from bench.support import load, processes
from bench.support.plant import postgresql

PAGE_SIZES = (10, 100)
CALLS, ROUNDS = 40, 25
QUERY, CACHED = "max_age=0", ""
BARE = "bare Starlette, constant bytes"
START_SECONDS = 10
SAMPLING_SECONDS = 1
SAMPLED = b'"source":"snapshot"'
TURN_SECONDS = 0.01
"""A pause in which ticks can run; they cannot while a layer is called repeatedly."""
ASGI = {"version": "3.0", "spec_version": "2.3"}


@dataclass(frozen=True, slots=True)
class Layer:
    """A stack of layers, and how it is called.

    Attributes:
        parameters: the query string, except the page size.
        compared_with: the row that it is compared with; defaults to the row before.
    """

    name: str
    app: ASGIApp
    parameters: str = QUERY
    logged: bool = False
    compared_with: str | None = None


async def measure() -> None:
    """Measure each layer for each page size and save the results."""
    async with postgresql() as plant:
        settings = Settings.from_environment(plant.environment())
        with _logging(), stacks.still_stores():
            rows = [row for page_size in PAGE_SIZES for row in await _measure(settings, page_size)]
    record.save("layers", rows)


@contextmanager
def _logging() -> Iterator[None]:
    """Configure logging as for serving, with /dev/null as its output."""
    with Path(os.devnull).open("w", encoding="utf-8") as null, redirect_stderr(null):
        logs.configure("info")
        yield


def _layers(settings: Settings, unsampled: ASGIApp, sampled: ASGIApp, body: bytes) -> Sequence[Layer]:
    return (
        Layer(BARE, stacks.starlette(body)),
        Layer("Connexion's routing, constant bytes", stacks.routing(body)),
        Layer("+ request id, problems, limits, metrics", stacks.surroundings(settings, body)),
        Layer("+ security", stacks.security(settings, body)),
        Layer("+ validation of arguments", stacks.arguments(settings, body)),
        Layer("+ handler, rows encoded beforehand", stacks.handler(settings, still=True)),
        Layer("+ every row encoded", stacks.handler(settings, still=False)),
        Layer("+ page cache, stores read (which respond at once)", unsampled),
        Layer("+ log line: the whole application", unsampled, logged=True),
        Layer("the whole application, from the cache", unsampled, parameters=CACHED, logged=True, compared_with=BARE),
        Layer("the whole application, from the snapshot", sampled, parameters=CACHED, logged=True, compared_with=BARE),
    )


async def _measure(settings: Settings, page_size: int) -> list[record.Row]:
    async with AsyncExitStack() as stack:
        unsampled, sampled = app.build(settings, samplers_max=0), app.build(settings)
        for each in (unsampled, sampled):
            await stack.enter_async_context(_alive(each))
        headers = await _log_in(unsampled)
        plain = _scope(page_size, QUERY, headers)
        headers |= processes.ACCEPT_ENCODING
        query, cached = (_scope(page_size, parameters, headers) for parameters in (QUERY, CACHED))
        layers = _layers(settings, unsampled, sampled, await _ask(unsampled, plain))
        for layer in layers:
            if layer.app not in (unsampled, sampled):
                await stack.enter_async_context(_alive(layer.app))
        await _sample(sampled, {**cached, "headers": plain["headers"]})
        times = [await _rounds(layers, query, cached) for _ in range(ROUNDS)]
    medians = {layer.name: statistics.median(each[layer.name] for each in times) for layer in layers}
    befores = [None, *(layer.name for layer in layers)]
    return [
        _row(page_size, layer, medians, layer.compared_with or before)
        for layer, before in zip(layers, befores, strict=False)
    ]


async def _sample(application: ASGIApp, page: Scope) -> None:
    """Request a page until pages come from the snapshot."""
    await _ask(application, page)
    await asyncio.sleep(SAMPLING_SECONDS)
    if SAMPLED not in await _ask(application, page):
        raise load.LoadFailed("nothing was sampled")


async def _rounds(layers: Sequence[Layer], query: Scope, cached: Scope) -> dict[str, float]:
    """Return the microseconds per call of each layer."""
    found = {}
    for layer in layers:
        await asyncio.sleep(TURN_SECONDS)
        with nullcontext() if layer.logged else _silent():
            found[layer.name] = await _round(layer.app, cached if layer.parameters == CACHED else query)
    return found


def _row(page_size: int, layer: Layer, medians: dict[str, float], before: str | None) -> record.Row:
    us = medians[layer.name]
    added = us - medians[before] if before else us
    return {"page_size": page_size, "layer": layer.name, "us": round(us, 1), "added_us": round(added, 1)}


async def _round(application: ASGIApp, scope: Scope) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        await _ask(application, scope)
    return (time.perf_counter() - started) * 1e6 / CALLS


@asynccontextmanager
async def _alive(application: ASGIApp) -> AsyncIterator[None]:
    """Run the lifespan of the application inside the block, if it has one."""
    sent: asyncio.Queue[Message] = asyncio.Queue()
    received: asyncio.Queue[Message] = asyncio.Queue()
    running = asyncio.ensure_future(application({"type": "lifespan", "asgi": ASGI}, sent.get, received.put))
    await sent.put({"type": "lifespan.startup"})
    started = asyncio.ensure_future(received.get())
    await asyncio.wait({started, running}, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    started.cancel()
    yield
    await sent.put({"type": "lifespan.shutdown"})
    await running


async def _log_in(application: ASGIApp) -> dict[str, str]:
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        answer = await client.post(processes.TOKEN_PATH, data=processes.CREDENTIALS)
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


async def _ask(application: ASGIApp, scope: Scope) -> bytes:
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message.get("status", 200) != 200:
            raise load.LoadFailed(f"answered {message['status']}")
        parts.append(message.get("body", b""))

    await application({**scope, "state": {}}, receive, send)
    return b"".join(parts)


def _scope(page_size: int, parameters: str, token: Mapping[str, str]) -> Scope:
    headers = {"Host": "127.0.0.1:8000", "Accept": "*/*", "User-Agent": "bench", **token}
    return {
        "type": "http",
        "asgi": ASGI,
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": stacks.PATH,
        "raw_path": stacks.PATH.encode(),
        "query_string": f"page_size={page_size}&{parameters}".rstrip("&").encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }


@contextmanager
def _silent() -> Iterator[None]:
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(before)
