"""Clients that open many connections, or send heads slowly or without an end."""

import asyncio
import secrets
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest

from arcbeat.domain.identity.identity import Scope
from tests.faults import bounds, requests
from tests.faults.conftest import TEMPLATE
from tests.faults.healthz import Healthz
from tests.faults.private_postgres import PrivatePostgres
from tests.faults.table import Row
from tests.realtime.support.sockets import SocketIo
from tests.support.serving import Serving
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow
HANDSHAKES = 10_000
PARALLEL = 50
FLOOD_MEMORY_GROWTH_MAX = 128 * bounds.MIB
"""1 000 sessions may wait for credentials, and closed ones are garbage until the next collection."""
CLIENTS = 5_000
CLIENTS_PER_USER = 100
CLIENTS_PER_SECOND = 150
PENDING_CLIENTS_MAX = 500
"""So many clients connect at once. They have shown no token yet, and of those the service keeps 1 000 per address."""
DESCRIPTORS_MAX = 300
SLOW_CONNECTIONS = 600
HEADERS_BYTES = 100_000_000
CHUNK = b"x" * 65536
METRICS_TOKEN = secrets.token_hex(24)
SERVES_OTHERS = "others are served throughout; each connection is closed within 10 seconds; the log has it"
HANDSHAKE = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@asynccontextmanager
async def opened(serving: Serving) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(serving.service.url).port)
    try:
        yield reader, writer
    finally:
        writer.close()


