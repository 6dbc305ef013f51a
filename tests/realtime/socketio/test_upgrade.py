"""The upgrade of a session from polling to a WebSocket, with raw clients."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from arcbeat.realtime.socketio.upgrade import UPGRADE_SECONDS_MAX
from tests.realtime.support.served import PATIENCE_SECONDS, ServedPlant
from tests.realtime.support.slow import NOOP, PONG, Poller, content

PROBE, PROBE_ANSWER, UPGRADE, CLOSE = "2probe", "3probe", "5", "1"
UNSUBSCRIBE = '42/realtime,7["unsubscribe",{"type_code":"cutting"}]'
POLLING, UPGRADING, ON_WEBSOCKET = [
    {"polling": 0.0, "websocket": 0.0, "upgrading": 0.0, kind: 1.0} for kind in ("polling", "upgrading", "websocket")
]


@pytest.fixture
async def plant() -> AsyncIterator[ServedPlant]:
    async with ServedPlant.running() as running:
        running.report("C1", power_kw=1.5)
        yield running


async def next_delta(plant: ServedPlant, client: Poller) -> int:
    """Make a tick while the client polls; return the number of its delta."""
    poll = asyncio.create_task(client.next())
    await plant.tick()
    async with asyncio.timeout(PATIENCE_SECONDS):
        (packet,) = await poll
    event, delta = content(packet)
    assert event == "delta"
    return int(delta["seq"])


async def until_closed(connection: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for _ in connection:
                pass


async def upgraded(connection: ClientConnection) -> None:
    """Carry out the handshake of an upgrade."""
    await connection.send(PROBE)
    assert await connection.recv() == PROBE_ANSWER
    await connection.send(UPGRADE)


async def test_a_session_goes_on_polling_while_its_websocket_is_silent(plant: ServedPlant) -> None:
    async with Poller.opened(plant) as client, client.websocket() as connection:
        await client.subscribe()
        polls = [await next_delta(plant, client) for _ in range(3)]
        assert (await client.send(PONG)).status_code == 200
        assert plant.socket_io.sizes() == UPGRADING

        plant.clock.pass_seconds(UPGRADE_SECONDS_MAX)
        await plant.socket_io.check()
        await until_closed(connection)

        assert [*polls, await next_delta(plant, client)] == [2, 3, 4, 5]
        assert plant.socket_io.sizes() == POLLING


async def test_a_poll_waits_for_a_packet_while_the_websocket_is_silent(plant: ServedPlant) -> None:
    async with Poller.subscribed(plant) as client, client.websocket():
        poll = asyncio.create_task(client.poll())
        await plant.tick()

        assert [content(packet)[0] for packet in await poll] == ["delta"]


@pytest.mark.parametrize(
    "sent",
    [
        [],
        [""],
        ["x"],
        [b"\x04binary"],
        ["2"],
        ["2prob"],
        [UPGRADE],
        [CLOSE],
        ["42/realtime,[]"],
        [PROBE],
        [PROBE, "x"],
        [PROBE, PROBE],
        [PROBE, CLOSE],
        [PROBE, "42/realtime,[]"],
    ],
)
async def test_a_session_goes_on_polling_after_a_failed_upgrade(plant: ServedPlant, sent: list[str | bytes]) -> None:
    async with Poller.subscribed(plant) as client:
        async with client.websocket() as connection:
            for message in sent:
                await connection.send(message)
            if sent and sent != [PROBE]:
                await until_closed(connection)
            else:
                connection.transport.abort()
        assert await next_delta(plant, client) == 2
        assert (await client.send(UNSUBSCRIBE)).status_code == 200
        assert await client.next() == ['43/realtime,7[{"type_code":"cutting"}]']

        async with client.websocket() as connection:
            await upgraded(connection)
            await connection.send('42/realtime,8["subscribe",{"type_code":"cutting"}]')
            assert content(str(await connection.recv()))[0]["seq"] == 2


async def test_a_client_that_does_not_receive_the_answer_to_its_probe_gets_few_empty_polls(plant: ServedPlant) -> None:
    async with Poller.subscribed(plant) as client, client.websocket() as connection:
        await connection.send(PROBE)
        await connection.recv()
        assert [await client.poll() for _ in range(2)] == [[NOOP]] * 2

        assert await next_delta(plant, client) == 2


async def test_an_upgrade_ends_the_pending_poll_and_moves_the_session(plant: ServedPlant) -> None:
    async with Poller.subscribed(plant) as client, client.websocket() as connection:
        poll = asyncio.create_task(client.poll())
        await connection.send(PROBE)
        assert (await connection.recv(), await poll) == (PROBE_ANSWER, [NOOP])
        await connection.send(UPGRADE)
        await connection.send(UNSUBSCRIBE)

        assert await connection.recv() == '43/realtime,7[{"type_code":"cutting"}]'
        assert plant.socket_io.sizes() == ON_WEBSOCKET
        assert ((await client.get()).status_code, (await client.send(PONG)).status_code) == (400, 400)
        await connection.send(UNSUBSCRIBE)
        assert await connection.recv() == '43/realtime,7[{"type_code":"cutting"}]'


async def test_packets_that_wait_are_sent_over_the_websocket_after_an_upgrade(plant: ServedPlant) -> None:
    async with Poller.subscribed(plant) as client, client.websocket() as connection:
        await plant.tick()
        await upgraded(connection)

        assert content(str(await connection.recv()))[1]["seq"] == 2
        await plant.tick()
        assert content(str(await connection.recv()))[1]["seq"] == 3


async def test_a_poll_that_is_pending_at_the_upgrade_takes_no_packet_of_the_websocket(plant: ServedPlant) -> None:
    async with Poller.subscribed(plant) as client, client.websocket() as connection:
        await connection.send(PROBE)
        await connection.recv()
        assert await client.poll() == [NOOP]
        poll = asyncio.create_task(client.get())
        await connection.send(UPGRADE)
        answer = await poll
        await connection.send(UNSUBSCRIBE)

        assert answer.text in (NOOP, '"This session has moved to a WebSocket."') or answer.status_code == 400
        assert await connection.recv() == '43/realtime,7[{"type_code":"cutting"}]'


@pytest.mark.parametrize("has_upgraded", [False, True])
async def test_a_second_websocket_of_a_session_is_closed(plant: ServedPlant, has_upgraded: bool) -> None:
    async with Poller.subscribed(plant) as client, client.websocket() as first:
        if has_upgraded:
            await upgraded(first)
        for _ in range(3):
            async with client.websocket() as second:
                await until_closed(second)
                assert second.close_code == 1008
        if not has_upgraded:
            await upgraded(first)
        await first.send(UNSUBSCRIBE)

        assert await first.recv() == '43/realtime,7[{"type_code":"cutting"}]'


@pytest.mark.parametrize("has_probed", [False, True])
async def test_the_websocket_of_an_upgrade_ends_with_its_session(plant: ServedPlant, has_probed: bool) -> None:
    async with Poller.opened(plant) as client, client.websocket() as connection:
        if has_probed:
            await connection.send(PROBE)
            await connection.recv()
        await client.send(CLOSE)
        await until_closed(connection)

    assert len(plant.socket_io._engine) == 0


async def test_a_page_of_another_origin_cannot_upgrade_a_session(plant: ServedPlant) -> None:
    async with Poller.opened(plant) as client:
        url = f"/socket.io/?EIO=4&transport=websocket&sid={client.sid}"
        headers = {
            "Origin": "https://evil.example",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        }
        async with httpx.AsyncClient(base_url=plant.url, trust_env=False, headers=headers) as http:
            assert (await http.get(url)).status_code == 403
        assert plant.socket_io.sizes() == POLLING
