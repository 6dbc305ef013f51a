"""The page over HTTP: arcbeat beside a FastAPI application and bare Starlette, interleaved in one run.

Every connection asks for the first pages in turn. «query» is from the stores with no cache on either side, and from a
server that samples nothing; «snapshot» is arcbeat's answer to a plain request while it samples; Starlette answers as
many constant bytes.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from bench import fleet, load, processes, record
from bench.plant import Plant, plants
from tests.faults.waiting import eventually

PATH = "/api/v1/device/data/realtime"
SERVERS = ("arcbeat", "arcbeat-asking", "fastapi", "starlette")
PAGE_SIZES = (10, 100)
PAGES = 10
CONNECTIONS = (1, 8, 32)
ROUNDS = 5
SECONDS = 0.35
WARM_UP_SECONDS = 0.15
QUERY_TIME_MAX = {10: 1.2, 100: 1.0}
SNAPSHOT_TIMES_MIN = 5.0

Urls = Mapping[str, str]
Headers = Mapping[str, str]
Contenders = Mapping[str, tuple[str, Sequence[bytes]]]
Rounds = Mapping[str, Sequence[load.Measured]]


async def measure() -> None:
    """Every store at hand."""
    rows: list[record.Row] = []
    for opened in plants():
        async with opened() as plant:
            with processes.serving(plant, *SERVERS) as urls:
                rows += [row for page_size in PAGE_SIZES async for row in _measure(plant, urls, page_size)]
    record.save("requests", rows, [target for row in rows for target in _targets(row)])


async def _measure(plant: Plant, urls: Urls, page_size: int) -> Any:
    headers = processes.log_in(urls["arcbeat"])
    size = _compare(urls, page_size, headers)
    eventually("pages are from the snapshot", lambda: _is_sampled(urls["arcbeat"], headers))
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
            "query_time": _ratio(rounds["fastapi query"], rounds["arcbeat query"]),
            "snapshot_times": _ratio(rounds["arcbeat snapshot"], rounds["fastapi query"]),
        }


def _contenders(urls: Urls, page_size: int, size: int, headers: Headers) -> Contenders:
    arcbeat, asking, fastapi, starlette = (urls[name] for name in SERVERS)
    return {
        "arcbeat query": (asking, list(_pages(asking, page_size, headers, "&max_age=0"))),
        "fastapi query": (fastapi, list(_pages(fastapi, page_size, headers))),
        "arcbeat snapshot": (arcbeat, list(_pages(arcbeat, page_size, headers))),
        "starlette constant": (starlette, [load.request(f"{starlette}/bytes/{size}", headers)]),
    }


def _pages(url: str, page_size: int, headers: Headers, more: str = "") -> Iterator[bytes]:
    for page in range(1, PAGES + 1):
        yield load.request(f"{url}{PATH}?page={page}&page_size={page_size}{more}", headers)


def _compare(urls: Urls, page_size: int, headers: Headers) -> int:
    """Both sides say the same; answers how many bytes arcbeat takes for it."""
    parameters = {"page": PAGES, "page_size": page_size}
    answers = [
        httpx.get(urls[name] + PATH, params=parameters, headers=headers, trust_env=False, timeout=20)
        for name in ("arcbeat", "fastapi")
    ]
    ours, theirs = (_comparable(answer.raise_for_status().json()) for answer in answers)
    if ours != theirs or len(ours["items"]) != page_size:
        raise load.LoadFailed(f"the answers differ: {ours} and {theirs}"[:4000])
    return len(answers[0].content)


def _is_sampled(url: str, headers: Headers) -> bool:
    answer = httpx.get(url + PATH, headers=headers, trust_env=False, timeout=20)
    return bool(answer.raise_for_status().json()["source"] == "snapshot")


def _comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """Without what depends on when it was asked, and of whom."""
    items = [{name: value for name, value in item.items() if name != "freshness"} for item in answer["items"]]
    return {**answer, "items": items, "sampled_at": None, "source": None}


async def _interleaved(contenders: Contenders, connections: int) -> Rounds:
    """Round by round, so that whatever else the machine does hits all alike."""
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
    """Requests a second of these to those, by the median of the rounds."""
    pairs = zip(these, those, strict=True)
    return round(statistics.median(each.requests_s / other.requests_s for each, other in pairs), 2)


def _targets(row: record.Row) -> list[record.Target]:
    where = f"{row['store']}, page of {row['page_size']}, {row['connections']} connections"
    most = QUERY_TIME_MAX[row["page_size"]]
    return [
        record.Target(f"{where}: query, time to FastAPI's", row["query_time"], most, at_most=True),
        record.Target(f"{where}: snapshot, requests/s to FastAPI's query", row["snapshot_times"], SNAPSHOT_TIMES_MIN),
    ]
