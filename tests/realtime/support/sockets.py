"""Clients of the sockets, as tests use them: everything that comes is checked against the contract."""

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
}


@cache
def _validator(message: str) -> Any:
    return compile_pointer(load_asyncapi(), payload_of(message))


def check_message(message: str, payload: Any) -> None:
    """Fails where the contract says something else of it."""
    _validator(message).validate(payload)


class SocketIo:
    """A client of Socket.IO."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("*", self._take, namespace=NAMESPACE)
        self.client.on("disconnect", self._gone, namespace=NAMESPACE)
        self._events: dict[str, asyncio.Queue[Any]] = {}
        self.gone = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str, auth: object, **how: Any) -> AsyncIterator["SocketIo"]:
        """Let in, until the end of the block."""
        mine = cls()
        try:
            await mine.connect(url, auth, **how)
            yield mine
        finally:
            await mine.client.disconnect()

    async def connect(self, url: str, auth: object, **how: Any) -> None:
        how = {"transports": ["websocket"], **how}
        await self.client.connect(url, auth=auth, namespaces=[NAMESPACE], wait_timeout=PATIENCE_SECONDS, **how)

    async def call(self, event: str, *payloads: Any) -> Any:
        """The acknowledgement of an event."""
        ack = await self.client.call(event, payloads, namespace=NAMESPACE, timeout=PATIENCE_SECONDS)
        check_message("refused" if "problem" in ack else ACKS[event], ack)
        return ack

    async def next(self, event: str) -> Any:
        """The next event of this kind that has not been taken yet."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._queue(event).get()

    async def until_gone(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.gone.wait()

    def _queue(self, event: str) -> asyncio.Queue[Any]:
        return self._events.setdefault(event, asyncio.Queue())

    async def _take(self, event: str, payload: Any) -> None:
        check_message(event, payload)
        self._queue(event).put_nowait(payload)

    async def _gone(self, *_: Any) -> None:
        self.gone.set()


class PlainSocket:
    """A client of the plain WebSocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, message: object) -> None:
        await self.connection.send(orjson.dumps(message), text=True)

    async def next(self) -> Any:
        """The next message."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = orjson.loads(await self.connection.recv())
        check_message(f"{message['type']}Message", message)
        return message

    async def end(self) -> tuple[int | None, str | None]:
        """With which code and reason the server closes; None where it just cuts."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    await self.connection.recv()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (None, None)


def reader(service: Service) -> Mapping[str, str]:
    """Credentials that may read."""
    return {"token": service.token(Scope.TELEMETRY_READ)}


async def refusal(url: str, auth: object) -> Any:
    """The problem with which a client is not let in."""
    told: asyncio.Queue[Any] = asyncio.Queue()
    client = socketio.AsyncClient(reconnection=False)
    client.on("connect_error", told.put, namespace=NAMESPACE)
    try:
        await client.connect(url, auth=auth, namespaces=[NAMESPACE], transports=["websocket"])
    except socketio.exceptions.ConnectionError:
        error = told.get_nowait()
    finally:
        await client.disconnect()
    assert error["message"] == error["data"]["detail"]
    check_message("connectError", error["data"])
    return error["data"]
