"""How uvicorn serves the application."""

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
MORE_THAN_BUFFERS_TAKE = 16 * 1024 * 1024


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
async def deaf_client(port: int) -> AsyncIterator[None]:
    """Opens a WebSocket and reads nothing any more."""
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


async def until_nobody_is_connected(server: uvicorn.Server) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while server.server_state.connections:  # noqa: ASYNC110 -- uvicorn tells nobody
            await asyncio.sleep(0.01)


async def test_a_client_that_takes_nothing_is_cut_off_when_the_application_is_done_with_it() -> None:
    done = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": bytes(MORE_THAN_BUFFERS_TAKE)})
        done.set()

    async with served(app) as (server, port), deaf_client(port):
        await done.wait()

        await until_nobody_is_connected(server)


async def test_a_client_that_answers_no_ping_is_cut_off() -> None:
    sent = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": bytes(MORE_THAN_BUFFERS_TAKE)})
        sent.set()
        await send({"type": "websocket.send", "bytes": b"never"})

    async with served(app, ws_ping_interval=0.05, ws_ping_timeout=0.05) as (server, port), deaf_client(port):
        await sent.wait()

        await until_nobody_is_connected(server)


@pytest.mark.parametrize("length", [0, 41, 42, 21_845, 21_846, 200_000])
async def test_a_text_arrives_as_it_is_whoever_framed_it(length: int) -> None:
    text = "焊" * length

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        for each in (text, PreencodedText.of(text.encode())):
            await send({"type": "websocket.send", "text": each})
        scope["extensions"][WRITE_NOWAIT]["write"](lambda: PreencodedText.of(text.encode()))
        await send({"type": "websocket.close"})

    async with served(app) as (_, port), connect(f"ws://127.0.0.1:{port}", max_size=None) as client:
        assert [message async for message in client] == [text] * 3


async def test_nothing_is_written_at_once_where_a_client_has_yet_to_take_something() -> None:
    written: asyncio.Future[list[bool]] = asyncio.get_running_loop().create_future()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        write = scope["extensions"][WRITE_NOWAIT]["write"]
        before = write(lambda: "not connected yet")
        await send({"type": "websocket.accept"})
        written.set_result([before, write(lambda: "x" * MORE_THAN_BUFFERS_TAKE), write(lambda: "never")])

    async with served(app) as (_, port), deaf_client(port):
        assert await written == [False, True, False]


async def test_nothing_is_written_to_a_client_that_was_told_the_end() -> None:
    written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close"})
        written.set_result(scope["extensions"][WRITE_NOWAIT]["write"](lambda: "never"))

    async with served(app) as (_, port), connect(f"ws://127.0.0.1:{port}") as client:
        assert [message async for message in client] == []
        assert not await written
