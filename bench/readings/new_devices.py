"""New devices in TDengine: the first reading of thousands of devices in one batch, which creates their subtables.

The names of the subtables are free, or belong to another super table of the database, as where one machine has two
device types. It is compared with the earlier method: statements of 500 subtables, each followed by reading their tags,
and halved at a name that is taken. Both alternate on one server, each with devices of its own.
"""

import os
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime

from arcbeat.demo.catalogue import WELDING_COLUMNS
from arcbeat.domain.readings.plain_batches import PlainBatch, PlainRows
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.super_tables import SuperTable
from bench import record
from bench.support import stores
from bench.support.stores import TdengineStore
from bench.support.tdengine import StatementFailed

DEVICES, ROUNDS = 5_000, 3
COMPARED_TAKEN = 500
"""Fewer devices, as the earlier method takes two statements for each taken name."""
SUBTABLES_PER_STATEMENT = 500
SECONDS_MAX = 5.0
OTHER_TABLE = "other_real_data"
VALUES = {"weld_current": 180.5, "ip_quality": 100}

Codes = Sequence[str]
Append = Callable[[TdengineStore, Codes], Awaitable[None]]


class NotStored(Exception):
    """Not all readings were stored, or not all subtables created."""


async def measure() -> None:
    """Measure on the live TDengine, if there is one, and save the results."""
    url = os.environ.get("TELEMETRY_TEST_URL")
    if not url:
        return
    rows = [await _measure(url, are_taken=are_taken) for are_taken in (False, True)]
    record.save("new_devices", rows, [target for row in rows for target in _targets(row)])


async def _measure(url: str, *, are_taken: bool) -> record.Row:
    compared_devices = COMPARED_TAKEN if are_taken else DEVICES
    seconds: list[float] = []
    plain: list[float] = []
    compared: list[float] = []
    async with stores.tdengine_at(url) as store:
        await store.database.create_super_table(SuperTable(store.table.database, OTHER_TABLE), WELDING_COLUMNS)
        for number in range(ROUNDS):
            seconds.append(await _timed(store, _append, f"n{number}x", DEVICES, are_taken=are_taken))
            plain.append(await _timed(store, _append_plain, f"p{number}x", DEVICES, are_taken=are_taken))
            compared.append(await _timed(store, _append_halving, f"c{number}x", compared_devices, are_taken=are_taken))
    taken = statistics.median(seconds)
    rate, compared_rate = DEVICES / taken, compared_devices / statistics.median(compared)
    return {
        "names": "taken" if are_taken else "free",
        "devices": DEVICES,
        "seconds": round(taken, 2),
        "plain_seconds": round(statistics.median(plain), 2),
        "devices_s": round(rate),
        "compared_devices_s": round(compared_rate),
        "ratio": round(rate / compared_rate, 2),
    }


async def _timed(store: TdengineStore, append: Append, prefix: str, devices: int, *, are_taken: bool) -> float:
    codes = [f"{prefix}{number}" for number in range(devices)]
    if are_taken:
        for some in _chunks(codes):
            await store.database.run(_creation(store.table.database, OTHER_TABLE, {f"t_{code}": code for code in some}))
    started = time.perf_counter()
    await append(store, codes)
    return time.perf_counter() - started


async def _append(store: TdengineStore, codes: Codes) -> None:
    result = await store.telemetry.append(store.table, [Reading(code, datetime.now(UTC), VALUES) for code in codes])
    _require(result.accepted == len(codes))


async def _append_plain(store: TdengineStore, codes: Codes) -> None:
    rows = PlainRows(tuple(VALUES), codes, [datetime.now(UTC)] * len(codes), [tuple(VALUES.values())] * len(codes))
    columns = await store.telemetry.columns_to_append(store.table)
    batch = PlainBatch(columns, [rows], has_special_characters=False)
    _require(await store.telemetry.append_plain(store.table, batch))


async def _append_halving(store: TdengineStore, codes: Codes) -> None:
    for some in _chunks(codes):
        _require(not await _owned(store, some))
        await _create_halving(store, {f"t_{code}": code for code in some})
        owned = await _owned(store, some)
        if taken := [code for code in some if code not in owned]:
            await _create_halving(store, {f"h_{code}": code for code in taken})
            owned |= await _owned(store, taken)
        _require(len(owned) == len(some))
        await store.database.run(_insertion(store, owned))


async def _create_halving(store: TdengineStore, codes_by_name: dict[str, str]) -> None:
    try:
        await store.database.run(_creation(store.table.database, store.table.name, codes_by_name))
    except StatementFailed:
        names = list(codes_by_name)
        middle = len(names) // 2
        for half in (names[:middle], names[middle:]) if middle else ():
            await _create_halving(store, {name: codes_by_name[name] for name in half})


async def _owned(store: TdengineStore, codes: Codes) -> dict[str, str]:
    """Return the subtables of these devices."""
    listed = ",".join(f"'{code}'" for code in codes)
    statement = f"select tags tbname, device_code from {store.table} where device_code in ({listed})"  # noqa: S608 -- codes of this benchmark
    return {code: name for name, code in await store.database.run(statement)}


def _insertion(store: TdengineStore, names: dict[str, str]) -> str:
    values = f"(ts,{','.join(VALUES)}) values (now,{','.join(map(str, VALUES.values()))})"
    subtables = (
        f"{store.table.database}.{name} using {store.table} tags ('{code}', 't_{code}') {values}"
        for code, name in names.items()
    )
    return "insert into " + " ".join(subtables)


def _creation(database: str, table: str, codes_by_name: dict[str, str]) -> str:
    return "create table " + " ".join(
        f"{database}.{name} using {database}.{table} tags ('{code}', 't_{code}')"
        for name, code in codes_by_name.items()
    )


def _require(condition: bool) -> None:
    if not condition:
        raise NotStored


def _chunks(codes: Codes) -> Iterator[Codes]:
    for start in range(0, len(codes), SUBTABLES_PER_STATEMENT):
        yield codes[start : start + SUBTABLES_PER_STATEMENT]


def _targets(row: record.Row) -> Iterator[record.Target]:
    where = f"{row['devices']} new devices, names {row['names']}"
    yield record.Target(f"{where}: seconds", row["seconds"], SECONDS_MAX, at_most=True)
    yield record.Target(f"{where}: as a plain batch, seconds", row["plain_seconds"], SECONDS_MAX, at_most=True)
