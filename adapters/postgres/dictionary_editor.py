"""Changes the dictionary in PostgreSQL; all changes are serialised."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.errors import UniqueViolation

from adapters.postgres.dictionary import DATA_COLUMNS, GET_DATA, GET_TYPE, TYPE_COLUMNS, to_data, to_type
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.dictionary.dictionary import DictData, DictType
from arcbeat.domain.errors import (
    AlreadyExists,
    ArcbeatError,
    Conflict,
    InvalidValue,
    UnknownDictData,
    UnknownDictType,
)

# Tables that existed before arcbeat may lack constraints, so uniqueness is checked under this lock. It blocks all other
# writers, including other programs, but no readers. Both tables are always locked in this order.
LOCK = "lock table t_dict_type, t_dict_data in share row exclusive mode"

IS_NAME_TAKEN = "select 1 from t_dict_type where dict_name = %s and id <> %s limit 1"
ADD_TYPE = f"""
insert into t_dict_type (dict_name, description, created_at, updated_at) values (%s, %s, now(), now())
returning {TYPE_COLUMNS}"""  # noqa: S608 -- a constant
CHANGE_TYPE = f"""
update t_dict_type set dict_name = %s, description = %s, updated_at = now() where id = %s
returning {TYPE_COLUMNS}"""  # noqa: S608 -- a constant
DELETE_TYPE = "delete from t_dict_type where id = %s"
HAS_DATA = "select 1 from t_dict_data where dict_type_id = %s limit 1"

IS_LABEL_TAKEN = "select 1 from t_dict_data where dict_type_id = %s and data_label = %s and id <> %s limit 1"
ADD_DATA = f"""
insert into t_dict_data (dict_type_id, data_label, data_value, sort_order, enabled, late_after_seconds,
                         stale_after_seconds, created_at, updated_at)
values (%s, %s, %s, %s, %s, %s, %s, now(), now()) returning {DATA_COLUMNS}"""  # noqa: S608 -- a constant
CHANGE_DATA = f"""
update t_dict_data set data_label = %s, data_value = %s, sort_order = %s, enabled = %s, late_after_seconds = %s,
                       stale_after_seconds = %s, updated_at = now()
 where id = %s returning {DATA_COLUMNS}"""  # noqa: S608 -- a constant
DELETE_DATA = "delete from t_dict_data where id = %s"


class PostgresDictionaryEditor:
    """Implements DictionaryEditor on t_dict_type and t_dict_data."""

    def __init__(self, database: Database, on_changed: Callable[[], None]) -> None:
        """``on_changed`` is called after each change that was stored."""
        self._database = database
        self._on_changed = on_changed

    async def add_type(self, new: DictType) -> DictType:
        async with self._writing() as connection:
            await _check_name(connection, new)
            return to_type(await _one(connection, ADD_TYPE, (new.dict_name, new.description)))

    async def change_type(self, dict_type_id: int, change: Callable[[DictType], DictType]) -> DictType:
        async with self._writing() as connection:
            before = await _get_type(connection, dict_type_id)
            after = change(before)
            if after == before:
                return before
            await _check_name(connection, after)
            return to_type(await _one(connection, CHANGE_TYPE, (after.dict_name, after.description, dict_type_id)))

    async def delete_type(self, dict_type_id: int, check: Callable[[DictType], None]) -> None:
        async with self._writing() as connection:
            check(await _get_type(connection, dict_type_id))
            if await _first(connection, HAS_DATA, (dict_type_id,)):
                raise Conflict("The dictionary type still has data; delete its data first.")
            await connection.execute(DELETE_TYPE, (dict_type_id,))

    async def add_data(self, new: DictData) -> DictData:
        async with self._writing() as connection:
            await _get_type(connection, new.dict_type_id)
            await _check_label(connection, new)
            return to_data(await _one(connection, ADD_DATA, (new.dict_type_id, *_data_values(new))))

    async def change_data(self, dict_data_id: int, change: Callable[[DictData], DictData]) -> DictData:
        async with self._writing() as connection:
            before = await _get_data(connection, dict_data_id)
            after = change(before)
            if after == before:
                return before
            await _check_label(connection, after)
            return to_data(await _one(connection, CHANGE_DATA, (*_data_values(after), dict_data_id)))

    async def delete_data(self, dict_data_id: int, check: Callable[[DictData], None]) -> None:
        async with self._writing() as connection:
            check(await _get_data(connection, dict_data_id))
            await connection.execute(DELETE_DATA, (dict_data_id,))

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Connection]:
        """Yield a connection in a transaction that locks out all other writers."""
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(LOCK)
            try:
                yield connection
            except (psycopg.DataError, psycopg.IntegrityError) as error:
                raise _translate(error) from None
        self._on_changed()


def _translate(error: psycopg.Error) -> ArcbeatError:
    """Translate the error of a table that existed before arcbeat and rejects a value that the contract allows."""
    if isinstance(error, UniqueViolation):
        return AlreadyExists()
    if isinstance(error, psycopg.DataError):
        detail = f"too long or too large for the column of the table (PostgreSQL: {error.sqlstate})"
        return InvalidValue.of("", detail)
    return Conflict(f"A constraint of the table rejects the change (PostgreSQL: {error.sqlstate}).")


async def _check_name(connection: Connection, wanted: DictType) -> None:
    if await _first(connection, IS_NAME_TAKEN, (wanted.dict_name, wanted.id)):
        raise AlreadyExists("A dictionary type with this name already exists.")


async def _check_label(connection: Connection, wanted: DictData) -> None:
    if await _first(connection, IS_LABEL_TAKEN, (wanted.dict_type_id, wanted.data_label, wanted.id)):
        raise AlreadyExists("The dictionary type already has data with this label.")


async def _get_type(connection: Connection, dict_type_id: int) -> DictType:
    row = await _first(connection, GET_TYPE, (dict_type_id,))
    if row is None:
        raise UnknownDictType
    return to_type(row)


async def _get_data(connection: Connection, dict_data_id: int) -> DictData:
    row = await _first(connection, GET_DATA, (dict_data_id,))
    if row is None:
        raise UnknownDictData
    return to_data(row)


async def _first(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> dict[str, Any] | None:
    return await (await connection.execute(statement, parameters)).fetchone()


async def _one(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> dict[str, Any]:
    [row] = await (await connection.execute(statement, parameters)).fetchall()
    return row


def _data_values(data: DictData) -> tuple[Any, ...]:
    return (
        data.data_label,
        data.data_value,
        data.order,
        data.enabled,
        data.late_after_seconds,
        data.stale_after_seconds,
    )
