"""No log contains a secret, at any level, wherever clients and operators put it."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx
import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from arcbeat.domain.identity.identity import Role, Scope
from tests.realtime.support.sockets import SocketIo
from tests.support.identity import TOKEN, add_user, tokens_of
from tests.support.postgres import Server
from tests.support.serving import Serving
from tests.support.waiting import eventually

WEBSOCKET = "/api/v1/device/realtime-data/ws"
PASSWORD = "walnut-Tractor-91-lamp"
WRONG_PASSWORD = "pepper-Violin-77-kite"
SETTINGS = {
    "redis_url": "redis://user:redis-Pa55word@127.0.0.1:1/0",
    "telemetry_url": "tdengine://root:store-Pa55word@127.0.0.1:1",
    "metrics_token": "mK7-vTq4-4711-zqXw",
    "ws_token_in_url": "true",
    "log_level": "debug",
}
DATABASE_PASSWORD = "database-Pa55word"
SECRETS_OF_SETTINGS = ("redis-Pa55word", "store-Pa55word", "mK7-vTq4-4711-zqXw", DATABASE_PASSWORD)


@dataclass
class Logged:
    """A service that logs at level debug, and the secrets that it has received.

    Attributes:
        secrets: they must not be in its log.
    """

    serving: Serving
    secrets: set[str]

    @property
    def url(self) -> str:
        return self.serving.service.url

    def get(self, path: str, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.get(f"{self.url}{path}", headers=named, trust_env=False, timeout=20).status_code

    def open_websocket(self, query: str = "", *, subprotocols: list[str] | None = None, message: str = "") -> None:
        url = f"ws{self.url.removeprefix('http')}{WEBSOCKET}{query}"
        try:
            with connect(url, subprotocols=subprotocols, proxy=None) as connection:  # type: ignore[arg-type]
                if message:
                    connection.send(message)
                connection.recv(timeout=20)
        except (WebSocketException, TimeoutError):
            pass  # an invalid token is rejected

    def send_raw(self, request: bytes) -> None:
        address = urlsplit(self.url)
        with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
            connection.sendall(request)
            connection.recv(65536)


@pytest.fixture(scope="module")
def logged(
    postgres_server: Server, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Logged]:
    url = postgres_server.create_database(template=template_database)
    with_password = url.replace("postgres@", f"postgres:{DATABASE_PASSWORD}@", 1)
    assert DATABASE_PASSWORD in with_password
    with Serving.running(tmp_path_factory.mktemp("log"), with_password, descriptors_max=None, **SETTINGS) as serving:
        yield Logged(serving, {*SECRETS_OF_SETTINGS, serving.service.settings.secret_key.get_secret_value()})
    postgres_server.drop_database(url)


async def test_no_secret_is_in_the_log_at_level_debug(logged: Logged) -> None:
    service = logged.serving.service
    add_user(service, "root", Role.ADMIN, PASSWORD)
    tokens = tokens_of(service, "root", PASSWORD)
    token, refresh = tokens["access_token"], tokens["refresh_token"]
    bearer = f"Bearer {token}"
    created = service.anonymous.post(
        "/api/v1/api-keys", json={"name": "all", "scopes": list(Scope)}, headers={"Authorization": bearer}
    )
    api_key = created.json()["api_key"]
    modified = token[:-4] + "AAAA"
    logged.secrets |= {token, refresh, api_key, modified, PASSWORD, WRONG_PASSWORD, quote(WRONG_PASSWORD)}

    # In headers, valid and not.
    assert logged.get("/api/v1/users", authorization=bearer) == 200
    assert logged.get("/api/v1/users", x_api_key=api_key) == 200
    for authorization in (f"Bearer {modified}", token, f"Basic {PASSWORD}", f"Token {api_key}"):
        assert logged.get("/api/v1/users", authorization=authorization) == 401
    logged.get("/metrics", authorization=f"Bearer {SETTINGS['metrics_token']}")
    logged.get("/metrics", authorization=bearer)
    # In forms and bodies.
    for form in (
        {"grant_type": "password", "username": "root", "password": WRONG_PASSWORD},
        {"grant_type": "password", "username": WRONG_PASSWORD, "password": PASSWORD},
        {"grant_type": api_key, "username": "root", "password": PASSWORD},
    ):
        service.anonymous.post(TOKEN, data=form)
    service.anonymous.post("/api/v1/auth/refresh", data={"grant_type": "refresh_token", "refresh_token": refresh})
    # In paths and query strings.
    for path in (
        f"/{api_key}",
        f"/api/v1/{token}/users",
        f"/api/v1/api-keys/{api_key}",
        f"/api/v1/users/{WRONG_PASSWORD}",
        f"/api/v1/users/{token}",
        f"/api/v1/users?token={token}&api_key={api_key}",
        f"/{WRONG_PASSWORD}?password={WRONG_PASSWORD}",
    ):
        for headers in ({}, {"authorization": bearer}):
            logged.get(path, **headers)
    # On sockets.
    for each in (token, modified):
        logged.open_websocket(f"?token={each}")
        logged.open_websocket(subprotocols=["arcbeat", f"bearer.{each}"])
        logged.open_websocket(message=f'{{"token": "{each}"}}')
    logged.open_websocket(message=f'{{"api_key": "{api_key}"}}')
    logged.open_websocket(f"/{api_key}?token={token}")
    for auth in ({"token": token}, {"api_key": api_key}):
        async with SocketIo.connected(service.url, auth) as client:
            await client.call("subscribe", {"type_code": api_key})
    # In requests that the server cannot parse.
    logged.send_raw(f"GET /{api_key} HTTP/1.1\r\nAuthorization {bearer}\r\n\r\n".encode())
    logged.send_raw(f"GET /users?token={token} HTTP/9.9\r\n\r\n".encode())

    logged.get("/readyz")
    logged.get("/last-of-all")
    eventually("the last request is logged", lambda: logged.serving.events("request")[-1]["status"] == 404)
    log = logged.serving.log.read_text()
    assert not [secret for secret in logged.secrets if secret in log]
