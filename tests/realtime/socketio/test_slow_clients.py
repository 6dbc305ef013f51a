"""Clients of Socket.IO that do not keep up."""

import gc
from collections.abc import AsyncIterator
from typing import Any

import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from arcbeat.realtime.rooms.limits import UNSENT_PACKETS_MAX, WAITING_SECONDS_MAX
from arcbeat.realtime.sampling.stream import DELTAS_MAX
from arcbeat.realtime.socketio.engine import DISCONNECT_SECONDS_MAX
from tests.realtime.support.served import TOKEN, ServedPlant
from tests.realtime.support.slow import Poller, SlowSocketIo, content
from tests.realtime.support.sockets import SocketIo, check_message

DEVICES = 20
LONG_TEXT = "切割" * 1000
GROWTH_BYTES_MAX = 12 * 1024 * 1024
"""A tenth of the size of all frames that are published in the test."""
FRAMES_IN_BUFFERS = 40
"""Enough frames to fill all buffers between the server and a client that does not read."""


@pytest.fixture
async def plant() -> AsyncIterator[ServedPlant]:
    async with ServedPlant.running() as running:
        change_all_devices(running, 0)
        yield running


def change_all_devices(plant: ServedPlant, number: int) -> None:
    for device in range(DEVICES):
        plant.report(f"C{device:02}", device_status=f"{number} {LONG_TEXT}", pulses=2**53 + number)


async def pass_ticks(plant: ServedPlant, count: int) -> None:
    for number in range(count):
        change_all_devices(plant, number)
        await plant.tick()


def memory_bytes() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


async def test_a_client_that_stops_reading_costs_no_memory_and_does_not_delay_others(plant: ServedPlant) -> None:
    async with SlowSocketIo.subscribed(plant), SocketIo.connected(plant.url, TOKEN) as fast:
        ack = await fast.call("subscribe", {"type_code": "cutting"})
        seq, after_100 = ack["seq"], 0
        for number in range(1, 1001):
            change_all_devices(plant, number)
            await plant.tick()
            delta = await fast.next("delta")
            assert (delta["since"], delta["seq"], len(delta["changed"])) == (seq, seq + 1, DEVICES)
            seq = delta["seq"]
            if number == 100:
                after_100 = memory_bytes()

        assert memory_bytes() - after_100 < GROWTH_BYTES_MAX


async def test_a_client_that_resumes_reading_gets_one_delta_from_its_position(plant: ServedPlant) -> None:
    async with SlowSocketIo.subscribed(plant) as slow:
        await pass_ticks(plant, DELTAS_MAX)
        deltas: list[dict[str, Any]] = []
        while not deltas or deltas[-1]["seq"] < DELTAS_MAX + 1:
            event, delta = await slow.event()
            check_message(event, delta)
            deltas.append(delta)

    assert [delta["since"] for delta in deltas] == [1, *(delta["seq"] for delta in deltas[:-1])]
    assert deltas[-1]["seq"] - deltas[-1]["since"] > 1
    assert deltas[-1]["changed"]["C00"]["values"]["pulses"] == str(2**53 + DELTAS_MAX - 1)


async def test_a_client_that_is_too_far_behind_must_take_the_snapshot_and_then_continues(
    plant: ServedPlant,
) -> None:
    async with SlowSocketIo.subscribed(plant) as slow:
        await pass_ticks(plant, FRAMES_IN_BUFFERS + 2 * DELTAS_MAX)
        event, payload = "delta", {}
        while event == "delta":
            event, payload = await slow.event()
        check_message("lagging", payload)
        await pass_ticks(plant, 1)
        following, delta = await slow.event()

    assert (event, payload["take_snapshot"]) == ("lagging", True)
    assert (following, delta["since"], delta["seq"]) == ("delta", payload["seq"], payload["seq"] + 1)


async def test_a_client_that_does_not_read_for_a_minute_is_disconnected(plant: ServedPlant) -> None:
    async with SlowSocketIo.subscribed(plant) as slow:
        await pass_ticks(plant, FRAMES_IN_BUFFERS)
        plant.clock.pass_seconds(WAITING_SECONDS_MAX + 1)
        await plant.connections.check()

        assert len(plant.connections) == 0
        assert 'reason="too-slow",transport="socketio"' in plant.metrics.exposition().decode()

        plant.clock.pass_seconds(DISCONNECT_SECONDS_MAX)
        await plant.socket_io.check()
        with pytest.raises(ConnectionClosed):
            await slow.read_until_closed()


async def test_requests_of_a_client_that_does_not_read_acknowledgements_are_rejected(plant: ServedPlant) -> None:
    watch = '42/realtime,2["watch",{"type_code":"cutting","device_codes":["C00","C01"]}]'
    async with Poller.subscribed(plant) as poller:
        for _ in range(UNSENT_PACKETS_MAX + 4):
            await poller.send(watch)
        acks = [content(packet)[0] for packet in await poller.poll()]
        await poller.send(watch)
        (last,) = [content(packet)[0] for packet in await poller.poll()]

    assert all("items" in ack for ack in (*acks[:UNSENT_PACKETS_MAX], last))
    assert acks[-1]["problem"]["detail"] == "Read the acknowledgements that were sent before."


async def test_a_client_that_polls_late_gets_one_delta(plant: ServedPlant) -> None:
    async with Poller.subscribed(plant) as poller:
        await pass_ticks(plant, 10)
        packets = await poller.poll()

    ((event, delta),) = [content(packet) for packet in packets]
    check_message(event, delta)
    assert (event, delta["since"], delta["seq"], len(delta["changed"])) == ("delta", 1, 11, DEVICES)


async def test_a_client_that_stops_polling_is_disconnected(plant: ServedPlant) -> None:
    async with Poller.subscribed(plant) as poller:
        await pass_ticks(plant, 2)
        plant.clock.pass_seconds(WAITING_SECONDS_MAX + 1)
        await plant.connections.check()
        packets = await poller.poll()

    assert len(plant.connections) == 0
    assert [content(packet) for packet in packets if "[" in packet] == [
        ["closing", {"reason": "too-slow", "detail": "The client does not read what the server sends."}]
    ]
