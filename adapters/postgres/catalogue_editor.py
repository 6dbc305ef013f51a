"""Adds and changes device types and their fields in PostgreSQL."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from adapters.postgres.catalogue import insert_fields, insert_type, read_type, type_row
from adapters.postgres.pool import Connection, Database
from adapters.postgres.transaction_checks import TransactionCheck, allow_all
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.errors import AlreadyExists, Conflict, UnknownDeviceType

TYPES_MAX = 1_000
"""The limit of device types, including retired ones: every list of types reads all of them."""

# Changes of types are serialised, so that no two types get the same code or alias. Taken before any row lock.
LOCK_SPELLINGS = "select pg_advisory_xact_lock(hashtext('arcbeat: spellings of device types'))"
# Only locks. The type is read by a second statement: this one would still see the fields from before it waited.
LOCK_TYPE = """
select from t_device_type where type_code = %(code)s or %(code)s = any(aliases)
 order by type_code = %(code)s desc limit 1 for update"""
COUNT_TYPES = "select count(*) as types from t_device_type"
FIND_CLASH = """
select type_code, (select min(spelling) from unnest(%(spellings)s::text[]) as spelling
                    where spelling = type_code or spelling = any(aliases)) as spelling
  from t_device_type
 where type_code <> %(itself)s and (type_code = any(%(spellings)s::text[]) or aliases && %(spellings)s::text[])
 order by type_code limit 1"""
CHANGE_TYPE = """
update t_device_type
   set (type_code, aliases, label_zh, label_en, super_table, late_after_seconds, stale_after_seconds, position,
        enabled, state_field, states, offline_states, alarm_states, fields_version) =
       (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
 where type_code = %s"""
DELETE_FIELDS = "delete from t_device_type_field where type_code = %s"


class PostgresCatalogueEditor:
    """Implements CatalogueEditor on t_device_type and t_device_type_field.

    Args:
        on_changed: Called after each change that was stored.
        check: Called first in each transaction. If it raises an error, nothing is stored.
    """

    def __init__(self, database: Database, on_changed: Callable[[], None], check: TransactionCheck = allow_all) -> None:
        self._database = database
        self._on_changed = on_changed
        self._check = check

    async def add_type(self, device_type: DeviceType) -> None:
        async with self._changing() as connection:
            await connection.execute(LOCK_SPELLINGS)
            await _check_limit(connection)
            await _check_spellings(connection, device_type, itself="")
            if not await insert_type(connection, device_type):
                raise AlreadyExists

    async def change_type(self, type_code: str, change: Callable[[DeviceType], DeviceType]) -> DeviceType:
        async with self._changing() as connection:
            before = await _lock(connection, type_code)
            after = _with_fields_version(before, change(before))
            if after.spellings != before.spellings:
                await _check_spellings(connection, after, itself=before.type_code)
            await _store(connection, before, after)
        return after

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[Connection]:
        async with self._database.connection() as connection, connection.transaction():
            await self._check(connection)
            yield connection
        self._on_changed()


async def _lock(connection: Connection, type_code: str) -> DeviceType:
    await connection.execute(LOCK_SPELLINGS)
    if not (await connection.execute(LOCK_TYPE, {"code": type_code})).rowcount:
        raise UnknownDeviceType
    return await read_type(connection, type_code, include_retired=True)


def _with_fields_version(before: DeviceType, after: DeviceType) -> DeviceType:
    """Return ``after`` with a fields_version that is one higher if its fields differ from those of ``before``."""
    return replace(after, fields_version=before.fields_version + (after.fields != before.fields))


async def _check_limit(connection: Connection) -> None:
    row = await (await connection.execute(COUNT_TYPES)).fetchone()
    if row is not None and row["types"] >= TYPES_MAX:
        raise Conflict(f"The limit of {TYPES_MAX} device types is reached.")


async def _check_spellings(connection: Connection, device_type: DeviceType, *, itself: str) -> None:
    """Check that no type except ``itself`` has one of the spellings.

    Raises:
        AlreadyExists: another type has one of them.
    """
    parameters = {"spellings": list(device_type.spellings), "itself": itself}
    clash = await (await connection.execute(FIND_CLASH, parameters)).fetchone()
    if clash is not None:
        raise AlreadyExists(f"{clash['spelling']} is the code or an alias of the device type {clash['type_code']}.")


async def _store(connection: Connection, before: DeviceType, after: DeviceType) -> None:
    if after == before:
        return
    await connection.execute(CHANGE_TYPE, (*type_row(after), after.fields_version, before.type_code))
    if after.fields != before.fields:
        await connection.execute(DELETE_FIELDS, (before.type_code,))
        await insert_fields(connection, after)
