"""Clients with small buffers, which read only when a test calls for it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect

from tests.realtime.support.served import PATIENCE_SECONDS, TOKEN, ServedPlant

SMALL_BUFFER_BYTES = 4096
SOCKET_IO = "/socket.io/?EIO=4&transport="
JOIN = f"40/realtime,{orjson.dumps(TOKEN).decode()}"
SUBSCRIBE = '42/realtime,1["subscribe",{"type_code":"cutting"}]'
PING, PONG, NOOP = "2", "3", "6"
SEPARATOR = "\x1e"


@asynccontextmanager
async def websocket(plant: ServedPlant, path: str, **options: Any) -> AsyncIterator[ClientConnection]:
    """Connect a WebSocket that buffers at most one message."""
    address = urlsplit(plant.url)
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER_BYTES)
        raw.setblocking(False)
        await asyncio.get_running_loop().sock_connect(raw, (str(address.hostname), int(address.port or 0)))
        options = {
            "max_queue": 1,
            "max_size": None,
            "compression": None,
            "ping_interval": None,
            "close_timeout": 0.1,
            **options,
        }
        async with connect(f"ws://{address.netloc}{path}", sock=raw, **options) as connection:
            yield connection


class SlowSocketIo:
    """A client of Socket.IO that is subscribed to cutting machines.

    Attributes:
        pings: how many pings were answered.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.pings = 0

    @classmethod
    @asynccontextmanager
    async def subscribed(cls, plant: ServedPlant) -> AsyncIterator["SlowSocketIo"]:
        async with websocket(plant, f"{SOCKET_IO}websocket") as connection:
            client = cls(connection)
            await client.packet()
            await client.subscribe()
            yield client

    async def subscribe(self) -> Any:
        """Join the namespace and subscribe; return the acknowledgement."""
        await self.connection.send(JOIN)
        await self.packet()
        await self.connection.send(SUBSCRIBE)
        return (await self.event())[0]

    async def event(self) -> Any:
        """Return the next event with its payload, or the payload of an acknowledgement."""
        return content(await self.packet())

    async def packet(self) -> str:
        """Return the next packet that is not a no-op; answer pings on the way."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                text = str(await self.connection.recv())
                if text == PING:
                    self.pings += 1
                    await self.connection.send(PONG)
                elif text != NOOP:
                    return text

    async def read_until_closed(self) -> None:
        """Read until the connection is closed, which raises ConnectionClosed."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await self.connection.recv()


class Poller:
    """A client of Socket.IO over long polling.

    Attributes:
        http: sends the requests.
        sid: the session id of Engine.IO.
    """

    def __init__(self, plant: ServedPlant, http: httpx.AsyncClient, sid: str) -> None:
        self.http = http
        self.sid = sid
        self._plant = plant
        self._url = f"{SOCKET_IO}polling&sid={sid}"

    @classmethod
    @asynccontextmanager
    async def opened(cls, plant: ServedPlant) -> AsyncIterator["Poller"]:
        """Yield a client that has opened a session and not joined the namespace."""
        async with httpx.AsyncClient(base_url=plant.url, trust_env=False, timeout=PATIENCE_SECONDS) as http:
            opened = await http.get(f"{SOCKET_IO}polling")
            yield cls(plant, http, orjson.loads(opened.text[1:])["sid"])

    @classmethod
    @asynccontextmanager
    async def subscribed(cls, plant: ServedPlant) -> AsyncIterator["Poller"]:
        """Yield a client that is subscribed to cutting machines."""
        async with cls.opened(plant) as client:
            await client.subscribe()
            yield client

    async def subscribe(self) -> None:
        """Join the namespace and subscribe."""
        await self.send(JOIN)
        await self.next()
        await self.send(SUBSCRIBE)
        await self.next()

    async def send(self, packets: str | bytes | AsyncIterator[bytes]) -> httpx.Response:
        """Post packets; those of an iterator are sent in chunks, without a Content-Length."""
        return await self.http.post(self._url, content=packets)

    async def get(self) -> httpx.Response:
        return await self.http.get(self._url)

    async def poll(self) -> list[str]:
        """Wait for at least one packet, and return all that are there."""
        return (await self.get()).text.split(SEPARATOR)

    async def next(self) -> list[str]:
        """Return the packets of the next poll that is answered with more than a no-op."""
        while (packets := await self.poll()) == [NOOP]:
            pass
        return packets

    @asynccontextmanager
    async def websocket(self) -> AsyncIterator[ClientConnection]:
        """Open a WebSocket for an upgrade of the session."""
        async with websocket(self._plant, f"{SOCKET_IO}websocket&sid={self.sid}") as connection:
            yield connection


def content(packet: str) -> Any:
    """Return the event and its payload, or the payload of an acknowledgement."""
    return orjson.loads(packet[packet.index("[") :])
