"""Changes the dictionary in PostgreSQL; all changes are serialised."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from adapters.postgres.dictionary import StatementsCache, to_data, to_type
from adapters.postgres.dictionary_statements import (
    CHANGE_TYPE,
    DELETE_DATA,
    DELETE_TYPE,
    GET_TYPE,
    HAS_DATA,
    IS_NAME_TAKEN,
    LOCK,
    DictionaryStatements,
)
from adapters.postgres.master_data import NOT_CHANGED, report_rejected_writes
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.dictionary.dictionary import DictData, DictType
from arcbeat.domain.errors import AlreadyExists, Conflict, InvalidValue, UnknownDictData, UnknownDictType


class PostgresDictionaryEditor:
    """Implements DictionaryEditor on t_dict_type and t_dict_data."""

    def __init__(self, database: Database, on_changed: Callable[[], None]) -> None:
        """``on_changed`` is called after each change that was stored."""
        self._database = database
        self._statements = StatementsCache(database)
        self._on_changed = on_changed

    async def add_type(self, new: DictType) -> DictType:
        statements = await self._statements.get()
        async with self._writing() as connection:
            await _check_name(connection, new)
            return to_type(await _write(connection, statements.add_type, asdict(new)))

    async def change_type(self, dict_type_id: int, change: Callable[[DictType], DictType]) -> DictType:
        async with self._writing() as connection:
            before = await _get_type(connection, dict_type_id)
            after = change(before)
            if after == before:
                return before
            if after.dict_name != before.dict_name:
                await _check_name(connection, after)
            return to_type(await _write(connection, CHANGE_TYPE, asdict(after)))

    async def delete_type(self, dict_type_id: int, check: Callable[[DictType], None]) -> None:
        async with self._writing() as connection:
            check(await _get_type(connection, dict_type_id))
            if await _first(connection, HAS_DATA, (dict_type_id,)):
                raise Conflict("The dictionary type still has data; delete its data first.")
            await _delete(connection, DELETE_TYPE, dict_type_id)

    async def add_data(self, new: DictData) -> DictData:
        statements = await self._statements.get()
        async with self._writing() as connection:
            await _get_type(connection, new.dict_type_id)
            if new.enabled:
                await _check_label(connection, statements, new)
            return _stored(new, await _write(connection, statements.add_data, asdict(new)))

    async def change_data(self, dict_data_id: int, change: Callable[[DictData], DictData]) -> DictData:
        statements = await self._statements.get()
        async with self._writing() as connection:
            before = await _get_data(connection, statements, dict_data_id)
            after = change(before)
            if after == before:
                return before
            # An existing table may have duplicates: they can be disabled, but not enabled or renamed to each other.
            if after.enabled and (after.data_label != before.data_label or not before.enabled):
                await _check_label(connection, statements, after)
            return _stored(after, await _write(connection, statements.change_data, asdict(after)))

    async def delete_data(self, dict_data_id: int, check: Callable[[DictData], None]) -> None:
        statements = await self._statements.get()
        async with self._writing() as connection:
            check(await _get_data(connection, statements, dict_data_id))
            await _delete(connection, DELETE_DATA, dict_data_id)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Connection]:
        """Yield a connection in a transaction that locks out all other writers."""
        async with self._database.connection() as connection:
            with report_rejected_writes():
                async with connection.transaction():
                    await connection.execute(LOCK)
                    yield connection
        self._on_changed()


async def _check_name(connection: Connection, wanted: DictType) -> None:
    if await _first(connection, IS_NAME_TAKEN, (wanted.dict_name, wanted.id)):
        raise AlreadyExists("A dictionary type with this name already exists.")


async def _check_label(connection: Connection, statements: DictionaryStatements, wanted: DictData) -> None:
    """Check that no enabled data of the type have the label.

    Raises:
        AlreadyExists: There are some.
    """
    if await _first(connection, statements.is_label_taken, (wanted.dict_type_id, wanted.data_label, wanted.id)):
        raise AlreadyExists("The dictionary type already has data with this label.")


async def _get_type(connection: Connection, dict_type_id: int) -> DictType:
    row = await _first(connection, GET_TYPE, (dict_type_id,))
    if row is None:
        raise UnknownDictType
    return to_type(row)


async def _get_data(connection: Connection, statements: DictionaryStatements, dict_data_id: int) -> DictData:
    row = await _first(connection, statements.get_data, (dict_data_id,))
    if row is None:
        raise UnknownDictData
    return to_data(row)


async def _first(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> dict[str, Any] | None:
    return await (await connection.execute(statement, parameters)).fetchone()


async def _write(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Execute an insert or update of one row, and return the row.

    Raises:
        Conflict: No row was written, or several: an existing table may have no unique ids.
    """
    rows = await (await connection.execute(statement, parameters)).fetchall()
    if len(rows) > 1:
        raise Conflict("Several rows of the table have this id, so that none can be changed; make the ids unique.")
    if not rows:
        raise Conflict(NOT_CHANGED)
    return rows[0]


async def _delete(connection: Connection, statement: str, row_id: int) -> None:
    deleted = (await connection.execute(statement, (row_id,))).rowcount
    if deleted > 1:
        raise Conflict("Several rows of the table have this id, so that none can be deleted; make the ids unique.")
    if not deleted:
        raise Conflict(NOT_CHANGED)


def _stored(wanted: DictData, row: dict[str, Any]) -> DictData:
    """Return the stored data.

    Raises:
        InvalidValue: A column of an existing table rounds a threshold.
    """
    stored = to_data(row)
    for name in ("late_after_seconds", "stale_after_seconds"):
        if getattr(stored, name) != getattr(wanted, name):
            raise InvalidValue.of(name, f"cannot be stored: the table would round it to {getattr(stored, name)}")
    return stored
