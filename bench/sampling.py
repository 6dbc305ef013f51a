"""What a tick costs in process, from the store's answer to the frame that a room is sent.

With BENCH_LIVE_LARGE=1 also for 100 000 devices.
"""

import os
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise

from arcbeat.domain.clock import utc_now
from arcbeat.domain.latest import Source
from arcbeat.domain.snapshots import Delta, Snapshot
from arcbeat.realtime.frames import encode_delta, encode_snapshot
from arcbeat.realtime.sampling import Sample, rows_of
from arcbeat.realtime.stream import Stream
from bench import fleet, live_fleet, record

LARGE_DEVICES = 100_000
IS_LARGE = os.environ.get("BENCH_LIVE_LARGE") == "1"
BYTES_SHARE_MAX = 0.2


@dataclass(frozen=True, slots=True)
class Step:
    """One tick, and the seconds that each part of it took."""

    snapshot: Snapshot
    delta: Delta
    frame: bytes
    rows_seconds: float
    difference_seconds: float
    encode_seconds: float


def steps(devices: int) -> Iterator[Step]:
    """The ticks of one stream, once round."""
    codes, device_type, now = live_fleet.device_codes(devices), live_fleet.device_type(), utc_now()
    stream = Stream(_beginning(now))
    for number, state in enumerate(islice(live_fleet.states(codes, now), 1 + live_fleet.STATES)):
        step = _step(stream, Sample(device_type, codes, state, now))
        if number:
            yield step


def _step(stream: Stream, sample: Sample) -> Step:
    times = [time.process_time()]
    rows = rows_of(sample, stream.snapshot.rows, sample.asked_at)
    times.append(time.process_time())
    delta = stream.advance(rows, sample.asked_at, Source.SNAPSHOT)
    times.append(time.process_time())
    frame = encode_delta(delta)
    times.append(time.process_time())
    made, compared, encoded = (later - earlier for earlier, later in pairwise(times))
    return Step(stream.snapshot, delta, frame, made, compared, encoded)


def _beginning(at: datetime) -> Snapshot:
    return Snapshot(
        type_code=live_fleet.TYPE_CODE,
        stream_id="0123456789abcdef",
        seq=0,
        sampled_at=at,
        source=Source.SNAPSHOT,
        fields_version=1,
        rows={},
    )


async def measure() -> None:
    """Every size."""
    rows = [_measure(devices) for devices in (fleet.DEVICES, *([LARGE_DEVICES] if IS_LARGE else []))]
    record.save("sampling", rows, [_target(row) for row in rows])


def _measure(devices: int) -> record.Row:
    """Step by step: of many devices there is room for two snapshots, not for all."""
    seconds: list[tuple[float, float, float]] = []
    sizes: list[int] = []
    for step in steps(devices):
        seconds.append((step.rows_seconds, step.difference_seconds, step.encode_seconds))
        sizes.append(len(step.frame))
        snapshot = step.snapshot
    rows_ms, difference_ms, encode_ms = (_median_ms(each) for each in zip(*seconds, strict=True))
    return {
        "devices": devices,
        "rows_ms": rows_ms,
        "difference_ms": difference_ms,
        "encode_ms": encode_ms,
        "frame_bytes": round(statistics.mean(sizes)),
        "snapshot_bytes": len(encode_snapshot(snapshot, ())),
    }


def _median_ms(seconds: Sequence[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1)


def _target(row: record.Row) -> record.Target:
    share = row["frame_bytes"] / row["snapshot_bytes"]
    return record.Target(
        f"{row['devices']} devices: bytes of a delta to a snapshot", share, BYTES_SHARE_MAX, at_most=True
    )
