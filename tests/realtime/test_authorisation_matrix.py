"""Tests both transports, and every event of Socket.IO, with every kind of credentials."""

from typing import Any

import pytest
from websockets.asyncio.client import connect

from arcbeat.api.contract.asyncapi import load_asyncapi, messages_of
from arcbeat.domain.identity.identity import Scope
from arcbeat.realtime.websocket.server import PATH
from tests.realtime.support.sockets import PlainSocket, SocketIo, rejection
from tests.support.credentials import INVALID, KEYS, ROLES, Credentials, all_credentials
from tests.support.service import Service

# A second, independent list: the test fails for an event that is missing here or has another scope.
EVENTS: dict[str, tuple[Scope, Any]] = {
    "subscribe": (Scope.TELEMETRY_READ, {"type_code": "welding"}),
    "resync": (Scope.TELEMETRY_READ, {"type_code": "welding", "stream_id": "a", "since": 1}),
    "unsubscribe": (Scope.TELEMETRY_READ, {"type_code": "welding"}),
    "watch": (Scope.TELEMETRY_READ, {"type_code": "welding", "device_codes": ["W1"]}),
    "unwatch": (Scope.TELEMETRY_READ, {"type_code": "welding"}),
    "subscribe_alarms": (Scope.TELEMETRY_READ, {"type_code": "welding"}),
    "unsubscribe_alarms": (Scope.TELEMETRY_READ, {"type_code": "welding"}),
    "subscribe_jobs": (Scope.JOB_READ, {}),
    "unsubscribe_jobs": (Scope.JOB_READ, {}),
}
SENT_WHEN_OPENED = {"connect", "credentials"}
KINDS = [kind for kind in (*ROLES, *KEYS, *INVALID) if kind != "none"]


@pytest.fixture(scope="module")
def credentials(service: Service) -> Credentials:
    service.register("W1")
    return all_credentials(service)


def allowed(kind: str, *scopes: Scope) -> int:
    """Return the status of credentials for what requires one of these scopes."""
    if kind in INVALID:
        return 401
    return 200 if (ROLES | KEYS)[kind] & {*scopes} else 403


def auth_of(headers: dict[str, str]) -> dict[str, str]:
    """Return the auth object of Socket.IO with the credentials of these headers."""
    if "X-API-Key" in headers:
        return {"api_key": headers["X-API-Key"]}
    return {"token": headers["Authorization"].removeprefix("Bearer ")}


def test_every_event_is_listed() -> None:
    assert messages_of(load_asyncapi(), "receive") == {*EVENTS, *SENT_WHEN_OPENED}


@pytest.mark.parametrize("kind", KINDS)
async def test_each_event_requires_its_scope(service: Service, credentials: Credentials, kind: str) -> None:
    auth = auth_of(credentials[kind])
    if (admitted := allowed(kind, Scope.TELEMETRY_READ, Scope.JOB_READ)) != 200:
        assert (await rejection(service.url, auth))["status"] == admitted
        return
    async with SocketIo.connected(service.url, auth) as client:
        statuses = {}
        for event, (_, payload) in EVENTS.items():
            problem = (await client.call(event, payload)).get("problem", {})
            statuses[event] = 403 if problem.get("status") == 403 else 200

    assert statuses == {event: allowed(kind, scope) for event, (scope, _) in EVENTS.items()}


@pytest.mark.parametrize("kind", KINDS)
async def test_the_plain_websocket_requires_its_scope(service: Service, credentials: Credentials, kind: str) -> None:
    url = f"{service.url.replace('http', 'ws', 1)}{PATH}"
    async with connect(url, additional_headers=credentials[kind], proxy=None) as connection:
        message = await PlainSocket(connection).next()

    problem = message.get("problem", {})
    assert (message["type"], problem.get("status", 200)) == (
        "snapshot" if allowed(kind, Scope.TELEMETRY_READ) == 200 else "problem",
        allowed(kind, Scope.TELEMETRY_READ),
    )


async def test_neither_transport_admits_a_client_without_credentials(service: Service) -> None:
    url = f"{service.url.replace('http', 'ws', 1)}{PATH}"
    async with connect(url, proxy=None) as connection:
        await connection.send("{}", text=True)

        assert (await PlainSocket(connection).next())["type"] == "problem"
    assert "auth" in (await rejection(service.url, {}))["detail"]
