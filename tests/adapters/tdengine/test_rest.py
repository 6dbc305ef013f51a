"""The REST client with misbehaving servers on real sockets."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from adapters.breaker import Breaker, BreakerLimits, BreakerState
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.statements import SERVER_VERSION
from arcbeat.domain.errors import (
    StatementTimeout,
    StoreError,
    StoreOverloaded,
    StoreProtocolError,
    StoreTimeout,
    StoreUnauthorised,
    StoreUnavailable,
    StoreUnreachable,
)
from arcbeat.domain.schema.columns import ColumnType
from tests.adapters.tdengine.conftest import Monotonic, OpenRest
from tests.support.tdengine.stand_in import StandIn, StandInResponse, error, rows

ONE = rows({"1": "BIGINT"}, [1])
HUNG = StandInResponse(None)
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(serve: Serve) -> AsyncIterator[str]:
    """A server that runs a given handler for each connection, then closes it."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def saying(*parts: bytes) -> Serve:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
        await writer.drain()

    return serve


async def resetting(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def test_rows_have_names_and_types(stand_in: StandIn, rest: TdengineRest) -> None:
    stand_in.on("select 1", ONE)

    result = await rest.execute("select 1")

    assert (result.names, result.types, result.rows) == (("1",), (ColumnType.BIGINT,), ((1,),))


async def test_an_unreachable_server_is_unavailable(open_rest: OpenRest) -> None:
    async with raw_server(saying()) as url:
        pass

    with pytest.raises(StoreUnreachable):
        await open_rest(url).execute("select 1")


async def test_a_server_that_accepts_and_never_responds_times_out(stand_in: StandIn, open_rest: OpenRest) -> None:
    stand_in.on("", HUNG)

    with pytest.raises(StoreTimeout):
        await open_rest(stand_in.url, statement_seconds=0.1).execute("select 1")


async def test_a_server_that_stops_during_its_response_times_out(open_rest: OpenRest) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"code":')
        await reader.read()

    async with raw_server(serve) as url:
        with pytest.raises(StoreTimeout):
            await open_rest(url, statement_seconds=0.1).execute("select 1")


@pytest.mark.parametrize(
    "serve",
    [
        saying(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"code":0,'),
        saying(b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"cod\r\n'),
        saying(b"HTTP/1.1 200 OK\r\ncont"),
        saying(b"\x16\x03\x01 this is not HTTP\r\n\r\n"),
        saying(),
        resetting,
    ],
    ids=["length", "chunk", "head", "garbage", "nothing", "reset"],
)
async def test_a_broken_connection_is_unavailable(serve: Serve, open_rest: OpenRest) -> None:
    async with raw_server(serve) as url:
        with pytest.raises(StoreUnreachable):
            await open_rest(url).execute("select 1")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (StandInResponse(500, b"Internal Server Error"), StoreUnavailable),
        (StandInResponse(502, b"<html>Bad Gateway</html>"), StoreUnavailable),
        (StandInResponse(503, b'{"code":1,"desc":"unknown to us"}'), StoreUnavailable),
        (StandInResponse(401, b""), StoreUnauthorised),
        (StandInResponse(400, b'{"code":855,"desc":"Authentication failure"}'), StoreUnauthorised),
        (StandInResponse(404, b"404 page not found"), StoreProtocolError),
        (StandInResponse(302, b""), StoreProtocolError),
        (StandInResponse(200, b""), StoreProtocolError),
        (StandInResponse(200, b"<html>"), StoreProtocolError),
        (StandInResponse(200, b'{"code":0,"column_meta":[["1","BIGINT",8]],"data":[[1],'), StoreProtocolError),
        (StandInResponse(200, b"[]"), StoreProtocolError),
        (StandInResponse(200, b'{"desc":"no code"}'), StoreProtocolError),
        (StandInResponse(200, b'{"code":0}'), StoreProtocolError),
        (StandInResponse(200, b'{"code":0,"column_meta":[["1","BIGINT",8]],"data":[[1,2]]}'), StoreProtocolError),
        (StandInResponse(200, b'{"code":0,"column_meta":[["t","TIMESTAMP",8]],"data":[["noon"]]}'), StoreProtocolError),
        (StandInResponse(200, b'{"code":0,"column_meta":[[]],"data":[]}'), StoreProtocolError),
    ],
)
async def test_a_malformed_response_is_a_store_error(
    stand_in: StandIn, rest: TdengineRest, answer: StandInResponse, expected: type[StoreError]
) -> None:
    stand_in.on("", answer)

    with pytest.raises(StoreError) as caught:
        await rest.execute("select 'a reading'")

    assert type(caught.value) is expected
    assert "a reading" not in caught.value.detail


async def test_a_response_that_cannot_be_decompressed_is_a_protocol_error(open_rest: OpenRest) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n"
    async with raw_server(saying(head, b"oops")) as url:
        with pytest.raises(StoreProtocolError):
            await open_rest(url).execute("select 1")


async def test_a_response_is_read_only_to_its_limit(open_rest: OpenRest) -> None:
    body = gzip.compress(b" " * 10_000_000)
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    async with raw_server(saying(head, body)) as url:
        with pytest.raises(StoreProtocolError, match="more than 1000 bytes"):
            await open_rest(url, response_bytes_max=1000).execute("select 1")


async def test_every_request_has_credentials_and_a_time_zone(open_rest: OpenRest) -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = b'{"code":0,"column_meta":[],"data":[]}'
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        rest = open_rest(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", credentials=("名", "p:@/ä"))
        await rest.execute("select 1")

    assert heads[0].startswith(b"POST /rest/sql?tz=UTC HTTP/1.1\r\n")
    assert b"Authorization: Basic 5ZCNOnA6QC/DpA==\r\n" in heads[0]


async def test_statements_beyond_the_limit_in_flight_wait_and_then_fail(stand_in: StandIn, open_rest: OpenRest) -> None:
    stand_in.on("", HUNG)
    rest = open_rest(stand_in.url, in_flight_max=1, slot_wait_seconds=0.05, statement_seconds=0.3)
    first = asyncio.create_task(rest.execute("select 1"))
    await asyncio.sleep(0)  # it has the only slot

    with pytest.raises(StoreOverloaded, match="Too many requests wait"):
        await rest.execute("select 2")
    with pytest.raises(StoreTimeout):
        await first

    assert stand_in.matching("select [12]$") == ["select 1"]


async def test_slow_statements_on_a_server_that_is_alive_do_not_open_the_breaker(
    stand_in: StandIn, open_rest: OpenRest
) -> None:
    stand_in.on("slow", HUNG)
    stand_in.on("", ONE)
    breaker = Breaker(BreakerLimits(failures_max=2))
    rest = open_rest(stand_in.url, breaker=breaker, statement_seconds=0.2)

    outcomes = await asyncio.gather(*(rest.execute("select slow") for _ in range(5)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [StatementTimeout] * 5
    assert breaker.state is BreakerState.CLOSED


async def test_a_burst_that_waits_in_vain_does_not_open_the_breaker(stand_in: StandIn, open_rest: OpenRest) -> None:
    stand_in.on("slow", HUNG)
    stand_in.on("", ONE)
    breaker = Breaker(BreakerLimits(failures_max=2))
    rest = open_rest(
        stand_in.url, breaker=breaker, in_flight_max=1, slot_wait_seconds=0.05, waiting_max=10, statement_seconds=0.3
    )

    statements = [rest.execute("select slow"), *(rest.execute("select 1") for _ in range(40))]
    outcomes = await asyncio.gather(*statements, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [StatementTimeout, *[StoreOverloaded] * 40]
    assert breaker.state is BreakerState.CLOSED


async def test_a_waiting_statement_starts_when_another_ends(stand_in: StandIn, open_rest: OpenRest) -> None:
    stand_in.on("", ONE)
    rest = open_rest(stand_in.url, in_flight_max=1)

    results = await asyncio.gather(*(rest.execute(f"select {number}") for number in range(20)))

    assert len(results) == len(stand_in.statements) == 20


async def test_connections_are_reused(open_rest: OpenRest) -> None:
    connections = 0

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        body = b'{"code":0,"column_meta":[],"data":[]}'
        while await reader.readuntil(b"\r\n\r\nselect 1"):
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))

    server = await asyncio.start_server(swallowing_the_end(connected), "127.0.0.1", 0)
    async with server:
        rest = open_rest(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        for _ in range(5):
            await rest.execute("select 1")
        await rest.aclose()

    assert connections == 1


def swallowing_the_end(serve: Serve) -> Serve:
    """Wait for the client to close the connection, which is not a failure of the server."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except asyncio.IncompleteReadError:
            writer.close()

    return connected


async def test_a_server_that_is_down_gets_one_probe_at_a_time(
    stand_in: StandIn, open_rest: OpenRest, monotonic: Monotonic
) -> None:
    stand_in.on("", error(11), error(11), HUNG, HUNG, ONE)
    breaker = Breaker(BreakerLimits(failures_max=2, cool_down_seconds=5.0), monotonic=monotonic)
    rest = open_rest(stand_in.url, breaker=breaker, statement_seconds=0.2, alive_seconds=0.1)
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await rest.execute("select 1")

    with pytest.raises(StoreUnavailable, match="tried again within seconds"):
        await rest.execute("select 2")
    monotonic.seconds += 10
    outcomes = await asyncio.gather(*(rest.execute("select 3") for _ in range(5)), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["StoreTimeout", *["StoreUnavailable"] * 4]
    assert stand_in.statements == ["select 1", "select 1", "select 3", SERVER_VERSION]
    monotonic.seconds += 10
    assert (await rest.execute("select 4")).rows == ((1,),)
    assert breaker.state is BreakerState.CLOSED


async def test_a_cancelled_call_releases_its_slot_and_its_probe(
    stand_in: StandIn, open_rest: OpenRest, monotonic: Monotonic
) -> None:
    stand_in.on("", error(11), HUNG, ONE)
    breaker = Breaker(BreakerLimits(failures_max=1, cool_down_seconds=5.0), monotonic=monotonic)
    rest = open_rest(stand_in.url, breaker=breaker, in_flight_max=1)
    with pytest.raises(StoreUnavailable):
        await rest.execute("select 1")
    monotonic.seconds += 10

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await rest.execute("select 2")

    assert (await rest.execute("select 3")).rows == ((1,),)


@pytest.mark.parametrize(
    "url",
    [
        "http://root:s3cret@host:6041",
        "tdengine://host:6041",
        "tdengine://root@host",
        "tdengine://root:s3cret@",
        "tdengine://root:s3cret@host:port",
        "tdengine://root:s3/cret@host",
        "tdengine://root:s3cret@host:6041/db",
        "tdengine://root:s3cret@host:6041?tz=UTC",
        "tdengine://root:s3cret@[::1",
        "",
    ],
)
def test_the_error_for_an_invalid_url_does_not_contain_the_url(url: str) -> None:
    with pytest.raises(ValueError, match=r"^not of the form tdengine://user:password@host:6041$") as caught:
        TdengineRest.from_url(url)

    assert caught.value.__cause__ is None


async def test_a_url_may_percent_encode_its_password(stand_in: StandIn) -> None:
    stand_in.on("", ONE)
    rest = TdengineRest.from_url(stand_in.url.replace("http://", "tdengine://us%40er:p%2Fss%3A@"))

    assert (await rest.execute("select 1")).rows == ((1,),)
    await rest.aclose()


async def test_proxy_variables_of_the_environment_are_ignored(
    stand_in: StandIn, open_rest: OpenRest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    stand_in.on("", ONE)

    assert (await open_rest(stand_in.url).execute("select 1")).rows == ((1,),)


async def test_a_configured_proxy_is_used(stand_in: StandIn) -> None:
    stand_in.on("", ONE)
    rest = TdengineRest.from_url("tdengine://root:taosdata@nowhere.invalid", proxy=stand_in.url)

    assert (await rest.execute("select 1")).rows == ((1,),)
    await rest.aclose()
