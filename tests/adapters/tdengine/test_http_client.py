"""Connections to TDengine: which are used again, by which way they go, and what the client keeps out of a response."""

import asyncio
import base64
import gzip
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.tdengine.http_client import HttpClient
from arcbeat.domain.errors import StoreTimeout, StoreUnreachable
from arcbeat.domain.metrics import UNOBSERVED, ConnectObserver
from tests.adapters.alerts.certificates import self_signed

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
Respond = Callable[[int, int], bytes | None]
"""Returns the bytes that answer a request of a connection, both counted from 1; None closes the connection."""


@dataclass
class Server:
    """A server on a real socket.

    Attributes:
        heads: the heads of all requests.
        connections: how many were accepted.
    """

    respond: Respond
    url: str = ""
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection, number = self.connections, 0
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                self.heads.append(head)
                number += 1
                response = self.respond(connection, number)
                if response is None:
                    break
                writer.write(response)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has closed the connection, which ends it here too
        finally:
            writer.close()


@asynccontextmanager
async def serving(
    respond: Respond = lambda *_: OK, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Server]:
    server = Server(respond)
    async with await asyncio.start_server(server.serve, host, 0, ssl=tls) as listening:
        port = listening.sockets[0].getsockname()[1]
        server.url = f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
        yield server


@asynccontextmanager
async def connected(
    url: str, *, proxy: str | None = None, connect_seconds: float = 5.0, observer: ConnectObserver = UNOBSERVED
) -> AsyncIterator[Callable[[str], Awaitable[tuple[bytes, int]]]]:
    """Yield the method of a client that posts a statement."""
    client = HttpClient(
        url,
        user="root",
        password="taosdata",
        proxy=proxy,
        connect_seconds=connect_seconds,
        connections_max=2,
        response_bytes_max=1_000_000,
        observer=observer,
    )
    try:
        yield client.post
    finally:
        await client.aclose()


