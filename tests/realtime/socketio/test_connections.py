"""Socket.IO: admission, expiry, and malformed input."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from arcbeat.domain.identity.identity import Scope
from arcbeat.realtime.rooms.limits import CONNECTIONS_PER_SECOND_MAX, MESSAGE_BYTES_MAX, RETRY_AFTER_SECONDS_RANGE
from arcbeat.realtime.socketio.engine import AUTHENTICATION_SECONDS_MAX, REJECTED_NAMESPACES_MAX
from tests.realtime.support.served import TOKEN, ServedPlant
from tests.realtime.support.slow import JOIN, PING, SOCKET_IO, SUBSCRIBE, Poller, SlowSocketIo, websocket
from tests.realtime.support.sockets import SocketIo, check_message, rejection


@pytest.fixture
async def plant() -> AsyncIterator[ServedPlant]:
    async with ServedPlant.running() as running:
        running.report("C1", power_kw=1.5)
        yield running


@pytest.mark.parametrize(
    ("auth", "slug"),
    [
        (None, "invalid-input"),
        ("good", "invalid-input"),
        ({}, "invalid-input"),
        ({"token": 7}, "invalid-input"),
        ({"token": "good", "api_key": "good"}, "invalid-input"),
        ({"token": "bad"}, "unauthenticated"),
        ({"api_key": "bad"}, "unauthenticated"),
    ],
)
async def test_a_client_with_invalid_credentials_gets_a_problem(plant: ServedPlant, auth: Any, slug: str) -> None:
    problem = await rejection(plant.url, auth)

    assert problem["type"] == f"urn:arcbeat:problem:{slug}"
    assert len(plant.connections) == 0
    assert f'event="refused",reason="{slug}",transport="socketio"' in plant.metrics.exposition().decode()


async def test_an_api_key_is_accepted(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, {"api_key": "good"}) as client:
        assert (await client.call("subscribe", {"type_code": "cutting"}))["seq"] == 1


async def test_credentials_without_the_scope_are_rejected(plant: ServedPlant) -> None:
    plant.authenticator.identity = replace(plant.authenticator.identity, scopes=frozenset({Scope.DEVICE_READ}))

    problem = await rejection(plant.url, TOKEN)

    assert (problem["status"], problem["detail"]) == (403, "The token lacks the scope telemetry:read or job:read.")


async def test_clients_above_the_rate_of_new_connections_get_different_retry_delays(plant: ServedPlant) -> None:
    for _ in range(CONNECTIONS_PER_SECOND_MAX):
        plant.admission_limits.check(0, 0)

    problems = [await rejection(plant.url, TOKEN) for _ in range(12)]

    seconds = {problem["retry_after_seconds"] for problem in problems}
    assert {problem["type"] for problem in problems} == {"urn:arcbeat:problem:too-many-requests"}
    assert len(seconds) > 1
    assert RETRY_AFTER_SECONDS_RANGE[0] <= min(seconds) <= max(seconds) <= RETRY_AFTER_SECONDS_RANGE[1]
    plant.clock.pass_seconds(1)
    async with SocketIo.connected(plant.url, TOKEN):
        assert len(plant.connections) == 1


async def test_the_connection_is_closed_when_the_credentials_expire(plant: ServedPlant) -> None:
    expires_at = plant.clock() + timedelta(minutes=5)
    plant.authenticator.identity = replace(plant.authenticator.identity, expires_at=expires_at)
    async with SocketIo.connected(plant.url, TOKEN) as client:
        await client.call("subscribe", {"type_code": "cutting"})
        plant.clock.pass_seconds(299)
        await plant.connections.check()
        assert len(plant.connections) == 1

        plant.clock.pass_seconds(1)
        await plant.connections.check()
        closing = await client.next("closing")
        await client.until_disconnected()

    assert closing["reason"] == "expired"
    assert plant.rooms.sizes()["members"] == 0.0


@pytest.mark.parametrize("reason", ["revoked", "unverifiable"])
async def test_the_connection_is_closed_when_the_credentials_are_revoked_or_cannot_be_checked(
    plant: ServedPlant, reason: str
) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        plant.authenticator.is_unavailable = reason == "unverifiable"
        plant.authenticator.revoked.add("tester")
        await plant.connections.check()
        closing = await client.next("closing")
        await client.until_disconnected()

    assert closing["reason"] == reason
    assert await plant.closed() == reason


async def test_a_connection_that_does_not_authenticate_is_aborted(plant: ServedPlant) -> None:
    async with websocket(plant, f"{SOCKET_IO}websocket") as connection:
        await connection.recv()
        await plant.socket_io.check()
        await connection.send("2")
        plant.clock.pass_seconds(AUTHENTICATION_SECONDS_MAX)
        await plant.socket_io.check()

        with pytest.raises(ConnectionClosed):
            await connection.recv()


@pytest.mark.parametrize(
    ("namespace", "prefix"),
    [
        ("", "44"),
        ("/other,", "44/other,"),
        ("/other?page=1,", "44/other,"),
        ("/realtime2,", "44/realtime2,"),
        ('/"x,', '44/"x,'),
    ],
)
async def test_an_unknown_namespace_is_rejected_with_an_object_that_names_the_right_one(
    plant: ServedPlant, namespace: str, prefix: str
) -> None:
    async with websocket(plant, f"{SOCKET_IO}websocket") as connection:
        await connection.recv()
        await connection.send(f"40{namespace}{orjson.dumps(TOKEN).decode()}")
        answer = str(await connection.recv())
        assert answer.startswith(f"{prefix}{{")
        error = orjson.loads(answer.removeprefix(prefix))
        check_message("connectError", error["data"])
        assert error["message"] == error["data"]["detail"]
        assert error["message"].startswith("Invalid namespace: ")
        assert 'Connect to /realtime with the option auth: {token: "…"} or auth: {api_key: "…"}.' in error["message"]

        await connection.send(JOIN)
        assert str(await connection.recv()).startswith('40/realtime,{"sid":')


@pytest.mark.parametrize("auth", [None, "good", {}, {"token": 7}, {"jwt": "good"}])
async def test_missing_or_malformed_credentials_are_answered_with_their_form(plant: ServedPlant, auth: Any) -> None:
    detail = (await rejection(plant.url, auth))["detail"]

    assert 'Connect to /realtime with the option auth: {token: "…"} or auth: {api_key: "…"}.' in detail


async def test_a_client_that_tries_many_unknown_namespaces_is_disconnected(plant: ServedPlant) -> None:
    async with websocket(plant, f"{SOCKET_IO}websocket") as connection:
        await connection.recv()
        for _ in range(REJECTED_NAMESPACES_MAX):
            await connection.send("40/other")
            await connection.recv()
        await connection.send("40/other")

        with pytest.raises(ConnectionClosed):
            await connection.recv()


@pytest.mark.parametrize(
    "packet", [SUBSCRIBE, '42["subscribe",{"type_code":"cutting"}]', "41/realtime,", "43/realtime,1[]"]
)
async def test_a_packet_before_connect_closes_the_connection(plant: ServedPlant, packet: str) -> None:
    async with websocket(plant, f"{SOCKET_IO}websocket") as connection:
        await connection.recv()
        await connection.send(packet)
        with pytest.raises(ConnectionClosed):
            await connection.recv()

    async with Poller.opened(plant) as poller:
        assert (await poller.send(packet)).status_code == 200
        assert (await poller.get()).status_code == 400

    assert len(plant.socket_io._engine) == 0


@pytest.mark.parametrize("packet", [JOIN, '42["subscribe",{"type_code":"cutting"}]', "41", "41/other,"])
async def test_a_second_connect_and_packets_of_other_namespaces_close_the_connection(
    plant: ServedPlant, packet: str
) -> None:
    async with SlowSocketIo.subscribed(plant) as client:
        await client.connection.send(packet)
        assert await plant.closed() == "malformed"
        assert (await client.event())[0] == "closing"
        with pytest.raises(ConnectionClosed):
            await client.read_until_closed()


async def test_a_websocket_is_closed_when_the_client_sends_a_close_packet(plant: ServedPlant) -> None:
    async with SlowSocketIo.subscribed(plant) as client:
        await client.connection.send("1")
        assert await plant.closed() == "client disconnect"
        with pytest.raises(ConnectionClosed):
            await client.read_until_closed()

    assert len(plant.socket_io._engine) == 0


async def test_a_websocket_is_closed_when_the_server_closes_the_connection(plant: ServedPlant) -> None:
    async with SlowSocketIo.subscribed(plant) as client:
        plant.authenticator.revoked.add("tester")
        await plant.connections.check()
        assert (await client.event())[0] == "closing"
        with pytest.raises(ConnectionClosed):
            await client.read_until_closed()


async def test_a_client_that_does_not_answer_a_ping_in_time_is_disconnected(plant: ServedPlant) -> None:
    engine = plant.socket_io._server.eio
    engine.ping_interval = 0.01
    async with websocket(plant, f"{SOCKET_IO}websocket") as connection, Poller.opened(plant) as poller:
        await connection.recv()
        assert (await connection.recv(), await poller.poll()) == (PING, [PING])
        await plant.socket_io.check()
        assert len(plant.socket_io._engine) == 2

        engine.ping_timeout = 0.0
        assert (await poller.get()).status_code == 400
        await plant.socket_io.check()
        with pytest.raises(ConnectionClosed):
            await connection.recv()

    assert len(plant.socket_io._engine) == 0


async def test_a_client_that_leaves_the_namespace_may_rejoin_before_it_is_aborted(plant: ServedPlant) -> None:
    async with SlowSocketIo.subscribed(plant) as client:
        await client.connection.send("41/realtime,")
        assert await plant.closed() == "client disconnect"
        assert (await client.subscribe())["seq"] == 1
        await client.connection.send("41/realtime,")
        await plant.closed()
        plant.clock.pass_seconds(AUTHENTICATION_SECONDS_MAX)
        await plant.socket_io.check()

        with pytest.raises(ConnectionClosed):
            await client.read_until_closed()


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "x",
        "9",
        "bAAAA",
        b"\x04binary",
        "4x",
        "4[1]",
        '42/realtime,{"subscribe":1}',
        "42/realtime,",
        "42/realtime,[",
        '42/realtime,[{"not":"a name"}]',
        "451-/realtime,[1]",
        "44/realtime,{}",
        "4" + "[" * 5000,
    ],
)
async def test_a_malformed_packet_closes_the_connection_without_a_warning(
    plant: ServedPlant, garbage: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with SlowSocketIo.subscribed(plant) as client:
        await client.connection.send(garbage)
        await client.connection.send(b"end")
        await plant.closed()
        with pytest.raises(ConnectionClosed):
            await client.read_until_closed()

    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
    async with SocketIo.connected(plant.url, TOKEN) as other:
        assert (await other.call("subscribe", {"type_code": "cutting"}))["seq"] >= 1


@pytest.mark.parametrize(
    "garbage", ["", "x", "0", "2", "6", "bAAAA", "4x", "4[1]", "451-/realtime,[1]", "\x1e".join(["3"] * 65), b"4\xff"]
)
async def test_a_malformed_packet_closes_a_polling_connection_without_a_warning(
    plant: ServedPlant, garbage: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with Poller.subscribed(plant) as client:
        await client.send(garbage)
        assert await plant.closed() == "malformed"

    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_message_above_the_size_limit_closes_the_connection(plant: ServedPlant) -> None:
    async with SocketIo.connected(plant.url, TOKEN) as client:
        codes = ["x" * 50] * (MESSAGE_BYTES_MAX // 50)
        await client.client.emit("watch", {"type_code": "cutting", "device_codes": codes}, namespace="/realtime")
        await client.until_disconnected()
        await plant.closed()

    async with Poller.subscribed(plant) as poller:
        assert (await poller.send("x" * (MESSAGE_BYTES_MAX + 1))).status_code == 413
        assert await plant.closed() == "malformed"


async def test_a_connection_stays_open_beyond_the_ping_timeout_while_pings_are_answered(
    plant: ServedPlant,
) -> None:
    engine = plant.socket_io._server.eio
    engine.ping_interval, engine.ping_timeout = 0.05, 1.0
    async with SlowSocketIo.subscribed(plant) as client:
        while client.pings < 2 * engine.ping_timeout / engine.ping_interval:
            await plant.tick()
            await client.event()


# The client of python-engineio does not close the responses to its POST requests.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <function Connection.__del__")
@pytest.mark.parametrize("transports", [["polling"], ["polling", "websocket"]])
async def test_clients_may_poll_and_upgrade_to_a_websocket(plant: ServedPlant, transports: list[str]) -> None:
    async with SocketIo.connected(plant.url, TOKEN, transports=transports) as client:
        await client.call("subscribe", {"type_code": "cutting"})
        await plant.tick(2)

        assert [(await client.next("delta"))["seq"] for _ in range(2)] == [2, 3]


@pytest.mark.parametrize(
    ("origin", "status"), [(None, 200), ("same", 200), ("https://pages.example", 200), ("https://evil.example", 400)]
)
async def test_only_pages_of_allowed_origins_may_connect(plant: ServedPlant, origin: str | None, status: int) -> None:
    headers = {"Origin": plant.url if origin == "same" else origin} if origin else {}
    async with httpx.AsyncClient(base_url=plant.url, trust_env=False, headers=headers) as http:
        answer = await http.get(f"{SOCKET_IO}polling")
        preflight = await http.options(f"{SOCKET_IO}polling")

    assert answer.status_code == status
    assert answer.headers.get("access-control-allow-origin") == (headers.get("Origin") if status == 200 else None)
    assert preflight.status_code == status
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_page_of_another_origin_gets_no_websocket(plant: ServedPlant) -> None:
    with pytest.raises(InvalidStatus) as rejected:
        async with websocket(plant, f"{SOCKET_IO}websocket", origin="https://evil.example"):
            pass

    assert rejected.value.response.status_code == 403
