"""Storing readings through the API, compared with the store's own bulk methods in alternating rounds.

All data is made before it is sent. The API receives batches of JSON, and NDJSON as one stream per sender. PostgreSQL
receives the same batches into identical tables, one transaction per batch, by the fastest upserts that were found, of
data that is encoded beforehand. Slower upserts and COPY, which cannot store a reading twice, are shown beside them.
TDengine receives insert statements as large as the server accepts.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import orjson

from arcbeat.domain.readings.readings import Reading
from bench import record
from bench.readings import bulk
from bench.readings.methods import Batches, Method
from bench.support import fleet, load, processes
from bench.support.plant import Plant, plants

PATH = "/api/v1/device/data"
BATCH_ROWS = (1_000, 5_000)
SENDERS = (1, 4)
ROWS, ROUNDS = 60_000, 3
ARCBEAT = "arcbeat"
NDJSON = "arcbeat, NDJSON"
# Each round has earlier timestamps than the one before: existing rows would be updated in place.
STEP = timedelta(minutes=1)


async def measure() -> None:
    """Measure every available store and save the results."""
    rows: list[record.Row] = []
    for opened in plants():
        async with opened() as plant:
            with processes.serving(plant, "arcbeat") as urls:
                rows += await _measure(plant, urls["arcbeat"])
    record.save("ingest", rows, [_target(row) for row in rows if row["ratio_min"] is not None])


async def _measure(plant: Plant, url: str) -> list[record.Row]:
    since = _times()
    rows: list[record.Row] = []
    async with bulk.bulk_methods(plant, max(SENDERS)) as methods:
        for batch_rows in BATCH_ROWS:
            for senders in SENDERS:
                rates = await _interleaved(url, methods, since, batch_rows, senders)
                where = {"store": plant.store, "batch_rows": batch_rows, "senders": senders}
                rows += [{**where, **_compared(method, rates)} for method in methods]
    return rows


def _times() -> Iterator[datetime]:
    now = datetime.now(UTC)
    return (now - number * STEP for number in count(1))


async def _interleaved(
    url: str, methods: Sequence[Method], since: Iterator[datetime], batch_rows: int, senders: int
) -> dict[str, list[float]]:
    """Return rows per second by method, one value per round; the first round is a warm-up."""
    rates: dict[str, list[float]] = defaultdict(list)
    for number in range(1 + ROUNDS):
        batches = fleet.batches(ROWS // batch_rows if number else senders, batch_rows, next(since))
        streamed = fleet.batches(len(batches), batch_rows, next(since))
        taken = {ARCBEAT: await _as_json(url, batches, senders), NDJSON: await _as_ndjson(url, streamed, senders)}
        taken |= {method.name: await method.seconds(batches, senders) for method in methods}
        for name, seconds in taken.items():
            if number:
                rates[name].append(ROWS / seconds)
    return rates


async def _as_json(url: str, batches: Batches, senders: int) -> float:
    """Send one request per batch."""
    bodies = [orjson.dumps({"type_code": "welding", "readings": list(map(_sent, batch))}) for batch in batches]
    return await _send(url, "application/json", bodies, len(batches[0]), senders)


async def _as_ndjson(url: str, batches: Batches, senders: int) -> float:
    """Send one request per sender."""
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


def _compared(method: Method, rates: dict[str, list[float]]) -> record.Row:
    ratios = [ours / theirs for ours, theirs in zip(rates[ARCBEAT], rates[method.name], strict=True)]
    return {
        "arcbeat_rows_s": round(statistics.median(rates[ARCBEAT])),
        "ndjson_rows_s": round(statistics.median(rates[NDJSON])),
        "compared_with": method.name,
        "compared_rows_s": round(statistics.median(rates[method.name])),
        "ratio": round(statistics.median(ratios), 2),
        "ratio_min": method.ratio_min,
    }


def _target(row: record.Row) -> record.Target:
    where = f"{row['store']}, batches of {row['batch_rows']}, senders: {row['senders']}"
    return record.Target(f"{where}: rows/s to {row['compared_with']}", row["ratio"], row["ratio_min"])


def _sent(reading: Reading) -> dict[str, Any]:
    """Return a reading as the contract defines it."""
    return {"device_code": reading.device_code, "ts": reading.ts, "values": reading.values}
