"""A device type of 100 000 devices, sampled while pages of it and of a small type are requested.

A third of the devices sends new values between two ticks. The latencies are those of pages from the snapshot, one
request after another with a pause. «Before» is the CPU time of reading all devices once through the port that pages
use, as every tick did; the ticks also made, compared and encoded the rows. A second server records the slices of its
event loop with the code that made them.
"""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import httpx

from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat import app
from arcbeat.concurrency import background
from arcbeat.domain.readings.ports import LatestSource
from bench import record
from bench.support import large_plant, load, processes, slices
from bench.support.large_plant import LARGE, SMALL, SMALL_TYPE, LargePlant

PAGES, DRIFT = "/api/v1/device/data/realtime", "/api/v1/device/types/welding/drift"
PAGE_SIZE = 100
TICKS = 12
QUIET_TICKS = 6
"""Ticks without requests, in which the CPU time of a tick is measured; a type is sampled for a minute after one."""
TICK_SECONDS = 5
PAUSE_SECONDS = 0.02
START_SECONDS = 180
METRICS_TOKEN = "only-for-this-run-of-the-benchmark-0123456789abcdef"  # noqa: S105 -- only for benchmarks
BEFORE_DEVICES = 10_000
"""Devices that are read in one call, so that it meets the timeout of the store on a busy machine too."""
LONGEST = 5
"""The longest slices that are shown."""

P99_MS_MAX, WORST_MS_MAX, SLICE_MS_MAX = 10.0, 50.0, 5.0
CPU_SHARE_MAX = 0.6
MEMORY_MIB_MAX = 450

Open = Callable[[], AbstractAsyncContextManager[LargePlant]]
Lag = Mapping[str, float]


async def measure() -> None:
    """Measure every available store and save the results."""
    url = os.environ.get("TELEMETRY_TEST_URL")
    opened: list[Open] = [large_plant.on_postgresql]
    if url:
        opened.append(lambda: large_plant.on_tdengine(url))
    rows = []
    for each in opened:
        async with each() as plant:
            rows.append({**await _served(plant), **await _sliced(plant), "before_cpu_s": await _before(plant)})
    record.save("scale", rows, [target for row in rows for target in _targets(row)])


async def _served(plant: LargePlant) -> dict[str, Any]:
    async with _sampling(plant, "arcbeat") as server:
        before = await server.figures()
        large = await _pages(server, "welding", LARGE, TICKS * TICK_SECONDS)
        after = await server.figures()
        await asyncio.sleep(QUIET_TICKS * TICK_SECONDS)
        quiet = await server.figures()
        small = await _pages(server, SMALL_TYPE, SMALL, TICKS * TICK_SECONDS / 2)
        drift_before = await server.figures()
        started = time.perf_counter()
        (await server.client.get(DRIFT)).raise_for_status()
        drift_seconds = time.perf_counter() - started
        drift_after = await server.figures()
    quiet_ticks = max(quiet["ticks"] - after["ticks"], 1.0)
    return {
        "store": plant.plant.store,
        "devices": LARGE,
        "ticks": after["ticks"] - before["ticks"],
        "large": _latencies(large),
        "small": _latencies(small),
        "lag": _lag(before, after),
        "cpu_s": round((quiet["cpu_s"] - after["cpu_s"]) / quiet_ticks, 3),
        "memory_mib": round(quiet["memory_mib"]),
        "drift_memory_mib": round(drift_after["memory_mib"]),
        "drift_s": round(drift_seconds, 2),
        "drift_lag": _lag(drift_before, drift_after),
    }


