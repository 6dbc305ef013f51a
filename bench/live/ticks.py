"""The ticks of the live benchmarks, made beforehand by arcbeat's own sampling and encoder."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import islice

from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.domain.readings.stored_rows import rows_of
from arcbeat.domain.time.clock import utc_now
from arcbeat.realtime.sampling.row_encoding import encode_delta
from arcbeat.realtime.sampling.rows import compute_rows, sampled_rows
from arcbeat.realtime.sampling.sample import Sample
from arcbeat.realtime.sampling.stream import Stream, empty_snapshot
from bench.live import simulated_plant


@dataclass(frozen=True, slots=True)
class MadeTick:
    """A snapshot, and the delta that leads to it as JSON."""

    snapshot: Snapshot
    frame: bytes


async def made_ticks(devices: int) -> AsyncIterator[MadeTick]:
    """Generate the ticks of one stream until its values repeat."""
    codes, device_type, now = simulated_plant.device_codes(devices), simulated_plant.device_type(), utc_now()
    stream = Stream(empty_snapshot(device_type, now))
    for number, state in enumerate(islice(simulated_plant.states(codes, now), 1 + simulated_plant.STATES)):
        before = stream.snapshot.rows
        taken = await compute_rows(
            codes, sampled_rows(Sample(device_type, codes, rows_of(state), now), before, now), before
        )
        snapshot, delta = stream.next_snapshot(taken.rows, taken.changed, now, Source.SNAPSHOT)
        stream.advance(snapshot, delta)
        if number:
            yield MadeTick(snapshot, encode_delta(delta))
