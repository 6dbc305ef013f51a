"""Storing readings through the API beside the store's own bulk way, in one run; everything is made before it is sent.

Through the API they go as batches of JSON, and as NDJSON, a stream a sender.
PostgreSQL's own way is COPY in binary into an identical table, a transaction a batch: with psycopg encoding the values
as a Python program has to, with bytes that were encoded before, and through a temporary table with an upsert, which is
what storing the same reading twice takes. TDengine's is one insert statement after another, each as large as the server
takes.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import orjson

from arcbeat.domain.readings.readings import Reading
from bench import bulk, fleet, load, processes, record
from bench.plant import Plant, plants

PATH = "/api/v1/device/data"
BATCH_ROWS = (1_000, 5_000)
SENDERS = (1, 4)
ROWS, ROUNDS = 20_000, 3
RATIO_MIN = 0.5
ARCBEAT = "arcbeat"
NDJSON = "arcbeat, NDJSON"
# Times that were stored before would be updated in place; each round goes back in time from the one before.
STEP = timedelta(minutes=1)


async def measure() -> None:
    """Every store at hand."""
    rows: list[record.Row] = []
    for opened in plants():
        async with opened() as plant:
            with processes.serving(plant, "arcbeat") as urls:
                rows += await _measure(plant, urls["arcbeat"])
    record.save("ingest", rows, [_target(row) for row in rows if row["is_yardstick"]])


async def _measure(plant: Plant, url: str) -> list[record.Row]:
    since = _times()
    rows: list[record.Row] = []
    async with bulk.own_ways(plant, max(SENDERS)) as ways:
        for batch_rows in BATCH_ROWS:
            for senders in SENDERS:
                rates = await _interleaved(url, ways, since, batch_rows, senders)
                where = {"store": plant.store, "batch_rows": batch_rows, "senders": senders}
                rows += [{**where, **_beside(way, rates)} for way in ways]
    return rows


def _times() -> Iterator[datetime]:
    now = datetime.now(UTC)
    return (now - number * STEP for number in count(1))


async def _interleaved(
    url: str, ways: Sequence[bulk.Way], since: Iterator[datetime], batch_rows: int, senders: int
) -> dict[str, list[float]]:
    """Rows a second by way, round by round; the first round is to warm up."""
    rates: dict[str, list[float]] = defaultdict(list)
    for number in range(1 + ROUNDS):
        batches = fleet.batches(ROWS // batch_rows if number else senders, batch_rows, next(since))
        streamed = fleet.batches(len(batches), batch_rows, next(since))
        taken = {ARCBEAT: await _as_json(url, batches, senders), NDJSON: await _as_ndjson(url, streamed, senders)}
        taken |= {way.name: await way.seconds(batches, senders) for way in ways}
        for name, seconds in taken.items():
            if number:
                rates[name].append(ROWS / seconds)
    return rates


async def _as_json(url: str, batches: bulk.Batches, senders: int) -> float:
    """A request a batch."""
    bodies = [orjson.dumps({"type_code": "welding", "readings": list(map(_sent, batch))}) for batch in batches]
    return await _send(url, "application/json", bodies, len(batches[0]), senders)


async def _as_ndjson(url: str, batches: bulk.Batches, senders: int) -> float:
    """A request a sender."""
    shares = [[each for batch in batches[sender::senders] for each in batch] for sender in range(senders)]
    bodies = [b"\n".join(orjson.dumps(_sent(each)) for each in share) for share in shares]
    return await _send(url, "application/x-ndjson", bodies, len(shares[0]), senders)


async def _send(url: str, media_type: str, bodies: Sequence[bytes], rows_each: int, senders: int) -> float:
    headers = {**processes.log_in(url), "Content-Type": media_type}
    requests = [load.request(url + PATH, headers, body) for body in bodies]
    expected = orjson.dumps({"accepted": rows_each, "rejected": 0, "results": [], "results_omitted": 0})

    def check(answer: bytearray) -> None:
        load.check_status(answer)
        if not answer.endswith(expected):
            raise load.LoadFailed(f"not all rows were stored: {answer[:1000]!r}")

    return (await load.send_all(url, requests, check, connections=senders)).seconds


def _beside(way: bulk.Way, rates: dict[str, list[float]]) -> record.Row:
    ratios = [ours / theirs for ours, theirs in zip(rates[ARCBEAT], rates[way.name], strict=True)]
    return {
        "arcbeat_rows_s": round(statistics.median(rates[ARCBEAT])),
        "ndjson_rows_s": round(statistics.median(rates[NDJSON])),
        "beside": way.name,
        "beside_rows_s": round(statistics.median(rates[way.name])),
        "ratio": round(statistics.median(ratios), 2),
        "is_yardstick": way.is_yardstick,
    }


def _target(row: record.Row) -> record.Target:
    where = f"{row['store']}, batches of {row['batch_rows']}, senders: {row['senders']}"
    return record.Target(f"{where}: rows/s to {row['beside']}", row["ratio"], RATIO_MIN)


def _sent(reading: Reading) -> dict[str, Any]:
    """A reading as the contract has it."""
    return {"device_code": reading.device_code, "ts": reading.ts, "values": reading.values}
