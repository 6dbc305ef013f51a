"""Clients with small buffers, which read only when a test asks them to."""

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
    """A client of Socket.IO that is subscribed to cutting machines over long polling."""

    def __init__(self, http: httpx.AsyncClient, sid: str) -> None:
        self._http = http
        self._url = f"{SOCKET_IO}polling&sid={sid}"

    @classmethod
    @asynccontextmanager
    async def subscribed(cls, plant: ServedPlant) -> AsyncIterator["Poller"]:
        async with httpx.AsyncClient(base_url=plant.url, trust_env=False, timeout=PATIENCE_SECONDS) as http:
            opened = await http.get(f"{SOCKET_IO}polling")
            client = cls(http, orjson.loads(opened.text[1:])["sid"])
            await client.send(JOIN)
            await client.poll()
            await client.send(SUBSCRIBE)
            await client.poll()
            yield client

    async def send(self, packet: str | bytes) -> httpx.Response:
        return await self._http.post(self._url, content=packet)

    async def poll(self) -> list[str]:
        """Wait for at least one packet, and return all that are there."""
        return (await self._http.get(self._url)).text.split(SEPARATOR)


def content(packet: str) -> Any:
    """Return the event and its payload, or the payload of an acknowledgement."""
    return orjson.loads(packet[packet.index("[") :])
