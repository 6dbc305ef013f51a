"""Clients that read only when a test says so, with small buffers."""

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
SLOW_OPTIONS = {"max_queue": 1, "max_size": None, "compression": None, "ping_interval": None, "close_timeout": 0.1}
SOCKET_IO = "/socket.io/?EIO=4&transport="
JOIN = f"40/realtime,{orjson.dumps(TOKEN).decode()}"
SUBSCRIBE = '42/realtime,1["subscribe",{"type_code":"cutting"}]'
PING, PONG, NOOP = "2", "3", "6"
SEPARATOR = "\x1e"


@asynccontextmanager
async def websocket(plant: ServedPlant, path: str, **how: Any) -> AsyncIterator[ClientConnection]:
    """Takes no more than one message ahead."""
    address = urlsplit(plant.url)
    with socket.socket() as plug:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER_BYTES)
        plug.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plug, (str(address.hostname), int(address.port or 0)))
        how = {
            "max_queue": 1,
            "max_size": None,
            "compression": None,
            "ping_interval": None,
            "close_timeout": 0.1,
            **how,
        }
        async with connect(f"ws://{address.netloc}{path}", sock=plug, **how) as connection:
            yield connection


class SlowSocketIo:
    """Subscribed to cutting over Socket.IO.

    Attributes:
        pings: how many were answered.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.pings = 0

    @classmethod
    @asynccontextmanager
    async def subscribed(cls, plant: ServedPlant) -> AsyncIterator["SlowSocketIo"]:
        async with websocket(plant, f"{SOCKET_IO}websocket") as connection:
            mine = cls(connection)
            await mine.packet()
            await mine.subscribe()
            yield mine

    async def subscribe(self) -> Any:
        """What is acknowledged."""
        await self.connection.send(JOIN)
        await self.packet()
        await self.connection.send(SUBSCRIBE)
        return (await self.event())[0]

    async def event(self) -> Any:
        """The next event, or the content of an acknowledgement."""
        return content(await self.packet())

    async def packet(self) -> str:
        """The next packet that says something."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                text = str(await self.connection.recv())
                if text == PING:
                    self.pings += 1
                    await self.connection.send(PONG)
                elif text != NOOP:
                    return text

    async def read_to_the_end(self) -> None:
        """Raises ConnectionClosed."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await self.connection.recv()


class Poller:
    """Subscribed to cutting over Socket.IO's long polling."""

    def __init__(self, http: httpx.AsyncClient, sid: str) -> None:
        self._http = http
        self._url = f"{SOCKET_IO}polling&sid={sid}"

    @classmethod
    @asynccontextmanager
    async def subscribed(cls, plant: ServedPlant) -> AsyncIterator["Poller"]:
        async with httpx.AsyncClient(base_url=plant.url, trust_env=False, timeout=PATIENCE_SECONDS) as http:
            opened = await http.get(f"{SOCKET_IO}polling")
            mine = cls(http, orjson.loads(opened.text[1:])["sid"])
            await mine.send(JOIN)
            await mine.poll()
            await mine.send(SUBSCRIBE)
            await mine.poll()
            yield mine

    async def send(self, packet: str | bytes) -> httpx.Response:
        return await self._http.post(self._url, content=packet)

    async def poll(self) -> list[str]:
        """The packets that are there, at least one."""
        return (await self._http.get(self._url)).text.split(SEPARATOR)


def content(packet: str) -> Any:
    """The event and its payload, or the content of an acknowledgement."""
    return orjson.loads(packet[packet.index("[") :])
