"""Requests of one reading each, compared with requests of a cached page: CPU time of the server per request.

Both are sent by the same connections, in alternating rounds. Devices that send their own readings do so at the same
time, once per tick, so there are many connections; with few, nothing waits that could be stored together.
"""

import statistics
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

import orjson
import psutil

from bench import record
from bench.support import fleet, load, processes
from bench.support.plant import Plant, plants

STORE_PATH = "/api/v1/device/data"
PAGE_PATH = "/api/v1/device/data/realtime?page=1&page_size=10"
REQUESTS = 10_000
ROUNDS = 5
CONNECTIONS = (1, 8, 32, 128)
TARGET_CONNECTIONS_MIN = 32
RATIO_MAX = 2.0
WARM_UP_REQUESTS = 500


async def measure() -> None:
    """Measure every available store and save the results."""
    rows: list[record.Row] = []
    for opened in plants():
        async with opened() as plant:
            with processes.serving_with_ids(plant, "arcbeat") as servers:
                headers, bodies = processes.log_in(servers["arcbeat"].url), _bodies()
                rows += [await _compared(plant, servers["arcbeat"], headers, bodies, each) for each in CONNECTIONS]
    record.save("small_requests", rows, [target for row in rows for target in _targets(row)])


def _targets(row: record.Row) -> list[record.Target]:
    """Return the target of a row; there is none for few connections, where nothing waits to be stored together."""
    if row["connections"] < TARGET_CONNECTIONS_MIN:
        return []
    what = f"{row['store']}, connections: {row['connections']}: CPU of a request with one reading to that of a page"
    return [record.Target(what, row["ratio"], RATIO_MAX, at_most=True)]


def _bodies() -> Iterator[bytes]:
    """Yield bodies of one reading each, of one device after another; later rounds have earlier timestamps."""
    now, codes = datetime.now(UTC), fleet.device_codes()
    for number in count():
        code = codes[number % len(codes)]
        ts = now - timedelta(seconds=number // len(codes))
        reading = {"device_code": code, "ts": ts, "values": fleet.values(code)}
        yield orjson.dumps({"type_code": "welding", "readings": [reading]})


async def _compared(
    plant: Plant, server: processes.Started, headers: dict[str, str], bodies: Iterator[bytes], connections: int
) -> record.Row:
    json_headers = {**headers, "Content-Type": "application/json"}
    page = load.request(server.url + PAGE_PATH, headers)
    stored_us, page_us, stored_s = [], [], []
    for number in range(1 + ROUNDS):
        requests = REQUESTS // ROUNDS if number else WARM_UP_REQUESTS
        sent = [load.request(server.url + STORE_PATH, json_headers, next(bodies)) for _ in range(requests)]
        before = _cpu_seconds(server.pid)
        stored = await load.send_all(server.url, sent, load.check_status, connections=connections)
        between = _cpu_seconds(server.pid)
        await load.send_all(server.url, [page] * requests, load.check_status, connections=connections)
        after = _cpu_seconds(server.pid)
        if number:
            stored_us.append((between - before) / requests * 1e6)
            page_us.append((after - between) / requests * 1e6)
            stored_s.append(stored.requests_s)
    return {
        "store": plant.store,
        "connections": connections,
        "stored_us": round(statistics.median(stored_us)),
        "page_us": round(statistics.median(page_us)),
        "requests_s": round(statistics.median(stored_s)),
        "ratio": round(statistics.median(_ratios(stored_us, page_us)), 2),
    }


def _ratios(stored_us: Sequence[float], page_us: Sequence[float]) -> list[float]:
    return [stored / page for stored, page in zip(stored_us, page_us, strict=True)]


def _cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
