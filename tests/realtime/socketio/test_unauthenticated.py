"""Floods of connections without credentials, on the wire: they are limited, and newcomers with credentials get in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from websockets.asyncio.client import connect

from arcbeat.realtime.websocket.server import PATH
from tests.realtime.support.served import PENDING_PER_ADDRESS_MAX, TOKEN, ServedPlant
from tests.realtime.support.sockets import PlainSocket, SocketIo

HANDSHAKE = {"EIO": "4", "transport": "polling"}
FLOOD = 10 * PENDING_PER_ADDRESS_MAX


@asynccontextmanager
async def client_of(plant: ServedPlant) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=plant.url, trust_env=False) as client:
        yield client


async def test_newcomers_get_in_while_one_address_opens_sessions_without_credentials() -> None:
    async with ServedPlant.running() as plant, client_of(plant) as client:
        statuses = [(await client.get("/socket.io/", params=HANDSHAKE)).status_code for _ in range(FLOOD)]

        async with SocketIo.connected(plant.url, TOKEN) as newcomer:
            await newcomer.call("subscribe", {"type_code": "cutting"})
            for _ in range(FLOOD):
                await client.get("/socket.io/", params=HANDSHAKE)
            pending = len(plant.pending)
            await newcomer.call("unsubscribe", {"type_code": "cutting"})

    assert set(statuses) == {200}
    assert pending == PENDING_PER_ADDRESS_MAX


async def test_newcomers_get_in_while_one_address_opens_websockets_without_credentials() -> None:
    async with ServedPlant.running() as plant, AsyncExitStack() as stack:
        url = f"ws{plant.url.removeprefix('http')}{PATH}?type_code=cutting"
        opened = [await stack.enter_async_context(connect(url)) for _ in range(PENDING_PER_ADDRESS_MAX)]
        while len(plant.pending) < PENDING_PER_ADDRESS_MAX:  # noqa: ASYNC110 -- there is no event for it
            await asyncio.sleep(0)

        newcomer = PlainSocket(await stack.enter_async_context(connect(url)))
        await newcomer.send(TOKEN)
        first = await newcomer.next()
        problem = await PlainSocket(opened[0]).next()

    assert first["type"] == "snapshot"
    assert problem["problem"]["status"] == 429


async def test_handshakes_without_credentials_count_in_the_rate_limit() -> None:
    async with ServedPlant.running(rate_per_second=2) as plant, client_of(plant) as client:
        answers = [await client.get("/socket.io/", params=HANDSHAKE) for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


async def test_clients_with_credentials_behind_one_address_do_not_count_in_its_rate_limit() -> None:
    async with ServedPlant.running(rate_per_second=2) as plant, AsyncExitStack() as stack:
        for _ in range(5):
            await stack.enter_async_context(SocketIo.connected(plant.url, TOKEN))

        assert len(plant.connections) == 5
