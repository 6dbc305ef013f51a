"""Connections over uvicorn on real sockets: the size and the time of heads, clients that do not read, stopping."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import pytest
import uvicorn
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.api.problems import StoppedRequests
from arcbeat.runtime.http_protocol import HEAD_BYTES_MAX, HttpProtocol
from tests.runtime.test_serving import served, until_all_are_disconnected

UPGRADE = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
UPGRADE += b"Sec-WebSocket-Version: 13\r\n"
ENDLESS_BYTES = 100_000_000
CHUNK = bytes(16 * 1024).replace(b"\0", b"x")


class QuickProtocol(HttpProtocol):
    head_seconds_max = 0.2
    stall_seconds = 0.2


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the number of bytes of the body, and accept every WebSocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    names = sorted(name.decode() for name, _ in scope["headers"])
    await Response(orjson.dumps({"bytes": size, "headers": names}))(scope, receive, send)


@asynccontextmanager
async def connected(
    app: ASGIApp = app, **options: Any
) -> AsyncIterator[tuple[uvicorn.Server, StreamReader, StreamWriter]]:
    async with served(app, **{"http": QuickProtocol, "timeout_keep_alive": 1, **options}) as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield server, reader, writer
        finally:
            writer.close()


async def answer_to(*parts: bytes, app: ASGIApp = app) -> bytes:
    """Send parts one after another until the server closes the connection, and return all that it answers."""
    async with asyncio.timeout(20), connected(app) as (_, reader, writer):
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
            return await reader.read()
        except ConnectionError:
            return b""


def head(*lines: bytes, method: bytes = b"GET") -> bytes:
    return b"\r\n".join((method + b" / HTTP/1.1", b"Host: here", *lines, b"", b""))


@pytest.mark.parametrize(
    "start",
    [b"", b"GET", b"GET / HTTP/1.1\r\nHost", b"\r\n"],
    ids=["no byte", "half a line", "half a header", "an empty line"],
)
async def test_a_connection_without_a_complete_head_is_closed_without_an_answer(start: bytes) -> None:
    assert await answer_to(start) == b""


async def test_a_head_that_drips_is_closed() -> None:
    async with asyncio.timeout(20), connected() as (_, reader, writer):
        ended = asyncio.create_task(_read_until_closed(reader))
        for byte in head(*[b"X-Long: value"] * 1000):
            if ended.done():
                break
            writer.write(bytes([byte]))
            await asyncio.sleep(0.01)

        assert await ended == b""


async def _read_until_closed(reader: asyncio.StreamReader) -> bytes:
    """Return what the server sent. A byte that reaches it after it has closed the connection resets the connection."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


async def test_a_second_request_that_drips_is_closed() -> None:
    answer = await answer_to(head(), b"GET / HT")

    assert answer.count(b"HTTP/1.1 200 OK") == 1