@pytest.mark.fault(
    "10 000 handshakes of Socket.IO without credentials from one address",
    "newcomers with credentials from the same address get in throughout; memory is bounded",
)
async def test_newcomers_get_in_during_a_flood_of_handshakes(postgres: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    with (
        Serving.running(folder, postgres.create_database(template=TEMPLATE)) as serving,
        bounds.watched(serving.process) as usage,
    ):
        token = {"token": serving.service.token(Scope.TELEMETRY_READ)}
        healthz = Healthz(serving.service.url)
        with healthz.watched():
            flood = asyncio.gather(*(_shake_hands(serving, HANDSHAKES // PARALLEL) for _ in range(PARALLEL)))
            newcomers = 0
            while not flood.done():
                async with SocketIo.connected(serving.service.url, token) as newcomer:
                    await newcomer.call("subscribe", {"type_code": "welding"})
                    newcomers += 1
            await flood
    assert usage.memory_growth <= FLOOD_MEMORY_GROWTH_MAX
    assert newcomers >= 3
    row.saw("newcomers connected throughout; memory grew by less than 128 MiB")
    row.saw(f"{newcomers} newcomers one after another; /healthz at most {healthz.worst_seconds:.2f} s")


async def _shake_hands(serving: Serving, count: int) -> None:
    for _ in range(count):
        async with opened(serving) as (reader, writer):
            writer.write(HANDSHAKE)
            await reader.read()


@pytest.mark.fault("5 000 clients with credentials behind one address", "all are connected at the same time")
async def test_a_factory_behind_one_address_is_connected(postgres: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    url = postgres.create_database(template=TEMPLATE)
    with Serving.running(folder, url, metrics_token=METRICS_TOKEN) as serving:
        service = serving.service
        tokens = [
            service.token(Scope.TELEMETRY_READ, username=f"user {number}")
            for number in range(CLIENTS // CLIENTS_PER_USER)
        ]
        clients = [Client(tokens[number % len(tokens)]) for number in range(CLIENTS)]
        pending = asyncio.Semaphore(PENDING_CLIENTS_MAX)
        tasks = []
        for client in clients:
            tasks.append(asyncio.create_task(client.connect(serving, pending)))
            await asyncio.sleep(1 / CLIENTS_PER_SECOND)
        attempts = await asyncio.gather(*tasks)

        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        metrics = (await asyncio.to_thread(service.anonymous.get, "/metrics", headers=headers)).text
        for client in clients:
            client.close()
    assert f'arcbeat_sockets{{what="socketio"}} {CLIENTS}.0' in metrics
    row.saw("5 000 connected at the same time")
    row.saw(f"{sum(attempts)} attempts, at {CLIENTS_PER_SECOND} per second")


class Client:
    """A client of Socket.IO over a WebSocket that only connects."""

    def __init__(self, token: str) -> None:
        self._connect = b"40/realtime," + orjson.dumps({"token": token})
        self._writer: StreamWriter | None = None

    async def connect(self, serving: Serving, pending: asyncio.Semaphore) -> int:
        """Connect until the client is admitted; return after how many attempts."""
        attempts = 0
        while True:
            attempts += 1
            async with pending:
                answer = await self._try(serving)
            if answer.startswith(b"40/realtime,"):
                return attempts
            self.close()
            await asyncio.sleep(orjson.loads(answer.partition(b",")[2])["data"]["retry_after_seconds"])

    async def _try(self, serving: Serving) -> bytes:
        """Open a connection, join with the token, and return the answer."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", urlsplit(serving.service.url).port)
        self._writer.write(UPGRADE)
        await reader.readuntil(b"\r\n\r\n")
        await _frame(reader)
        # A client masks what it sends; the mask here consists of zeros.
        self._writer.write(b"\x81\xfe" + len(self._connect).to_bytes(2, "big") + bytes(4) + self._connect)
        return await _frame(reader)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


async def _frame(reader: StreamReader) -> bytes:
    """Return the content of the next frame of the server."""
    _, length = await reader.readexactly(2)
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    return await reader.readexactly(length)


def silent(_: int) -> bytes:
    return b""


def half_a_line(_: int) -> bytes:
    return b"GET /api"


def half_a_head(number: int) -> bytes:
    return b"GET /healthz HTTP/1.1\r\nHost: here\r\nX-Number: %d" % number


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(
            silent, marks=pytest.mark.fault("600 connections that send nothing, with 300 open files", SERVES_OTHERS)
        ),
        pytest.param(
            half_a_line, marks=pytest.mark.fault("600 connections with half a line, with 300 open files", SERVES_OTHERS)
        ),
        pytest.param(
            half_a_head,
            marks=pytest.mark.fault("600 connections that drip headers, with 300 open files", SERVES_OTHERS),
        ),
    ],
)
async def test_slow_heads_do_not_use_up_the_descriptors(
    postgres: PrivatePostgres, row: Row, folder: Path, start: Callable[[int], bytes]
) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    url = postgres.create_database(template=TEMPLATE)
    with Serving.running(folder, url, descriptors_max=DESCRIPTORS_MAX) as serving:
        healthz = Healthz(serving.service.url)
        with healthz.watched():
            slow = [asyncio.create_task(_drip(serving, start(number))) for number in range(SLOW_CONNECTIONS)]
            page = await asyncio.to_thread(requests.get_page, serving.service.operator, requests.new_request_id())
            await asyncio.gather(*slow)
        assert page.status_code == 200
        eventually("it is logged", lambda: bool(serving.events("too_many_connections")))
        assert serving.process.is_running()
    row.saw("a page 200 and /healthz 200 meanwhile; all closed by the service; too_many_connections in the log")
    row.saw(f"/healthz at most {healthz.worst_seconds:.2f} s")


async def _drip(serving: Serving, start: bytes) -> None:
    """Send the start, then a byte per second if there was one, until the service closes the connection."""
    with suppress(ConnectionError):
        async with opened(serving) as (reader, writer):
            writer.write(start)
            ended = asyncio.create_task(reader.read())
            while not (await asyncio.wait([ended], timeout=1))[0]:
                writer.write(start[-1:])
            await ended


@pytest.mark.fault("100 MB of headers", "answered with 431 or closed, long before they are sent; memory is bounded")
async def test_endless_headers_are_rejected(postgres: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    sent = 0
    with (
        Serving.running(folder, postgres.create_database(template=TEMPLATE)) as serving,
        bounds.watched(serving.process) as usage,
    ):
        async with opened(serving) as (_, writer):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\nX-Endless: ")
            with suppress(ConnectionError):
                while sent < HEADERS_BYTES:
                    writer.write(CHUNK)
                    sent += len(CHUNK)
                    await writer.drain()
    assert sent < HEADERS_BYTES
    assert usage.memory_growth <= bounds.MEMORY_GROWTH_MAX
    row.saw("closed before they were sent; memory grew by less than 64 MiB")
    row.saw(f"closed after {sent / 1e6:.1f} MB, buffers of the kernel included")


@pytest.mark.fault(
    "SIGTERM during a stream of readings that does not end",
    "after 20 seconds the stream is answered with 503 and Retry-After, and the service exits",
)
async def test_a_stream_that_is_cut_gets_a_problem(postgres: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    with Serving.running(folder, postgres.create_database(template=TEMPLATE)) as serving:
        async with opened(serving) as (reader, writer):
            token = serving.service.operator.headers["Authorization"].encode()
            lines = [b"POST %s?type_code=welding HTTP/1.1" % requests.INGEST.encode(), b"Host: here"]
            lines += [b"Content-Type: application/x-ndjson", b"Transfer-Encoding: chunked", b"Authorization: " + token]
            writer.write(b"\r\n".join([*lines, b"", b""]))
            answer = asyncio.create_task(reader.read())
            dripping = asyncio.create_task(_drip_lines(writer))
            await asyncio.sleep(1)
            serving.terminate()
            text = await answer
            dripping.cancel()
        code = await asyncio.to_thread(serving.exit_code)
    head, _, body = text.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 "), text[:500]
    assert b"\r\nretry-after: " in head.lower()
    assert orjson.loads(body)["type"] == "urn:arcbeat:problem:server-unavailable"
    assert code == 0
    row.saw("503 server-unavailable with Retry-After; exit code 0")


async def _drip_lines(writer: StreamWriter) -> None:
    line = b" " * 1500 + b"\n"
    while True:
        writer.write(b"%x\r\n%b\r\n" % (len(line), line))
        await asyncio.sleep(1)
