"""Imports a table of devices into t_device_info in one transaction."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from psycopg import sql

from adapters.postgres.device_info import COLUMNS, FACTS, LOCK_CODES, to_device_info, unless_unchanged
from adapters.postgres.master_data import NOT_CHANGED, report_rejected_writes
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.devices.columns import CODE
from arcbeat.domain.devices.device_info import DeviceFacts, DeviceInfo
from arcbeat.domain.devices.imports import EmptyCells, ImportPlan, RowOutcome
from arcbeat.domain.devices.planning import plan_import
from arcbeat.domain.devices.table import DeviceTable
from arcbeat.domain.errors import Conflict

ROWS_PER_STATEMENT = 1_000
"""Processing the rows between two statements blocks the event loop for about 10 ms."""
TIMEOUT_SECONDS = 30.0
"""20 000 rows take 2 to 5 s, and may wait for another import of that size."""

T = TypeVar("T")

# No index covers codes in lower case, so all rows are scanned: once, and only for the codes.
FIND_CODES = """
select device_code from t_device_info
 where device_code in (select unnest(%(codes)s::text[]))
    or lower(device_code) in (select lower(unnest(%(codes)s::text[])))
    or (device_code ~ '^[0-9]+$'
        and ltrim(device_code, '0') in (select ltrim(code, '0') from unnest(%(codes)s::text[]) as code
                                         where code ~ '^[0-9]+$'))"""
KNOWN = (
    sql.SQL("select {columns} from t_device_info d where d.device_code = any(%(codes)s)")
    .format(columns=COLUMNS)
    .as_bytes()
)
KNOWN_LOCKED = KNOWN + b" for update of d"
_NAMES = (CODE, *FACTS)
_ARRAYS: Mapping[str, sql.SQL] = {
    "production_date": sql.SQL("::date[]"),
    "install_date": sql.SQL("::date[]"),
    "is_locked": sql.SQL("::boolean[]"),
}
_ROWS = sql.SQL("unnest({arrays}) as given ({names})").format(
    arrays=sql.SQL(", ").join(sql.Placeholder(name) + _ARRAYS.get(name, sql.SQL("::text[]")) for name in _NAMES),
    names=sql.SQL(", ").join(map(sql.Identifier, _NAMES)),
)
CREATE = (
    sql.SQL("insert into t_device_info ({names}) select {names} from {rows} on conflict (device_code) do nothing")
    .format(names=sql.SQL(", ").join(map(sql.Identifier, _NAMES)), rows=_ROWS)
    .as_bytes()
)
UPDATE = (
    sql.SQL("update t_device_info as d set {assignments} from {rows} where d.device_code = given.device_code")
    .format(
        assignments=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), unless_unchanged(name, sql.Identifier("given", name)))
            for name in FACTS
        ),
        rows=_ROWS,
    )
    .as_bytes()
)


class PostgresDeviceImport:
    """Implements DeviceImporter on t_device_info."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(
        self, table: DeviceTable, spellings: frozenset[str], empty_cells: EmptyCells = EmptyCells.KEEP
    ) -> ImportPlan:
        async with self._database.connection(TIMEOUT_SECONDS) as connection:
            known = await _known(connection, KNOWN, table)
        return await asyncio.to_thread(plan_import, table, known, spellings, empty_cells)

    async def carry_out(
        self, table: DeviceTable, spellings: frozenset[str], empty_cells: EmptyCells = EmptyCells.KEEP
    ) -> ImportPlan:
        async with self._database.connection(TIMEOUT_SECONDS) as connection:
            with report_rejected_writes():
                async with connection.transaction():
                    await connection.execute(LOCK_CODES)
                    known = await _known(connection, KNOWN_LOCKED, table)
                    plan = await asyncio.to_thread(plan_import, table, known, spellings, empty_cells)
                    plan.check()
                    await _create(connection, plan.devices(RowOutcome.CREATED))
                    for batch in _batches(plan.devices(RowOutcome.UPDATED)):
                        if (await connection.execute(UPDATE, _arrays(batch))).rowcount < len(batch):
                            raise Conflict(NOT_CHANGED)
        return plan


async def _known(connection: Connection, query: bytes, table: DeviceTable) -> Sequence[DeviceInfo]:
    """Return the devices with a code of the table, or with one that differs only in case or in leading zeros."""
    found = await (await connection.execute(FIND_CODES, {"codes": table.codes})).fetchall()
    known: list[DeviceInfo] = []
    for codes in _batches([row["device_code"] for row in found]):
        rows = await (await connection.execute(query, {"codes": codes})).fetchall()
        known.extend(to_device_info(row) for row in rows)
    return known


async def _create(connection: Connection, devices: Sequence[tuple[str, DeviceFacts]]) -> None:
    for batch in _batches(devices):
        created = await connection.execute(CREATE, _arrays(batch))
        if created.rowcount != len(batch):  # another program, which does not take the lock, was faster
            raise Conflict("Another program registered a device of the file in the meantime; import the file again.")


def _arrays(devices: Sequence[tuple[str, DeviceFacts]]) -> dict[str, list[Any]]:
    rows = [{CODE: code, **asdict(facts)} for code, facts in devices]
    return {name: [row[name] for row in rows] for name in _NAMES}


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(items), ROWS_PER_STATEMENT):
        yield list(items[start : start + ROWS_PER_STATEMENT])
