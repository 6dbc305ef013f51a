"""The clients of the live benchmark, in their own process: ``python -m bench.live.clients``.

It reads a Plan as JSON from standard input and writes Measurement as JSON to standard output.
"""

import asyncio
import math
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from urllib.parse import urlsplit

import orjson
import psutil
import uvloop

from bench.live.websocket_client import WebSocketClient
from bench.support.load import LoadFailed

CONNECTIONS_PER_SECOND = 100
CONNECT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    Attributes:
        request_packets: the Socket.IO packet that each client sends to subscribe.
        event: the event that it receives at each tick.
        server_pid: the process whose CPU time is measured.
    """

    url: str
    request_packets: Sequence[str]
    event: str
    period_seconds: float
    ticks: int
    server_pid: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured.

    Attributes:
        deliveries_ms: the times from each tick to its delivery to each client.
        frame_bytes: the mean size of a frame.
        server_cpu_ms: for all ticks, including what the server does between them.
        clients_cpu_ms: the same for the clients.
    """

    deliveries_ms: Sequence[Sequence[float]]
    frame_bytes: float
    server_cpu_ms: float
    clients_cpu_ms: float


async def measure(plan: Plan) -> Measurement:
    """Connect, wait for the next tick, and receive the planned number of ticks.

    Raises:
        LoadFailed: a client did not receive a tick before the next one.
    """
    clients = await _connected(plan)
    first = math.floor(time.time() / plan.period_seconds) + 1
    await _sleep_until(first * plan.period_seconds - plan.period_seconds / 100)
    server = psutil.Process(plan.server_pid)
    served, generated = _cpu_seconds(server), time.process_time()
    await _sleep_until((first + plan.ticks) * plan.period_seconds - plan.period_seconds / 100)
    served, generated = _cpu_seconds(server) - served, time.process_time() - generated
    deliveries_ms = _deliveries_ms(clients, range(first, first + plan.ticks), plan.period_seconds)
    for client in clients:
        client.close()
    return Measurement(
        deliveries_ms=deliveries_ms,
        frame_bytes=statistics.mean(arrival.size_bytes for client in clients for arrival in client.arrivals),
        server_cpu_ms=served * 1000,
        clients_cpu_ms=generated * 1000,
    )


async def _connected(plan: Plan) -> Sequence[WebSocketClient]:
    """Connect the clients one after another, below the connection rate that a server admits."""
    address = urlsplit(plan.url)
    clients: list[WebSocketClient] = []
    async with asyncio.timeout(CONNECT_SECONDS):
        for request_packet in plan.request_packets:
            make = partial(WebSocketClient, address.netloc, request_packet, plan.event)
            connecting = asyncio.get_running_loop().create_connection(make, address.hostname or "", address.port or 80)
            clients.append((await connecting)[1])
            await asyncio.sleep(1 / CONNECTIONS_PER_SECOND)
        await asyncio.gather(*(client.acknowledged for client in clients))
    return clients


def _deliveries_ms(clients: Sequence[WebSocketClient], ticks: range, period_seconds: float) -> Sequence[list[float]]:
    """Return, per tick, the time from the wall clock's tick to the delivery to each client."""
    found: dict[int, list[float]] = {number: [] for number in ticks}
    for client in clients:
        if client.failure is not None:
            raise client.failure
        for arrival in client.arrivals:
            number = math.floor(arrival.at / period_seconds)
            if number in found:
                found[number].append((arrival.at - number * period_seconds) * 1000)
    missing = [number for number, delays in found.items() if len(delays) != len(clients)]
    if missing:
        raise LoadFailed(f"{len(missing)} of {len(found)} ticks did not reach every client before the next one")
    return list(found.values())


def _cpu_seconds(process: psutil.Process) -> float:
    taken = process.cpu_times()
    return float(taken.user + taken.system)


async def _sleep_until(at: float) -> None:
    await asyncio.sleep(at - time.time())


if __name__ == "__main__":
    found = uvloop.run(measure(Plan(**orjson.loads(sys.stdin.buffer.read()))))
    sys.stdout.buffer.write(orjson.dumps(asdict(found)))
