"""A plant with one large device type and a small one, whose readings change while it is measured.

Subtables are created and readings are written by plain statements, because the product validates each of them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg

from arcbeat import app
from arcbeat.demo.catalogue import WELDING_COLUMNS
from arcbeat.domain.schema.super_tables import SuperTable
from bench.support import fleet, plant, stores, tdengine
from bench.support.plant import Plant
from bench.support.postgres import temporary_database, vacuum

LARGE, SMALL = 100_000, 300
SMALL_TYPE = "cutting"
CHANGING_SHARE = 3
"""A third of the devices reports at each tick."""
ROWS_PER_STATEMENT = 2000

ADD_TYPE = """
insert into t_device_type (type_code, label_zh, label_en, super_table)
values (%s, '切割机', 'Cutting machine', %s)"""
REGISTER = """
insert into t_device_info (device_code, device_name, device_type)
select code, 'name of ' || code, %s from unnest(%s::text[]) as listed (code)"""
REPORT = """
insert into {table} (device_code, ts, device_status, weld_current, weld_voltage, material, staff_id)
select device_code, now(), '焊接', random() * 300, random() * 30, 'Q235', 'W' || device_code
  from t_device_info where device_type = 'welding' and mod(device_code::bigint, {share}) = any(%s)"""

Change = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class LargePlant:
    """A plant, and ``change``, which stores new readings of every third device, starting with the one given."""

    plant: Plant
    change: Change


def codes(count: int) -> Sequence[str]:
    """Return the codes of the devices of a type of this size; types of different sizes share none."""
    return [f"{14412000000 + count * 10 + number}" for number in range(count)]


@asynccontextmanager
async def on_postgresql() -> AsyncIterator[LargePlant]:
    """Make the plant with devices and readings in one database."""
    table = SuperTable("test_db", stores.WELDING_TABLE)
    async with temporary_database() as uri:
        await _register(uri, table)
        async with app.open_administration(uri) as administration:
            for each in (table, _small(table)):
                await administration.create_super_table(each, WELDING_COLUMNS)
        statement = REPORT.format(table=table, share=CHANGING_SHARE)

        async def change(first: int) -> None:
            async with await psycopg.AsyncConnection.connect(uri, autocommit=True) as connection:
                await connection.execute(statement.encode(), ([first],))

        for first in range(CHANGING_SHARE):
            await change(first)
        vacuum(uri)
        yield LargePlant(Plant("PostgreSQL", uri, None, table), change)


@asynccontextmanager
async def on_tdengine(url: str) -> AsyncIterator[LargePlant]:
    """Make the plant with devices in PostgreSQL and readings in TDengine."""
    async with temporary_database() as uri, tdengine.temporary_database(url) as database:
        table = SuperTable(database.name, stores.WELDING_TABLE)
        await _register(uri, table)
        for each, count in ((table, LARGE), (_small(table), SMALL)):
            await database.create_super_table(each, WELDING_COLUMNS)
            for part in _parts(codes(count)):
                await database.run(_create(each, part))
        inserts = [list(_inserts(table, codes(LARGE)[first::CHANGING_SHARE])) for first in range(CHANGING_SHARE)]

        async def change(first: int) -> None:
            for statement in inserts[first]:
                await database.run(statement)

        for first in range(CHANGING_SHARE):
            await change(first)
        vacuum(uri)
        yield LargePlant(Plant("TDengine", uri, url, table), change)


async def _register(uri: str, table: SuperTable) -> None:
    await plant.prepare(uri, table)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(ADD_TYPE, (SMALL_TYPE, str(_small(table))))
        for device_type, count in (("welding", LARGE), (SMALL_TYPE, SMALL)):
            connection.execute(REGISTER, (device_type, codes(count)))


def _small(table: SuperTable) -> SuperTable:
    return SuperTable(table.database, f"{SMALL_TYPE}_real_data")


def _subtable(table: SuperTable, code: str) -> str:
    return f"{table.database}.t_{code}"


def _parts(of: Sequence[str]) -> Iterator[Sequence[str]]:
    return (of[start : start + ROWS_PER_STATEMENT] for start in range(0, len(of), ROWS_PER_STATEMENT))


def _create(table: SuperTable, part: Sequence[str]) -> str:
    tables = (f"{_subtable(table, code)} using {table} (device_code) tags ('{code}')" for code in part)
    return f"create table {' '.join(tables)}"


def _inserts(table: SuperTable, of: Sequence[str]) -> Iterator[str]:
    """Generate statements that store a reading of each device with the present time, made before they are measured."""
    names = [column.name for column in WELDING_COLUMNS if not column.is_tag and column.name != "ts"]
    for part in _parts(of):
        rows = (f"{_subtable(table, code)} values (now, {_literals(code, names)})" for code in part)
        yield f"insert into {' '.join(rows)}"


def _literals(code: str, names: Sequence[str]) -> str:
    values = fleet.values(code)
    return ", ".join(f"'{values[name]}'" if isinstance(values[name], str) else str(values[name]) for name in names)