async def _sliced(plant: LargePlant) -> dict[str, Any]:
    """Return the longest slices of three ticks and of a drift report."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "slices"
        async with _sampling(plant, "arcbeat-slices", path) as server:
            skipped = path.stat().st_size
            await _pages(server, "welding", LARGE, 3 * TICK_SECONDS)
            sampled = slices.read(path, skipped)
            skipped = path.stat().st_size
            (await server.client.get(DRIFT)).raise_for_status()
            drift = slices.read(path, skipped)
    return {"slices": sampled[:LONGEST], "drift_slices": drift[:LONGEST]}


async def _before(plant: LargePlant) -> float:
    """Return the CPU seconds of this process in which it reads the newest reading of all devices."""
    codes = large_plant.codes(LARGE)
    async with _store(plant) as store:
        started = time.process_time()
        for first in range(0, LARGE, BEFORE_DEVICES):
            await store.latest(plant.plant.table, codes[first : first + BEFORE_DEVICES])
        return round(time.process_time() - started, 3)


@asynccontextmanager
async def _store(plant: LargePlant) -> AsyncIterator[LatestSource]:
    if plant.plant.telemetry_url is None:
        async with app.open_administration(plant.plant.database_url) as administration:
            yield administration.telemetry
        return
    async with aclosing(TdengineTelemetry.from_url(plant.plant.telemetry_url)) as store:
        yield store


@dataclass(frozen=True, slots=True)
class Server:
    """A server under measurement."""

    client: httpx.AsyncClient
    url: str
    pid: int
    headers: Mapping[str, str]

    async def figures(self) -> dict[str, Any]:
        """Return its CPU time, its peak of memory, its ticks and the histogram of the lag of its event loop."""
        text = (await self.client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})).text
        lag = re.findall(r'^arcbeat_event_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)', text, re.MULTILINE)
        ticks = re.search(r'^arcbeat_ticks_total\{source="snapshot",type_code="welding"\} (\S+)', text, re.MULTILINE)
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()  # noqa: ASYNC240 -- no disk
        status = Path(f"/proc/{self.pid}/status").read_text()  # noqa: ASYNC240 -- no disk
        peak = re.search(r"VmHWM:\s+(\d+)", status)
        return {
            "lag": {bound: float(number) for bound, number in lag},
            "ticks": float(ticks[1]) if ticks else 0.0,
            "cpu_s": (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
            "memory_mib": int(peak[1]) / 1024 if peak else 0.0,
        }


@asynccontextmanager
async def _sampling(plant: LargePlant, name: str, path: Path | None = None) -> AsyncIterator[Server]:
    """Run a server that samples both types, while readings change."""
    environment = {**processes.environment(plant.plant), "METRICS_TOKEN": METRICS_TOKEN, "BENCH_SLICES": str(path)}
    with processes.served(name, environment) as started:
        headers = processes.log_in(started.url)
        async with (
            httpx.AsyncClient(base_url=started.url, headers=headers, trust_env=False, timeout=START_SECONDS) as client,
            background(_change(plant)),
        ):
            async with asyncio.timeout(START_SECONDS):
                for type_code in ("welding", SMALL_TYPE):
                    while await _source(client, type_code) != "snapshot":  # noqa: ASYNC110 -- another process
                        await asyncio.sleep(1)
            await asyncio.sleep(TICK_SECONDS)
            yield Server(client, started.url, started.pid, headers)


async def _source(client: httpx.AsyncClient, type_code: str) -> str:
    parameters = {"type_code": type_code, "use_dynamic_fields": "true"}
    return str((await client.get(PAGES, params=parameters)).raise_for_status().json()["source"])


async def _change(plant: LargePlant) -> None:
    for tick in count():
        await plant.change(tick % large_plant.CHANGING_SHARE)
        await asyncio.sleep(TICK_SECONDS)


async def _pages(server: Server, type_code: str, devices: int, seconds: float) -> Sequence[float]:
    """Request one page after another, and return the latencies in ms."""
    parts = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    latencies, until = [], time.perf_counter() + seconds
    for number in count():
        if time.perf_counter() > until:
            break
        page = 1 + number % (devices // PAGE_SIZE)
        query = f"type_code={type_code}&page={page}&page_size={PAGE_SIZE}&use_dynamic_fields=true"
        sent = time.perf_counter()
        writer.write(load.request(f"{server.url}{PAGES}?{query}", server.headers))
        await _read(reader)
        latencies.append((time.perf_counter() - sent) * 1e3)
        await asyncio.sleep(PAUSE_SECONDS)
    writer.close()
    return sorted(latencies)


async def _read(reader: asyncio.StreamReader) -> None:
    """Read one response.

    Raises:
        LoadFailed: its status is not 200.
    """
    head = await reader.readuntil(b"\r\n\r\n")
    load.check_status(bytearray(head))
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    await reader.readexactly(int(length[1]) if length else 0)


def _latencies(latencies: Sequence[float]) -> record.Row:
    return {
        "p50_ms": round(latencies[len(latencies) // 2], 2),
        "p99_ms": round(latencies[len(latencies) * 99 // 100], 2),
        "worst_ms": round(latencies[-1], 1),
    }


def _lag(before: Mapping[str, Any], after: Mapping[str, Any]) -> Lag:
    """Return how many timers were late by at most each bound, in ms."""
    lags = {bound: number - before["lag"].get(bound, 0) for bound, number in after["lag"].items()}
    return {bound if bound == "+Inf" else f"{float(bound) * 1e3:g}": number for bound, number in lags.items()}


def _targets(row: record.Row) -> list[record.Target]:
    where = f"{row['store']}, {row['devices']} devices"

    def at_most(what: str, figure: float, bound: float) -> record.Target:
        return record.Target(f"{where}: {what}", figure, bound, at_most=True)

    return [
        at_most("p99 of a page, ms", row["large"]["p99_ms"], P99_MS_MAX),
        at_most("slowest page, ms", row["large"]["worst_ms"], WORST_MS_MAX),
        at_most("longest slice of the event loop, ms of CPU", row["slices"][0][0], SLICE_MS_MAX),
        at_most("longest slice of a drift report, ms of CPU", row["drift_slices"][0][0], SLICE_MS_MAX),
        at_most("CPU of a tick, to reading all devices as before", row["cpu_s"] / row["before_cpu_s"], CPU_SHARE_MAX),
        at_most("peak of memory, MiB", row["memory_mib"], MEMORY_MIB_MAX),
    ]
