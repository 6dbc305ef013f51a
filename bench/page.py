"""The page's own batch beside reading the whole table and cutting the page out of it, through the same port."""

import asyncio
import json
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from arcbeat.domain.ports import TelemetryStore
from arcbeat.domain.readings import Reading, SuperTable
from bench import stores

DEVICES = int(os.environ.get("BENCH_DEVICES", "10000"))
PAGE_SIZES = (10, 100)
WARM_UP, REPEATS = 5, 30
RESULTS = Path(__file__).parent / "results" / "page.json"

Codes = Sequence[str]


def device_codes() -> Codes:
    """The codes of the benchmark's devices, in order."""
    return [f"{14412000000 + number}" for number in range(DEVICES)]


def reading(code: str, ts: datetime) -> Reading:
    """A reading of all fifteen welding fields."""
    chance = random.Random(code)  # noqa: S311 -- no secret
    return Reading(
        code,
        ts,
        {
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
        },
    )


async def fill(store: TelemetryStore, table: SuperTable) -> None:
    """Some rows for every device."""
    now = datetime.now(UTC)
    for start in range(0, DEVICES, 5000):
        codes = device_codes()[start : start + 5000]
        await store.append(table, [reading(code, now) for code in codes])


async def by_page(store: TelemetryStore, table: SuperTable, codes: Codes) -> None:
    """What the product does: the devices of the page, in one batch."""
    found = await store.latest(table, codes)
    assert len(found) == len(codes)  # noqa: S101 -- a benchmark of wrong answers is none


async def by_whole_table(store: TelemetryStore, table: SuperTable, codes: Codes) -> None:
    """What was done before: all devices, then a slice."""
    found = await store.latest(table, device_codes())
    assert all(code in found for code in codes)  # noqa: S101 -- as above


async def median_ms(ask: Callable[[Codes], Awaitable[None]], size: int, repeats: int) -> float:
    """The median of single questions for random pages, one after another."""
    chance = random.Random(size)  # noqa: S311 -- no secret
    times = []
    for number in range(WARM_UP + repeats):
        start = chance.randrange(DEVICES - size)
        codes = device_codes()[start : start + size]
        started = time.perf_counter()
        await ask(codes)
        if number >= WARM_UP:
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


async def measure(
    name: str, store: TelemetryStore, table: SuperTable, statement: stores.WholeTable | None
) -> list[Mapping[str, object]]:
    """Both sides for every page size."""
    await fill(store, table)
    rows: list[Mapping[str, object]] = []
    for size in PAGE_SIZES:
        page_ms = await median_ms(lambda codes: by_page(store, table, codes), size, REPEATS)
        whole_ms = await median_ms(lambda codes: by_whole_table(store, table, codes), size, REPEATS // 3)
        rows.append(_row(name, size, "all devices through the port, then a slice", page_ms, whole_ms))
        if statement is not None:
            one_ms = await median_ms(lambda _: statement(table), size, REPEATS // 3)
            rows.append(_row(name, size, "one statement over the super table, then a slice", page_ms, one_ms))
    return rows


def _row(store: str, page_size: int, beside: str, page_ms: float, beside_ms: float) -> Mapping[str, object]:
    return {
        "store": store,
        "devices": DEVICES,
        "page_size": page_size,
        "page_ms": round(page_ms, 2),
        "beside": beside,
        "beside_ms": round(beside_ms, 2),
        "ratio": round(beside_ms / page_ms, 1),
    }


def tell(rows: Sequence[Mapping[str, object]]) -> None:
    """Print the rows and keep them."""
    for row in rows:
        sys.stdout.write(
            f"{row['store']:11} {row['devices']:>7} devices  page of {row['page_size']:>3}: {row['page_ms']:>7} ms   "
            f"{row['beside']}: {row['beside_ms']:>8} ms   ratio {row['ratio']}\n"
        )
    RESULTS.parent.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    RESULTS.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1, ensure_ascii=False) + "\n")


async def main() -> None:
    """Every store at hand."""
    rows: list[Mapping[str, object]] = []
    async with stores.postgresql() as (store, table):
        rows += await measure("PostgreSQL", store, table, None)
    if url := os.environ.get("TELEMETRY_TEST_URL"):
        async with stores.tdengine(url) as (store, table, statement):
            rows += await measure("TDengine", store, table, statement)
    tell(rows)


if __name__ == "__main__":
    asyncio.run(main())
