"""Ticks of a device type delivered to many clients: arcbeat compared with a minimal Socket.IO server on Node.

Both send the same frames to the same clients, over WebSocket, without compression. arcbeat samples, compares and
encodes at each tick; Node has the frames as objects beforehand and only serializes them to JSON. The time of both
starts at the tick of the wall clock; ``published_ms`` is the part of arcbeat's that passes before it has a delta. The
servers are measured in alternating rounds, so that other load on the machine affects both alike. BENCH_LIVE_LARGE=1
adds a scenario with 1 000 clients.
"""

import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import orjson

from arcbeat.realtime.sampling.row_encoding import encode_rows, encode_view
from arcbeat.realtime.socketio.packets import NAMESPACE
from bench import record
from bench.live import node, simulated_plant
from bench.live.clients import Measurement, Plan
from bench.live.ticks import made_ticks
from bench.support import processes
from bench.support.fleet import DEVICES
from bench.support.processes import Started

CLIENTS = int(os.environ.get("BENCH_LIVE_CLIENTS", "200"))
ROUNDS = 3
TICKS = int(os.environ.get("BENCH_LIVE_TICKS", "10"))
PERIOD_SECONDS = float(os.environ.get("BENCH_LIVE_PERIOD", "2"))
LARGE_CLIENTS, LARGE_TICKS, LARGE_PERIOD_SECONDS = 1_000, 3, 5.0
VIEW_DEVICES = 50
MARGIN_SECONDS = 90.0
P50_TIMES_MAX, P99_TIMES_MAX, CPU_TIMES_MAX = 1.5, 1.2, 1.5
ARCBEAT, NODE = "arcbeat", "Node"
TRANSPORT = "Socket.IO over WebSocket, not compressed"
IS_LARGE = os.environ.get("BENCH_LIVE_LARGE") == "1"


@dataclass(frozen=True, slots=True)
class Scenario:
    """What the clients subscribe to.

    Attributes:
        request_packet: returns the packet that the client with this number sends.
        ticks: per round.
    """

    name: str
    event: str
    request_packet: Callable[[int], str]
    clients: int
    ticks: int
    period_seconds: float


def scenarios() -> Sequence[Scenario]:
    """Return the scenarios to measure."""
    usual = [
        Scenario("one room", "delta", _subscribe, CLIENTS, TICKS, PERIOD_SECONDS),
        Scenario(f"views of {VIEW_DEVICES} devices", "view", _watch, CLIENTS, TICKS, PERIOD_SECONDS),
    ]
    large = Scenario("one room", "delta", _subscribe, LARGE_CLIENTS, LARGE_TICKS, LARGE_PERIOD_SECONDS)
    return [*usual, large] if IS_LARGE else usual


async def measure() -> None:
    """Measure both servers in each scenario and save the results."""
    command = node.installed()
    rows: list[record.Row] = []
    with TemporaryDirectory() as directory:
        path = Path(directory) / "frames.json"
        snapshot_bytes = await _write_frames(path)
        for scenario in scenarios():
            with _servers(command, path, scenario.period_seconds) as servers:
                rounds = [[_driven(server, scenario) for server in servers.values()] for _ in range(ROUNDS)]
                published = {ARCBEAT: {"published_ms": _published_ms(servers[ARCBEAT])}}
            rows += [
                _row(scenario, name, _figures(found) | published.get(name, {}), snapshot_bytes)
                for name, found in zip(servers, zip(*rounds, strict=True), strict=True)
            ]
    record.save("live", rows, list(_targets(rows)))


def _subscribe(_: int) -> str:
    return _event("subscribe", {"type_code": simulated_plant.TYPE_CODE})


def _watch(number: int) -> str:
    return _event("watch", {"type_code": simulated_plant.TYPE_CODE, "device_codes": _watched(number)})


def _watched(number: int) -> Sequence[str]:
    """Return consecutive pages, so that as few clients as possible watch the same device."""
    pages = DEVICES // VIEW_DEVICES
    start = number % pages * VIEW_DEVICES
    return simulated_plant.device_codes(DEVICES)[start : start + VIEW_DEVICES]


def _event(name: str, payload: dict[str, Any]) -> str:
    return f"42{NAMESPACE},1{orjson.dumps([name, payload]).decode()}"


