"""The CPU time of a tick in the sampler: splitting the store's responses, making rows, comparing and encoding them.

It is compared with decoding the values of the same responses, which the sampler does only for rows that have changed.

The response is generated in the form in which TDengine's was recorded; no server takes part. At each tick the ts of
every device changes, and two more fields of a third of them. Results are medians of the ticks.
"""

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import orjson

from adapters.tdengine.latest_rows import Merged, split
from adapters.tdengine.rows import decode, newest_by_device, to_latest
from adapters.tdengine.telemetry import TelemetryLimits
from arcbeat.demo.catalogue import WELDING_COLUMNS
from arcbeat.domain.catalogue.device_types import DeviceType, Field, Label
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.stored_rows import LatestRows
from arcbeat.domain.schema.columns import Value
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.realtime.sampling import row_encoding as frames
from arcbeat.realtime.sampling.rows import compute_rows, sampled_rows
from arcbeat.realtime.sampling.sample import Sample
from arcbeat.realtime.sampling.stream import Stream, empty_snapshot
from bench import record
from bench.support import fleet

FLEETS = (10_000, 100_000)
TARGETED = 10_000
TICKS = 12
PERIOD = timedelta(seconds=5)
CHANGING = ("weld_current", "weld_voltage")
CHANGING_SHARE = 3
BATCH = TelemetryLimits().sample_size
TIMES = ("decode_ms", "split_ms", "rows_ms", "encode_ms")
CPU_TIMES_MAX = 2.0
BYTES_SHARE_MAX = 0.2

COLUMNS = [column for column in WELDING_COLUMNS if not column.is_tag and column.name != "ts"]
META = [
    ["last_row(ts)", "TIMESTAMP", 8],
    *([f"last_row({column.name})", column.type.value.upper(), column.length or 4] for column in COLUMNS),
    ["tbname", "VARCHAR", 192],
    ["device_code", "NCHAR", 50],
]
WELDING: DeviceType = replace(
    fleet.welding(SuperTable("test_db", "welding_real_data")),
    fields=tuple(Field(name=each.name, label=Label(each.name, each.name), type=each.type) for each in COLUMNS),
)


class Plant:
    """Devices, and the responses of TDengine for them."""

    def __init__(self, count: int) -> None:
        self.codes = [f"{14412000000 + number}" for number in range(count)]
        self._chance = random.Random(count)  # noqa: S311 -- no secret
        self._values: list[dict[str, Value]] = [dict(fleet.values(code)) for code in self.codes]

    def answers(self, number: int, now: datetime) -> Iterator[bytes]:
        """Generate the responses to the statements of one tick."""
        for values in self._values[number % CHANGING_SHARE :: CHANGING_SHARE]:
            values.update((name, round(self._chance.uniform(15, 300), 1)) for name in CHANGING)
        for start in range(0, len(self.codes), BATCH):
            data = [self._row(index, now) for index in range(start, min(start + BATCH, len(self.codes)))]
            yield orjson.dumps({"code": 0, "column_meta": META, "data": data, "rows": len(data)})

    def _row(self, index: int, now: datetime) -> list[Any]:
        code, values = self.codes[index], self._values[index]
        ts = (now - timedelta(milliseconds=index % 5000)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return [ts, *(values[column.name] for column in COLUMNS), f"t_{code}", code]


@dataclass(frozen=True, slots=True)
class Cost:
    """The CPU time of one tick in ms, and the size of its delta."""

    decode_ms: float
    split_ms: float
    rows_ms: float
    encode_ms: float
    delta_bytes: int


async def measure() -> None:
    """Measure each number of devices and save the results."""
    rows = [await _measure(count) for count in FLEETS]
    record.save("sampler", rows, [target for row in rows if row["devices"] == TARGETED for target in _targets(row)])


async def _measure(count: int) -> record.Row:
    plant, now = Plant(count), datetime.now(UTC)
    stream = Stream(empty_snapshot(WELDING, now))
    costs = [await _tick(plant, stream, number, now + number * PERIOD) for number in range(1 + TICKS)]
    later = costs[1:]  # the first delta contains every field
    medians = {
        name: statistics.median(getattr(cost, name) for cost in later)
        for name in ("decode_ms", "split_ms", "rows_ms", "encode_ms")
    }
    snapshot_bytes = len(frames.encode_rows(stream.snapshot, plant.codes))
    delta_bytes = statistics.median(cost.delta_bytes for cost in later)
    return {
        "devices": count,
        **{name: round(value, 1) for name, value in medians.items()},
        "times": round((sum(medians.values()) - medians["decode_ms"]) / medians["decode_ms"], 2),
        "delta_bytes": delta_bytes,
        "snapshot_bytes": snapshot_bytes,
        "bytes_share": round(delta_bytes / snapshot_bytes, 3),
    }


async def _tick(plant: Plant, stream: Stream, number: int, now: datetime) -> Cost:
    answers = list(plant.answers(number, now))
    started = time.process_time()
    newest_by_device(to_latest([decode(answer, 200) for answer in answers]), frozenset())
    decoded = time.process_time()
    latest = _split(answers)
    divided = time.process_time()
    before = stream.snapshot.rows
    made = await compute_rows(plant.codes, sampled_rows(Sample(WELDING, plant.codes, latest, now), before, now), before)
    snapshot, delta = stream.next_snapshot(made.rows, made.changed, now, Source.SNAPSHOT)
    stream.advance(snapshot, delta)
    compared = time.process_time()
    size = len(frames.encode_delta(delta))
    encoded = time.process_time()
    moments = (started, decoded, divided, compared, encoded)
    decode_ms, split_ms, rows_ms, encode_ms = ((end - start) * 1e3 for start, end in pairwise(moments))
    return Cost(decode_ms, split_ms, rows_ms, encode_ms, size)


def _split(answers: Sequence[bytes]) -> LatestRows:
    """Split the responses into rows as the adapter does."""
    merged = Merged()
    for answer in answers:
        merged.add(split(answer, 200))
    return merged.latest(frozenset())


def _targets(row: record.Row) -> list[record.Target]:
    where = f"{row['devices']} devices"
    return [
        record.Target(f"{where}: CPU of a tick, times decoding alone", row["times"], CPU_TIMES_MAX, at_most=True),
        record.Target(f"{where}: bytes of a delta to a snapshot's", row["bytes_share"], BYTES_SHARE_MAX, at_most=True),
    ]
