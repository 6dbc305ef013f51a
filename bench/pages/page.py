"""The page's own batch beside reading the whole table and cutting the page out of it, through the same port."""

import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable

from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import SuperTable
from bench import fleet, record, stores
from bench.fleet import DEVICES, Codes

PAGE_SIZES = (10, 100)
WARM_UP, REPEATS = 5, 30


async def by_page(store: TelemetryStore, table: SuperTable, codes: Codes) -> None:
    """What the product does: the devices of the page, in one batch."""
    found = await store.latest(table, codes)
    assert len(found) == len(codes)  # noqa: S101 -- a benchmark of wrong answers is none


async def by_whole_table(store: TelemetryStore, table: SuperTable, codes: Codes) -> None:
    """What was done before: all devices, then a slice."""
    found = await store.latest(table, fleet.device_codes())
    assert all(code in found for code in codes)  # noqa: S101 -- as above


async def median_ms(ask: Callable[[Codes], Awaitable[None]], size: int, repeats: int) -> float:
    """The median of single questions for random pages, one after another."""
    chance = random.Random(size)  # noqa: S311 -- no secret
    times = []
    for number in range(WARM_UP + repeats):
        start = chance.randrange(DEVICES - size)
        codes = fleet.device_codes()[start : start + size]
        started = time.perf_counter()
        await ask(codes)
        if number >= WARM_UP:
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


async def measure_store(
    name: str, store: TelemetryStore, table: SuperTable, statement: stores.WholeTable | None
) -> list[record.Row]:
    """Both sides for every page size."""
    await fleet.fill(store, table)
    rows: list[record.Row] = []
    for size in PAGE_SIZES:
        page_ms = await median_ms(lambda codes: by_page(store, table, codes), size, REPEATS)
        whole_ms = await median_ms(lambda codes: by_whole_table(store, table, codes), size, REPEATS // 3)
        rows.append(_row(name, size, "all devices through the port, then a slice", page_ms, whole_ms))
        if statement is not None:
            one_ms = await median_ms(lambda _: statement(table), size, REPEATS // 3)
            rows.append(_row(name, size, "one statement over the super table, then a slice", page_ms, one_ms))
    return rows


def _row(store: str, page_size: int, beside: str, page_ms: float, beside_ms: float) -> record.Row:
    return {
        "store": store,
        "devices": DEVICES,
        "page_size": page_size,
        "page_ms": round(page_ms, 2),
        "beside": beside,
        "beside_ms": round(beside_ms, 2),
        "ratio": round(beside_ms / page_ms, 1),
    }


async def measure() -> None:
    """Every store at hand."""
    rows: list[record.Row] = []
    async with stores.postgresql() as (store, table):
        rows += await measure_store("PostgreSQL", store, table, None)
    if url := os.environ.get("TELEMETRY_TEST_URL"):
        async with stores.tdengine(url) as (store, table, statement):
            rows += await measure_store("TDengine", store, table, statement)
    record.save("page", rows)
