"""The page over HTTP: arcbeat compared with a FastAPI application and with bare Starlette, in alternating rounds.

Every connection requests the first pages in turn. «query» reads the stores: neither side has a cache, and this server
of arcbeat samples nothing. «snapshot» is arcbeat's response to a plain request while it samples. Starlette returns the
same number of constant bytes.
"""

import asyncio
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from bench import record
from bench.support import fleet, load, processes
from bench.support.plant import Plant, plants

PATH = "/api/v1/device/data/realtime"
SERVERS = ("arcbeat", "arcbeat-unsampled", "fastapi", "starlette")
PAGE_SIZES = (10, 100)
PAGES = 10
CONNECTIONS = (1, 8, 32)
ROUNDS = 3
SECONDS = 1.0
WARM_UP_SECONDS = 0.3
SNAPSHOT_SECONDS, POLL_SECONDS = 60, 0.05
TARGET_CONNECTIONS = 8
QUERY_TIMES_MIN = {10: 1.0, 100: 1.2}
SNAPSHOT_TIMES_MIN = 30.0
"""The targets, in requests per second to those of FastAPI's query, with TARGET_CONNECTIONS."""

Urls = Mapping[str, str]
Headers = Mapping[str, str]
Contenders = Mapping[str, tuple[str, Sequence[bytes]]]
Rounds = Mapping[str, Sequence[load.Measured]]


async def measure() -> None:
    """Measure every available store and save the results."""
    rows: list[record.Row] = []
    for opened in plants():
        async with opened() as plant:
            with processes.serving(plant, *SERVERS) as urls:
                rows += [row for page_size in PAGE_SIZES async for row in _measure(plant, urls, page_size)]
    measured = [row for row in rows if row["connections"] == TARGET_CONNECTIONS]
    record.save("requests", rows, [target for row in measured for target in _targets(row)])


async def _measure(plant: Plant, urls: Urls, page_size: int) -> Any:
    headers = processes.log_in(urls["arcbeat"])
    size = _compare(urls, page_size, headers)
    await _wait_for_snapshot(urls["arcbeat"], headers)
    contenders = _contenders(urls, page_size, size, headers)
    for connections in CONNECTIONS:
        rounds = await _interleaved(contenders, connections)
        yield {
            "store": plant.store,
            "devices": fleet.DEVICES,
            "page_size": page_size,
            "answer_bytes": size,
            "connections": connections,
            "servers": {name: _medians(measured) for name, measured in rounds.items()},
            "query_times": _ratio(rounds["arcbeat query"], rounds["fastapi query"]),
            "snapshot_times": _ratio(rounds["arcbeat snapshot"], rounds["fastapi query"]),
        }


def _contenders(urls: Urls, page_size: int, size: int, headers: Headers) -> Contenders:
    arcbeat, unsampled, fastapi, starlette = (urls[name] for name in SERVERS)
    return {
        "arcbeat query": (unsampled, list(_pages(unsampled, page_size, headers, "&max_age=0"))),
        "fastapi query": (fastapi, list(_pages(fastapi, page_size, headers))),
        "arcbeat snapshot": (arcbeat, list(_pages(arcbeat, page_size, headers))),
        "starlette constant": (starlette, [load.request(f"{starlette}/bytes/{size}", headers)]),
    }


def _pages(url: str, page_size: int, headers: Headers, more: str = "") -> Iterator[bytes]:
    for page in range(1, PAGES + 1):
        yield load.request(f"{url}{PATH}?page={page}&page_size={page_size}{more}", headers)


def _compare(urls: Urls, page_size: int, headers: Headers) -> int:
    """Check that both sides return the same page, and return the size of arcbeat's body in bytes."""
    parameters = {"page": PAGES, "page_size": page_size}
    answers = [
        httpx.get(urls[name] + PATH, params=parameters, headers=headers, trust_env=False, timeout=20)
        for name in ("arcbeat", "fastapi")
    ]
    ours, theirs = (_comparable(answer.raise_for_status().json()) for answer in answers)
    if ours != theirs or len(ours["items"]) != page_size:
        raise load.LoadFailed(f"the answers differ: {ours} and {theirs}"[:4000])
    return len(answers[0].content)


async def _wait_for_snapshot(url: str, headers: Headers) -> None:
    """Wait until the server answers from its snapshot, which it begins to sample at the first request."""
    async with asyncio.timeout(SNAPSHOT_SECONDS), httpx.AsyncClient(headers=headers, trust_env=False) as client:
        while (await client.get(url + PATH)).raise_for_status().json()["source"] != "snapshot":  # noqa: ASYNC110 -- another process samples
            await asyncio.sleep(POLL_SECONDS)


def _comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a body without what depends on the time of the request or on the server."""
    items = [{name: value for name, value in item.items() if name != "freshness"} for item in answer["items"]]
    return {**answer, "items": items, "sampled_at": None, "source": None}


async def _interleaved(contenders: Contenders, connections: int) -> Rounds:
    """Measure in alternating rounds, so that other load on the machine affects all sides alike."""
    rounds: dict[str, list[load.Measured]] = defaultdict(list)
    for number in range(1 + ROUNDS):
        for name, (url, requests) in contenders.items():
            seconds = SECONDS if number else WARM_UP_SECONDS
            measured = await load.drive(url, requests, connections=connections, seconds=seconds)
            if number:
                rounds[name].append(measured)
    return rounds


def _medians(rounds: Sequence[load.Measured]) -> record.Row:
    return {
        "requests_s": round(statistics.median(each.requests_s for each in rounds), 1),
        "p50_ms": round(statistics.median(each.p50_ms for each in rounds), 3),
        "p99_ms": round(statistics.median(each.p99_ms for each in rounds), 3),
        "generator_cpu_share": round(statistics.median(each.cpu_share for each in rounds), 2),
    }


def _ratio(these: Sequence[load.Measured], those: Sequence[load.Measured]) -> float:
    """Return the ratio of requests per second, as the median of the rounds."""
    pairs = zip(these, those, strict=True)
    return round(statistics.median(each.requests_s / other.requests_s for each, other in pairs), 2)


def _targets(row: record.Row) -> list[record.Target]:
    where = f"{row['store']}, page of {row['page_size']}, {row['connections']} connections"
    least = QUERY_TIMES_MIN[row["page_size"]]
    return [
        record.Target(f"{where}: query, requests/s to FastAPI's query", row["query_times"], least),
        record.Target(f"{where}: snapshot, requests/s to FastAPI's query", row["snapshot_times"], SNAPSHOT_TIMES_MIN),
    ]