async def _write_frames(path: Path) -> int:
    """Write the frames that Node sends, encoded by arcbeat; return the size of a full snapshot in bytes."""
    pages = [_watched(number) for number in range(min(CLIENTS, DEVICES // VIEW_DEVICES))]
    taken = [tick async for tick in made_ticks(DEVICES)]
    frames = [
        {
            "delta": orjson.Fragment(tick.frame),
            "views": {codes[0]: orjson.Fragment(encode_view(tick.snapshot, codes)) for codes in pages},
        }
        for tick in taken
    ]
    await asyncio.to_thread(path.write_bytes, orjson.dumps(frames))
    return len(encode_rows(taken[-1].snapshot, simulated_plant.device_codes(DEVICES)))


@contextmanager
def _servers(node_command: Sequence[str], frames: Path, period_seconds: float) -> Iterator[dict[str, Started]]:
    """Run both servers; a server without clients does nothing."""
    ours = [sys.executable, "-m", "bench.live.server"]
    with ExitStack() as stack:
        yield {
            ARCBEAT: stack.enter_context(
                processes.started(lambda number: [*ours, str(number), str(DEVICES), str(period_seconds)])
            ),
            NODE: stack.enter_context(
                processes.started(
                    lambda number: [*node_command, str(number), str(frames), f"{period_seconds * 1000:g}"]
                )
            ),
        }


def _driven(server: Started, scenario: Scenario) -> Measurement:
    """Run the clients for one round."""
    request_packets = [scenario.request_packet(number) for number in range(scenario.clients)]
    plan = Plan(server.url, request_packets, scenario.event, scenario.period_seconds, scenario.ticks, server.pid)
    answer = subprocess.run(
        [sys.executable, "-m", "bench.live.clients"],
        input=orjson.dumps(asdict(plan)),
        stdout=subprocess.PIPE,
        check=True,
        timeout=scenario.ticks * scenario.period_seconds + MARGIN_SECONDS,
    )
    return Measurement(**orjson.loads(answer.stdout))


def _published_ms(server: Started) -> float:
    """Return the median time from a tick to its publication by the sampler; reading costs nothing in this benchmark."""
    times_ms: list[float] = httpx.get(server.url, trust_env=False).raise_for_status().json()
    return statistics.median(times_ms)


def _figures(rounds: Sequence[Measurement]) -> dict[str, float]:
    """Summarize all rounds of one server.

    ``first_ms`` and ``last_ms`` are the medians of the times from a tick to its first and to its last delivery.
    ``generator_cpu_share`` is the share of one core that the clients use until the last delivery: near 1, the clients
    are the limit.
    """
    ticks = [tick for found in rounds for tick in found.deliveries_ms]
    ordered = sorted(delay for tick in ticks for delay in tick)
    lasts_ms = [max(tick) for tick in ticks]
    return {
        "p50_ms": statistics.median(ordered),
        "p99_ms": ordered[len(ordered) * 99 // 100],
        "first_ms": statistics.median(min(tick) for tick in ticks),
        "last_ms": statistics.median(lasts_ms),
        "frame_bytes": statistics.mean(found.frame_bytes for found in rounds),
        "server_cpu_ms": sum(found.server_cpu_ms for found in rounds) / len(ticks),
        "generator_cpu_share": sum(found.clients_cpu_ms for found in rounds) / sum(lasts_ms),
    }


def _row(scenario: Scenario, server: str, figures: dict[str, float], snapshot_bytes: int) -> record.Row:
    return {
        "scenario": scenario.name,
        "clients": scenario.clients,
        "devices": DEVICES,
        "period_seconds": scenario.period_seconds,
        "ticks": ROUNDS * scenario.ticks,
        "transport": TRANSPORT,
        "server": server,
        "snapshot_bytes": snapshot_bytes,
        **{name: round(figure, 2) for name, figure in figures.items()},
    }


def _targets(rows: Sequence[record.Row]) -> Iterator[record.Target]:
    """Compare the rows in pairs, arcbeat and Node."""
    for ours, theirs in zip(rows[::2], rows[1::2], strict=True):
        where = f"{ours['clients']} clients, {ours['scenario']}"
        yield record.Target(f"{where}: p50 to Node's", ours["p50_ms"] / theirs["p50_ms"], P50_TIMES_MAX, at_most=True)
        yield record.Target(f"{where}: p99 to Node's", ours["p99_ms"] / theirs["p99_ms"], P99_TIMES_MAX, at_most=True)
        cpu_times = ours["server_cpu_ms"] / theirs["server_cpu_ms"]
        yield record.Target(f"{where}: CPU to Node's", cpu_times, CPU_TIMES_MAX, at_most=True)