async def test_a_body_that_is_never_finished_does_not_hold_a_connection_that_was_answered() -> None:
    async def rejecting(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(status_code=403)(scope, receive, send)

    answer = await answer_to(head(b"Content-Length: 1000", method=b"POST"), b"x", app=rejecting)

    assert answer.startswith(b"HTTP/1.1 403")


async def test_an_idle_connection_is_closed() -> None:
    async with asyncio.timeout(20), connected(timeout_keep_alive=0) as (_, reader, writer):
        writer.write(head())

        assert (await reader.read()).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "lines",
    [
        [b"X-Long: " + bytes(HEAD_BYTES_MAX).replace(b"\0", b"x")],
        [b"X-Short: value"] * (HEAD_BYTES_MAX // 10),
    ],
    ids=["one long header", "many headers"],
)
async def test_a_head_that_is_too_large_is_answered_with_a_problem(lines: list[bytes]) -> None:
    answer = await answer_to(head(*lines))

    check_problem(answer, 431, "urn:arcbeat:problem:header-too-large")


async def test_a_url_that_is_too_long_is_answered_with_a_problem() -> None:
    answer = await answer_to(b"GET /" + b"x" * HEAD_BYTES_MAX + b" HTTP/1.1\r\nHost: here\r\n\r\n")

    check_problem(answer, 431, "urn:arcbeat:problem:header-too-large")


@pytest.mark.parametrize(
    "request_bytes",
    [
        head(b"Content-Length: ="),
        head(b"Content-Length: 1", b"Content-Length: 2"),
        head(b"a name: value"),
        head(b"Name: \x00"),
        head(method=b"get"),
        b"GET /\x01 HTTP/1.1\r\nHost: here\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    ],
    ids=["body size", "two body sizes", "name", "value", "method", "path", "TLS"],
)
async def test_a_malformed_request_is_answered_with_a_problem(request_bytes: bytes) -> None:
    check_problem(await answer_to(request_bytes), 400, "urn:arcbeat:problem:invalid-input")


async def bytes_sent_until_closed(start: bytes) -> int:
    """Send data without an end, up to 100 MB, until the server closes the connection; return how many bytes."""
    sent = 0
    async with asyncio.timeout(20), connected() as (_, _, writer):
        writer.write(start)
        with suppress(ConnectionError):
            while sent < ENDLESS_BYTES:
                writer.write(CHUNK)
                sent += len(CHUNK)
                await writer.drain()
                await asyncio.sleep(0)
    return sent


@pytest.mark.parametrize(
    "start",
    [
        b"GET / HTTP/1.1\r\nX-Endless: ",
        head(b"Transfer-Encoding: chunked", method=b"POST") + b"0\r\nX-Trailer: ",
        head(b"Transfer-Encoding: chunked", method=b"POST") + b"5;extension=",
    ],
    ids=["header", "trailer", "extension of a chunk"],
)
async def test_endless_lines_are_not_read(start: bytes) -> None:
    assert await bytes_sent_until_closed(start) < ENDLESS_BYTES / 2


async def test_trailers_do_not_become_headers() -> None:
    request = head(b"Transfer-Encoding: chunked", b"Connection: close", method=b"POST")

    answer = await answer_to(request, b"1\r\nx\r\n0\r\nX-Trailer: 1\r\n\r\n")

    assert orjson.loads(answer.partition(b"\r\n\r\n")[2]) == {
        "bytes": 1,
        "headers": ["connection", "host", "transfer-encoding"],
    }


async def test_a_head_below_the_limit_and_a_large_body_are_accepted() -> None:
    size = 3 * HEAD_BYTES_MAX
    lines = [b"X-Long: " + b"x" * (HEAD_BYTES_MAX - 1000), b"Content-Length: %d" % size, b"Connection: close"]

    answer = await answer_to(head(*lines, method=b"POST") + b"x" * size)

    assert orjson.loads(answer.partition(b"\r\n\r\n")[2])["bytes"] == size


async def test_pipelined_requests_are_all_answered() -> None:
    last = head(b"Connection: close")

    answer = await answer_to(head() * 20 + last)

    assert answer.count(b"HTTP/1.1 200 OK") == 21


@pytest.mark.parametrize(
    "lines",
    [[b"Cookie: " + b"x" * 9_000], [b"X-Short: value"] * 130],
    ids=["a long line", "many headers"],
)
async def test_an_upgrade_that_websockets_would_not_answer_is_rejected(lines: list[bytes]) -> None:
    answer = await answer_to(head(*lines).removesuffix(b"\r\n") + UPGRADE + b"\r\n")

    check_problem(answer, 431, "urn:arcbeat:problem:header-too-large")


async def test_an_upgrade_with_a_line_of_8_kib_is_accepted() -> None:
    async with asyncio.timeout(20), connected() as (_, reader, writer):
        writer.write(head(b"Cookie: " + b"x" * 8_000).removesuffix(b"\r\n") + UPGRADE + b"\r\n")

        assert await reader.readline() == b"HTTP/1.1 101 Switching Protocols\r\n"


@pytest.mark.parametrize("connection", [b"close", b"keep-alive"])
async def test_a_client_that_does_not_read_its_response_is_aborted(connection: bytes) -> None:
    async def large(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(bytes(16 * 2**20))(scope, receive, send)

    async with connected(large, timeout_keep_alive=0) as (server, _, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined] # it is a transport that reads
        writer.write(head(b"Connection: " + connection))
        while not server.server_state.total_requests:  # noqa: ASYNC110 -- uvicorn has no event for it
            await asyncio.sleep(0)

        await until_all_are_disconnected(server)


async def test_a_request_that_is_cut_by_the_shutdown_is_answered_with_a_problem() -> None:
    begun = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with connected(StoppedRequests(slow), timeout_graceful_shutdown=0) as (server, reader, writer):
        writer.write(head())
        await begun.wait()
        server.should_exit = True
        answer = await reader.read()

    check_problem(answer, 503, "urn:arcbeat:problem:server-unavailable")
    assert b"\r\nretry-after: " in answer


async def test_a_response_that_is_cut_by_the_shutdown_does_not_look_complete() -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.Event().wait()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await StreamingResponse(endless())(scope, receive, send)

    async with connected(StoppedRequests(slow), timeout_graceful_shutdown=0) as (server, reader, writer):
        writer.write(head())
        await reader.readuntil(b"first\r\n")
        server.should_exit = True

        assert await reader.read() == b""  # without the last chunk, 0


def check_problem(answer: bytes, status: int, kind: str) -> None:
    lines, _, body = answer.partition(b"\r\n\r\n")
    assert lines.startswith(b"HTTP/1.1 %d " % status), answer[:200]
    assert b"content-type: application/problem+json" in lines.lower()
    assert b"connection: close" in lines.lower()
    assert orjson.loads(body)["type"] == kind
