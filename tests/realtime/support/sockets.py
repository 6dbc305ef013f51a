"""Clients of the sockets, which check each received message against the contract."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import orjson
import socketio
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from arcbeat.api.contract.asyncapi import compile_pointer, load_asyncapi, payload_of
from arcbeat.api.validation import BoundedValidator
from arcbeat.domain.identity.identity import Scope
from arcbeat.realtime.socketio.packets import NAMESPACE
from tests.realtime.support.served import PATIENCE_SECONDS
from tests.support.service import Service

ACKS = {
    "subscribe": "subscribed",
    "unsubscribe": "unsubscribed",
    "resync": "resynced",
    "watch": "watched",
    "unwatch": "unwatched",
    "subscribe_alarms": "subscribedAlarms",
    "unsubscribe_alarms": "unsubscribedAlarms",
    "subscribe_jobs": "subscribedJobs",
    "unsubscribe_jobs": "unsubscribedJobs",
}
MESSAGES = {
    "alarm_opened": "alarmOpened",
    "alarm_closed": "alarmClosed",
    "alarm_acknowledged": "alarmAcknowledged",
    "job_runs": "jobRuns",
}
"""The names in the components of the contract that differ from the event."""


@cache
def _validator(message: str) -> BoundedValidator:
    return compile_pointer(load_asyncapi(), payload_of(message))


def check_message(message: str, payload: Any) -> None:
    """Fail if the payload does not match the contract."""
    assert _validator(message).errors(payload) == []


class SocketIo:
    """A client of Socket.IO."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("*", self._take, namespace=NAMESPACE)
        self.client.on("disconnect", self._disconnected, namespace=NAMESPACE)
        self._events: dict[str, asyncio.Queue[Any]] = {}
        self.disconnected = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str, auth: object, **options: Any) -> AsyncIterator["SocketIo"]:
        """Yield an admitted client, and disconnect it at the end of the block."""
        new = cls()
        try:
            await new.connect(url, auth, **options)
            yield new
        finally:
            await _close(new.client)

    async def connect(self, url: str, auth: object, **options: Any) -> None:
        options = {"transports": ["websocket"], **options}
        await self.client.connect(url, auth=auth, namespaces=[NAMESPACE], wait_timeout=PATIENCE_SECONDS, **options)

    async def call(self, event: str, *payloads: Any) -> Any:
        """Send an event and return its acknowledgement."""
        ack = await self.client.call(event, payloads, namespace=NAMESPACE, timeout=PATIENCE_SECONDS)
        check_message("refused" if "problem" in ack else ACKS[event], ack)
        return ack

    async def next(self, event: str) -> Any:
        """Return the next event of this name."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._queue(event).get()

    async def until_disconnected(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.disconnected.wait()

    def _queue(self, event: str) -> asyncio.Queue[Any]:
        return self._events.setdefault(event, asyncio.Queue())

    async def _take(self, event: str, payload: Any) -> None:
        check_message(MESSAGES.get(event, event), payload)
        self._queue(event).put_nowait(payload)

    async def _disconnected(self, *_: Any) -> None:
        self.disconnected.set()


class PlainSocket:
    """A client of the plain WebSocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, message: object) -> None:
        await self.connection.send(orjson.dumps(message), text=True)

    async def next(self) -> Any:
        """Return the next message."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = orjson.loads(await self.connection.recv())
        check_message(f"{message['type']}Message", message)
        return message

    async def wait_closed(self) -> tuple[int | None, str | None]:
        """Return the code and reason of the close frame; None and None if there is none."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    await self.connection.recv()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (None, None)


def reader(service: Service) -> Mapping[str, str]:
    """Return credentials with the scope telemetry:read."""
    return {"token": service.token(Scope.TELEMETRY_READ)}


async def rejection(url: str, auth: object) -> Any:
    """Connect a client that is not admitted; return the problem."""
    errors: asyncio.Queue[Any] = asyncio.Queue()
    client = socketio.AsyncClient(reconnection=False)
    client.on("connect_error", errors.put, namespace=NAMESPACE)
    try:
        await client.connect(url, auth=auth, namespaces=[NAMESPACE], transports=["websocket"])
    except socketio.exceptions.ConnectionError:
        error = errors.get_nowait()
    finally:
        await _close(client)
    assert error["message"] == error["data"]["detail"]
    check_message("connectError", error["data"])
    return error["data"]


async def _close(client: socketio.AsyncClient) -> None:
    """Disconnect, and close the connection that Engine.IO leaves open if its handshake fails."""
    await client.disconnect()
    if client.eio.ws is not None:
        await client.eio.ws.close()
    if client.eio.http is not None:
        await client.eio.http.close()
