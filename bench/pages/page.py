"""A page read by its own devices, compared with reading the whole super table and cutting the page out of it."""

import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping

from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.super_tables import SuperTable
from bench import record
from bench.support import fleet, stores
from bench.support.fleet import DEVICES, Codes

PAGE_SIZES = (10, 100, 500)
WARM_UP, REPEATS = 5, 30

ReadPage = Callable[[Codes], Awaitable[None]]


async def measure() -> None:
    """Measure every available store and save the results."""
    rows: list[record.Row] = []
    async with stores.postgresql() as store:
        rows += await _measure("PostgreSQL", store.telemetry, store.table, {})
    if url := os.environ.get("TELEMETRY_TEST_URL"):
        async with stores.tdengine_at(url) as tdengine:
            # How pages were read before: one statement over the whole super table.
            statement = f"select last_row(*), tbname, device_code from {tdengine.table} partition by tbname"  # noqa: S608 -- checked identifiers

            async def read_whole(_: Codes) -> None:
                await tdengine.database.run(statement)

            async def read_by_name(codes: Codes) -> None:
                names = ",".join(f"'t_{code.lower()}'" for code in codes)
                await tdengine.database.run(statement.replace("partition", f"where tbname in ({names}) partition"))

            by_statement = {
                "one statement over the super table, then a slice": read_whole,
                "one statement by names of subtables, which may be those of other devices": read_by_name,
            }
            rows += await _measure("TDengine", tdengine.telemetry, tdengine.table, by_statement)
    record.save("page", rows)


async def _measure(
    name: str, store: TelemetryStore, table: SuperTable, by_statement: Mapping[str, ReadPage]
) -> list[record.Row]:
    """Measure all ways for each page size."""
    await fleet.fill(store, table)

    async def read_page(codes: Codes) -> None:
        found = await store.latest(table, codes)
        assert len(found) == len(codes)  # noqa: S101 -- wrong results must not be measured

    async def read_all(codes: Codes) -> None:
        found = await store.latest(table, fleet.device_codes())
        assert all(code in found for code in codes)  # noqa: S101 -- as above

    rows: list[record.Row] = []
    for size in PAGE_SIZES:
        page_ms = await _median_ms(read_page, size, REPEATS)
        all_ms = await _median_ms(read_all, size, REPEATS // 3)
        rows.append(_row(name, size, "all devices through the port, then a slice", page_ms, all_ms))
        for compared_with, read_by_statement in by_statement.items():
            statement_ms = await _median_ms(read_by_statement, size, REPEATS // 3)
            rows.append(_row(name, size, compared_with, page_ms, statement_ms))
    return rows


async def _median_ms(read: ReadPage, size: int, repeats: int) -> float:
    """Read random pages one after another and return the median time."""
    chance = random.Random(size)  # noqa: S311 -- no secret
    times = []
    for number in range(WARM_UP + repeats):
        start = chance.randrange(DEVICES - size)
        codes = fleet.device_codes()[start : start + size]
        started = time.perf_counter()
        await read(codes)
        if number >= WARM_UP:
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _row(store: str, page_size: int, compared_with: str, page_ms: float, compared_ms: float) -> record.Row:
    return {
        "store": store,
        "devices": DEVICES,
        "page_size": page_size,
        "page_ms": round(page_ms, 2),
        "compared_with": compared_with,
        "compared_ms": round(compared_ms, 2),
        "ratio": round(compared_ms / page_ms, 1),
    }
