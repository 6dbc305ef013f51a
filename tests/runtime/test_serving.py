"""Serving over uvicorn: clients that do not read, and frames that are framed already."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import connect

from arcbeat.realtime.rooms.frames import PreencodedText
from arcbeat.realtime.socketio.transport import WRITE_NOWAIT
from arcbeat.runtime.serving import uvicorn_options

PATIENCE_SECONDS = 20.0
BYTES_ABOVE_ALL_BUFFERS = 16 * 1024 * 1024


@asynccontextmanager
async def served(app: ASGIApp, **more: Any) -> AsyncIterator[tuple[uvicorn.Server, int]]:
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", **{**uvicorn_options(), **more}))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield server, listening.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def client_that_does_not_read(port: int) -> AsyncIterator[None]:
    """Open a WebSocket and read nothing after the handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    key = base64.b64encode(bytes(16)).decode()
    writer.write(
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    try:
        await reader.read(1)
        yield
    finally:
        writer.close()


async def until_all_are_disconnected(server: uvicorn.Server) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while server.server_state.connections:  # noqa: ASYNC110 -- uvicorn has no event for it
            await asyncio.sleep(0.01)


async def test_a_client_that_does_not_read_is_aborted_when_the_application_has_finished() -> None:
    done = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": bytes(BYTES_ABOVE_ALL_BUFFERS)})
        done.set()

    async with served(app) as (server, port), client_that_does_not_read(port):
        await done.wait()

        await until_all_are_disconnected(server)


async def test_a_client_that_answers_no_ping_is_aborted() -> None:
    sent = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": bytes(BYTES_ABOVE_ALL_BUFFERS)})
        sent.set()
        await send({"type": "websocket.send", "bytes": b"never"})

    async with (
        served(app, ws_ping_interval=0.05, ws_ping_timeout=0.05) as (server, port),
        client_that_does_not_read(port),
    ):
        await sent.wait()

        await until_all_are_disconnected(server)


@pytest.mark.parametrize("length", [0, 41, 42, 21_845, 21_846, 200_000])
async def test_a_text_arrives_unchanged_whether_framed_by_the_server_or_before(length: int) -> None:
    text = "焊" * length

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        for each in (text, PreencodedText.of(text.encode())):
            await send({"type": "websocket.send", "text": each})
        scope["extensions"][WRITE_NOWAIT]["write"](lambda: PreencodedText.of(text.encode()))
        await send({"type": "websocket.close"})

    async with served(app) as (_, port), connect(f"ws://127.0.0.1:{port}", max_size=None) as client:
        assert [message async for message in client] == [text] * 3


async def test_nothing_is_written_directly_before_the_client_has_read_everything() -> None:
    written: asyncio.Future[list[bool]] = asyncio.get_running_loop().create_future()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        write = scope["extensions"][WRITE_NOWAIT]["write"]
        before = write(lambda: "not connected yet")
        await send({"type": "websocket.accept"})
        written.set_result([before, write(lambda: "x" * BYTES_ABOVE_ALL_BUFFERS), write(lambda: "never")])

    async with served(app) as (_, port), client_that_does_not_read(port):
        assert await written == [False, True, False]


async def test_nothing_is_written_after_the_close_frame() -> None:
    written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close"})
        written.set_result(scope["extensions"][WRITE_NOWAIT]["write"](lambda: "never"))

    async with served(app) as (_, port), connect(f"ws://127.0.0.1:{port}") as client:
        assert [message async for message in client] == []
        assert not await written