class Observed:
    """Counts connections."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def connected(self, store: str, seconds: float) -> None:
        assert store == "tdengine"
        self.seconds.append(seconds)


async def test_a_connection_is_used_again_and_connecting_is_measured_once() -> None:
    observed = Observed()
    async with serving() as server, connected(server.url, observer=observed) as post:
        assert [await post(f"select {number}") for number in range(3)] == [(b"ok", 200)] * 3

    assert (server.connections, len(server.heads), len(observed.seconds)) == (1, 3, 1)
    assert observed.seconds[0] > 0


async def test_a_statement_on_a_connection_that_the_server_has_closed_meanwhile_is_sent_again() -> None:
    def respond(connection: int, number: int) -> bytes | None:
        return None if (connection, number) == (1, 2) else OK

    async with serving(respond) as server, connected(server.url) as post:
        await post("select 1")

        assert await post("select 2") == (b"ok", 200)

    assert (server.connections, len(server.heads)) == (2, 3)


async def test_a_statement_on_a_new_connection_is_sent_only_once() -> None:
    async with serving(lambda *_: None) as server, connected(server.url) as post:
        with pytest.raises(StoreUnreachable):
            await post("select 1")

    assert (server.connections, len(server.heads)) == (1, 1)


async def test_a_response_that_ends_halfway_is_not_requested_again() -> None:
    def respond(_: int, number: int) -> bytes | None:
        return OK if number == 1 else OK[:-1]

    async with serving(respond) as server, connected(server.url) as post:
        await post("select 1")

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await post("select 2")

        assert await post("select 3") == (b"ok", 200)  # the connection of the abandoned statement is closed
    assert (server.connections, len(server.heads)) == (2, 3)


@pytest.mark.parametrize("trailing", [OK, b"\r\n"], ids=["response", "line"])
async def test_what_follows_a_response_is_never_the_response_to_the_next_statement(trailing: bytes) -> None:
    def respond(connection: int, number: int) -> bytes | None:
        if number > 1:
            return None
        return OK + trailing if connection == 1 else OK.replace(b"ok", b"no")

    async with serving(respond) as server, connected(server.url) as post:
        assert await post("select 1") == (b"ok", 200)
        assert await post("select 2") == (b"no", 200)

    assert server.connections == 2


async def test_a_response_with_more_bytes_than_it_announces_is_rejected_and_its_connection_closed() -> None:
    def respond(connection: int, _: int) -> bytes:
        return OK + b"ok" if connection == 1 else OK

    async with serving(respond) as server, connected(server.url) as post:
        with pytest.raises(StoreUnreachable):
            await post("select 1")
        assert await post("select 2") == (b"ok", 200)

    assert server.connections == 2


async def test_a_redirect_is_not_followed() -> None:
    async with serving() as target:
        response = b"HTTP/1.1 307 Elsewhere\r\nlocation: %b/\r\ncontent-length: 0\r\n\r\n" % target.url.encode()
        async with serving(lambda *_: response) as server, connected(server.url) as post:
            assert await post("select 1") == (b"", 307)

    assert target.heads == []


async def test_no_compression_is_asked_for_but_a_compressed_response_is_read() -> None:
    body = gzip.compress(b"a reading " * 1000)
    response = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    async with serving(lambda *_: response) as server, connected(server.url) as post:
        assert await post("select 1") == (b"a reading " * 1000, 200)

    assert b"\r\nAccept-Encoding: identity\r\n" in server.heads[0]


async def test_a_cookie_of_a_gateway_is_not_returned() -> None:
    response = OK.replace(b"\r\n\r\n", b"\r\nset-cookie: server=1\r\n\r\n")
    async with serving(lambda *_: response) as server, connected(server.url) as post:
        await post("select 1")
        await post("select 2")

    assert b"cookie" not in server.heads[1].lower()


async def test_a_server_that_does_not_accept_connections_times_out() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        fillers = []
        for _ in range(4):  # the kernel accepts one or two more than the backlog says
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(listening.getsockname())
            fillers.append(filler)
        async with connected(f"http://127.0.0.1:{listening.getsockname()[1]}", connect_seconds=0.1) as post:
            with pytest.raises(StoreTimeout):
                await post("select 1")
        for filler in fillers:
            filler.close()


async def test_a_name_that_cannot_be_resolved_is_unreachable() -> None:
    async with connected("http://nowhere.invalid:6041") as post:
        with pytest.raises(StoreUnreachable):
            await post("select 1")


async def test_a_server_may_have_an_ipv6_address() -> None:
    async with serving(host="::1") as server, connected(server.url) as post:
        assert await post("select 1") == (b"ok", 200)


async def test_a_server_whose_certificate_no_authority_has_signed_is_unreachable(tmp_path: Path) -> None:
    async with serving(tls=self_signed(tmp_path)) as server, connected(server.url) as post:
        with pytest.raises(StoreUnreachable):
            await post("select 1")

    assert server.heads == []


async def test_every_statement_has_the_credentials_of_the_proxy_and_those_of_tdengine() -> None:
    async with serving() as proxy:
        url = proxy.url.replace("//", "//us%40er:p%C3%A4ss@")
        async with connected("http://nowhere.invalid:6041", proxy=url) as post:
            await post("select 1")
            await post("select 2")

    expected = base64.b64encode("us@er:päss".encode())
    assert proxy.connections == 1
    for head in proxy.heads:
        assert head.startswith(b"POST http://nowhere.invalid:6041/rest/sql?tz=UTC HTTP/1.1\r\n")
        assert b"\r\nProxy-Authorization: Basic %b\r\n" % expected in head
        assert b"\r\nAuthorization: Basic cm9vdDp0YW9zZGF0YQ==\r\n" in head


async def test_tls_goes_through_a_tunnel_of_the_proxy_that_does_not_see_the_credentials_of_tdengine() -> None:
    async with serving(lambda *_: b"HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n") as proxy:
        url = proxy.url.replace("//", "//user:pass@")
        async with connected("https://nowhere.invalid:6041", proxy=url) as post:
            with pytest.raises(StoreUnreachable):
                await post("select 1")

    assert proxy.heads[0].startswith(b"CONNECT nowhere.invalid:6041 HTTP/1.1\r\n")
    assert b"\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n" in proxy.heads[0]
    assert b"cm9vdDp0YW9zZGF0YQ" not in proxy.heads[0]


@pytest.mark.parametrize("proxy", ["", "proxy:3128", "socks5://user:s3cret@proxy:1080", "http://user:s3cret@"])
async def test_the_error_for_an_invalid_proxy_does_not_contain_its_url(proxy: str) -> None:
    with pytest.raises(ValueError, match=r"^the proxy is not of the form http://user:password@host:3128$"):
        async with connected("http://127.0.0.1:6041", proxy=proxy):
            pass
