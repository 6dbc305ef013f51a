"""The sockets of the complete application, with real stores, tokens and ticks."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from arcbeat.domain.identity.identity import Scope
from arcbeat.realtime.websocket.server import PATH
from tests.realtime.support.sockets import PlainSocket, SocketIo, reader, rejection
from tests.support.identity import add_api_key, add_user, bearer, tokens_of
from tests.support.service import Service


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", "W2", "W3", "炉#4")
    service.append("W1", device_status="焊接", weld_current=100.0)


async def test_a_subscriber_receives_the_readings_of_devices(service: Service) -> None:
    async with SocketIo.connected(service.url, reader(service)) as client:
        ack = await client.call("subscribe", {"type_code": "焊机"})
        service.append("W2", device_status="待机")

        changed: dict[str, Any] = {}
        seq = ack["seq"]
        while "W2" not in changed:
            delta = await client.next("delta")
            assert (delta["stream_id"], delta["since"]) == (ack["stream_id"], seq)
            seq, changed = delta["seq"], delta["changed"]

    assert changed["W2"]["values"]["device_status"] == "待机"
    assert ack["type_code"] == "welding"


async def test_a_log_out_closes_open_sockets(service: Service) -> None:
    await asyncio.to_thread(add_user, service, "vera")
    token = tokens_of(service, "vera")["access_token"]
    async with SocketIo.connected(service.url, {"token": token}) as client:
        answer = service.anonymous.post("/api/v1/auth/logout", headers=bearer(token))
        closing = await client.next("closing")
        await client.until_disconnected()

    assert (answer.status_code, closing["reason"]) == (204, "revoked")


async def test_revoking_an_api_key_closes_its_connections(service: Service) -> None:
    api_key = add_api_key(service, "wall", Scope.TELEMETRY_READ)
    admin = service.client(Scope.ADMIN)
    keys = admin.get("/api/v1/api-keys").json()["items"]
    async with SocketIo.connected(service.url, {"api_key": api_key}) as client:
        admin.delete(f"/api/v1/api-keys/{keys[0]['api_key_id']}")

        assert (await client.next("closing"))["reason"] == "revoked"


async def test_an_expired_token_and_one_without_a_scope_of_any_event_are_rejected(service: Service) -> None:
    expired = {"token": service.token(Scope.TELEMETRY_READ, lifetime=timedelta(seconds=-1))}
    other = {"token": service.token(Scope.DEVICE_READ)}

    assert (await rejection(service.url, expired))["status"] == 401
    assert (await rejection(service.url, other))["status"] == 403


async def test_the_connection_is_closed_when_its_token_expires(service: Service) -> None:
    auth = {"token": service.token(Scope.TELEMETRY_READ, lifetime=timedelta(seconds=2))}
    async with SocketIo.connected(service.url, auth) as client:
        assert (await client.next("closing"))["reason"] == "expired"


async def test_the_api_works_beside_the_sockets(service: Service) -> None:
    async with SocketIo.connected(service.url, reader(service)) as client:
        await client.call("subscribe", {"type_code": "welding"})

        assert service.anonymous.get("/healthz").status_code == 200
        assert service.operator.get("/api/v1/device/data/realtime").json()["total"] == 4


async def test_a_nul_character_in_a_code_is_a_client_error(service: Service) -> None:
    others: dict[str, dict[str, Any]] = {
        "watch": {"device_codes": ["W1\x00"]},
        "resync": {"stream_id": "\x00", "since": 1},
    }
    async with SocketIo.connected(service.url, reader(service)) as client:
        for event in ("subscribe", "unsubscribe", "unwatch", "watch", "resync"):
            ack = await client.call(event, {"type_code": "a\x00b", **others.get(event, {})})
            assert ack["problem"]["status"] == 400

    for auth in ({"token": "a\x00b"}, {"api_key": "a\x00b"}):
        assert (await rejection(service.url, auth))["status"] == 400


async def test_a_nul_character_in_the_url_of_the_plain_websocket_is_a_client_error(service: Service) -> None:
    protocols = [Subprotocol("arcbeat"), Subprotocol(f"bearer.{reader(service)['token']}")]
    url = service.url.replace("http", "ws", 1)
    for query in ("type_code=a%00b", "type_code=welding&device_codes=W1%00", "%00=1", "type_code=%ff%fe"):
        async with connect(f"{url}{PATH}?{query}", subprotocols=protocols, proxy=None) as socket:
            code, _ = await PlainSocket(socket).wait_closed()
        assert code in {4400, 4404}
