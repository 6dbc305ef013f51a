"""The devices of the benchmarks and their readings."""

import os
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from arcbeat.domain.catalogue.device_types import DeviceType, FreshnessThresholds, Label
from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import Value
from arcbeat.domain.schema.super_tables import SuperTable

DEVICES = int(os.environ.get("BENCH_DEVICES", "10000"))
FILL_ROWS = 5000

Codes = Sequence[str]


def device_codes() -> Codes:
    """Return the codes of all devices, in order."""
    return [f"{14412000000 + number}" for number in range(DEVICES)]


def welding(table: SuperTable) -> DeviceType:
    """Return the device type as the migrations create it, without its fields."""
    return DeviceType(
        type_code="welding",
        aliases=("焊机",),
        label=Label("焊机", "Welding machine"),
        super_table=table,
        thresholds=FreshnessThresholds(15, 60),
        fields=(),
        fields_version=1,
    )


@lru_cache(maxsize=DEVICES)
def values(code: str) -> Mapping[str, Value]:
    """Return values of all fifteen welding fields; they are the same at each call."""
    chance = random.Random(code)  # noqa: S311 -- no secret
    return {
        "team_name": f"班组{chance.randint(1, 6)}",
        "device_status": chance.choice(("焊接", "待机", "报警")),
        "lock_status": False,
        "preset_current": round(chance.uniform(80, 300), 1),
        "preset_voltage": round(chance.uniform(15, 35), 1),
        "weld_current": round(chance.uniform(80, 300), 1),
        "weld_voltage": round(chance.uniform(15, 35), 1),
        "material": "Q235",
        "wire_diameter": 1.2,
        "gas_type": "CO2",
        "weld_method": "MIG",
        "weld_control": "脉冲",
        "staff_id": f"W{chance.randint(100000, 999999)}",
        "workpiece_id": f"WP{chance.randint(100000, 999999)}",
        "ip_quality": 100,
    }


async def fill(store: TelemetryStore, table: SuperTable) -> None:
    """Store one reading per device."""
    now = datetime.now(UTC)
    for start in range(0, DEVICES, FILL_ROWS):
        codes = device_codes()[start : start + FILL_ROWS]
        await store.append(table, [Reading(code, now, values(code)) for code in codes])


def batches(count: int, rows: int, since: datetime) -> list[list[Reading]]:
    """Return batches that cycle through the devices; each reading is one second later than the last of its device."""
    codes = device_codes()
    numbered = range(count * rows)
    readings = [_reading(codes[number % DEVICES], since, number // DEVICES) for number in numbered]
    return [readings[start : start + rows] for start in range(0, count * rows, rows)]


def _reading(code: str, since: datetime, seconds: int) -> Reading:
    return Reading(code, since + timedelta(seconds=seconds), values(code))
