"""The plant of these tests: one device type, with a hidden field and a 64-bit integer, which is encoded as digits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from arcbeat.domain.catalogue.device_types import DeviceType, Freshness
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.sharing import SharedState
from arcbeat.domain.readings.snapshot_rows import full_row
from arcbeat.domain.readings.snapshots import Snapshot
from arcbeat.domain.schema.columns import ColumnType, Value
from tests.support.simulated_plant import NOON, SimulatedPlant, shown, type_of

TYPE_CODE = "cutting"
CUTTING = type_of(
    TYPE_CODE,
    shown("device_status"),
    shown("power_kw", ColumnType.DOUBLE),
    shown("pulses", ColumnType.BIGINT),
    shown("feed_mm_min", ColumnType.INT, hidden=True),
    aliases=("切割机",),
)


def new_plant() -> SimulatedPlant:
    """Return a plant without devices."""
    plant = SimulatedPlant()
    plant.catalogue.types = {TYPE_CODE: CUTTING}
    return plant


def report(plant: SimulatedPlant, device_code: str, power_kw: float) -> None:
    """Register a device if necessary, and store a new reading of it."""
    plant.clock.pass_seconds(0.001)
    plant.register(device_code, device_type=CUTTING)
    pulses = 2**60 + int(plant.clock.monotonic())
    plant.report(device_code, CUTTING, device_status="切割", power_kw=power_kw, pulses=pulses, feed_mm_min=1)


def new_state(
    stream_id: str, seq: int, *, power_kw: float = 1.5, device_codes: Sequence[str] = ("C1", "炉#2")
) -> SharedState:
    """Return a state with some devices and one more that has no reading."""
    values: dict[str, Value] = {"device_status": "切割", "power_kw": power_kw, "pulses": str(2**60)}
    reported = {"ts": NOON, "freshness": Freshness.LIVE, "clock_skew": False, "values": values}
    silent = {"ts": None, "freshness": Freshness.NEVER, "clock_skew": False, "values": dict.fromkeys(values)}
    rows = {code: full_row(code, reported) for code in device_codes} | {"never": full_row("never", silent)}
    snapshot = Snapshot(
        type_code=TYPE_CODE,
        stream_id=stream_id,
        seq=seq,
        sampled_at=NOON + timedelta(seconds=seq),
        source=Source.SNAPSHOT,
        fields_version=CUTTING.fields_version,
        rows=rows,
    )
    return SharedState(CUTTING, snapshot)


def renamed(device_type: DeviceType) -> DeviceType:
    """Return the type with a change that does not affect its fields."""
    return replace(device_type, position=device_type.position + 1)
