"""Reads and edits the master data of devices: all columns of t_device_info in PostgreSQL."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from psycopg import sql

from adapters.postgres.devices import escape_like
from adapters.postgres.master_data import NOT_CHANGED, date, moment, report_rejected_writes
from adapters.postgres.pool import Connection, Database
from adapters.postgres.transaction_checks import TransactionCheck, allow_all
from arcbeat.domain.devices.device_info import (
    DeviceChange,
    DeviceFacts,
    DeviceInfo,
    DeviceInfoFilter,
    DeviceInfoPage,
    DeviceSort,
    DeviceSortColumn,
)
from arcbeat.domain.errors import AlreadyExists, Conflict, UnknownDevice
from arcbeat.domain.versions import check_expected

CACHED_QUERIES_MAX = 512
"""Cached texts of page queries, one per combination of filters and order."""
ROWS_PER_STATEMENT = 1_000
"""Rows that one statement of an export returns. Processing them blocks the event loop, so the number is limited."""
FACTS = tuple(field.name for field in fields(DeviceFacts))

READ: Mapping[str, sql.Composable] = {
    **{name: sql.Identifier("d", name) for name in ("id", "device_code", *FACTS)},
    "device_name": sql.SQL("coalesce(d.device_name, '')"),
    "production_date": sql.SQL(date("d.production_date")),
    "install_date": sql.SQL(date("d.install_date")),
    "is_locked": sql.SQL("coalesce(d.is_locked, false)"),
    "created_at": sql.SQL(moment("d.created_at")),
    "updated_at": sql.SQL(moment("d.updated_at")),
}
"""How each column is read, without an error for any value that another program may have written."""
COLUMNS = sql.SQL("""{read},
(select t.type_code from t_device_type t
  where t.enabled and (t.type_code = d.device_type or d.device_type = any(t.aliases))
  order by t.type_code = d.device_type desc, t.position, t.type_code limit 1) as type_code""").format(
    read=sql.SQL(", ").join(sql.SQL("{} as {}").format(read, sql.Identifier(name)) for name, read in READ.items())
)


def unless_unchanged(name: str, value: sql.Composable) -> sql.Composed:
    """Return the expression that a column is set to: its own value, if ``value`` is what was read from it.

    An infinite date is read as null: a client that changes another column must not erase it.
    """
    return sql.SQL("case when {read} is not distinct from {value} then {own} else {value} end").format(
        read=READ[name], value=value, own=sql.Identifier("d", name)
    )


_SPELLINGS = sql.SQL(" and d.device_type = any(%(spellings)s)")
_TEAM = sql.SQL(" and d.team_name = %(team_name)s")
_KEYWORD = sql.SQL("""
 and (d.device_code ilike %(keyword)s or d.device_name ilike %(keyword)s or d.device_model ilike %(keyword)s
      or d.install_location ilike %(keyword)s)""")
_LOCKED = sql.SQL(" and coalesce(d.is_locked, false) = %(locked)s")
# Ids are sorted and limited first, so that columns are computed only for devices on the page. The code is compared too:
# the ids of an existing table may not be unique, but their index is the faster one. Every row carries the
# total; a page past the end has one row with the total and nulls.
_PAGE = sql.SQL("""
select counted.total, page.*
  from (select count(*) as total from t_device_info d where true{conditions}) as counted
  left join (select {columns}
               from (select d.id, d.device_code from t_device_info d where true{conditions} order by {order}
                     offset %(offset)s limit %(limit)s) as on_page
               join t_device_info d on d.id = on_page.id and d.device_code = on_page.device_code) as page on true
 order by {outer_order}""")
# In the database's own collation, which is the order of the index on the unique device_code.
_NEXT = sql.SQL("""
select {columns} from t_device_info d where true{conditions} order by d.device_code limit %(limit)s""")
_AFTER = sql.SQL(" and d.device_code > %(after)s")
_NOT_TEXT = frozenset(
    {
        DeviceSortColumn.PRODUCTION_DATE,
        DeviceSortColumn.INSTALL_DATE,
        DeviceSortColumn.IS_LOCKED,
        DeviceSortColumn.CREATED_AT,
        DeviceSortColumn.UPDATED_AT,
    }
)

GET = sql.SQL("select {columns} from t_device_info d where d.device_code = %s").format(columns=COLUMNS).as_bytes()
GET_LOCKED = GET + b" for update of d"
# Transactions that add devices are serialised: no constraint prevents codes that differ only in case.
LOCK_CODES = "select pg_advisory_xact_lock(hashtext('arcbeat: device codes'))"
FIND_TAKEN = """
select device_code from t_device_info where device_code = %(code)s or lower(device_code) = lower(%(code)s)
 order by device_code = %(code)s desc limit 1"""
ADD = (
    sql.SQL("""
insert into t_device_info as d (device_code, {names}) values (%(device_code)s, {values})
on conflict (device_code) do nothing returning {columns}""")
    .format(
        names=sql.SQL(", ").join(map(sql.Identifier, FACTS)),
        values=sql.SQL(", ").join(map(sql.Placeholder, FACTS)),
        columns=COLUMNS,
    )
    .as_bytes()
)
CHANGE = (
    sql.SQL("update t_device_info as d set {assignments} where d.device_code = %(device_code)s returning {columns}")
    .format(
        assignments=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), unless_unchanged(name, sql.Placeholder(name)))
            for name in FACTS
        ),
        columns=COLUMNS,
    )
    .as_bytes()
)
REMOVE = "delete from t_device_info where device_code = %s"


class PostgresDeviceInfo:
    """Implements DeviceRegister on t_device_info.

    Args:
        check: Called first in each transaction that writes. If it raises an error, nothing is stored.
    """

    def __init__(self, database: Database, check: TransactionCheck = allow_all) -> None:
        self._database = database
        self._check = check

    async def page(self, where: DeviceInfoFilter, sort: DeviceSort, *, offset: int, limit: int) -> DeviceInfoPage:
        parameters = {**_filter_parameters(where), "offset": offset, "limit": limit}
        rows = await self._database.fetch_all(_page_query(_given(where), sort), parameters)
        return DeviceInfoPage([to_device_info(row) for row in rows if row["device_code"] is not None], rows[0]["total"])

    async def get(self, device_code: str) -> DeviceInfo:
        row = await self._database.fetch_one(GET, (device_code,))
        return to_device_info(_found(row))

    async def batches(self, where: DeviceInfoFilter) -> AsyncIterator[Sequence[DeviceInfo]]:
        parameters = {**_filter_parameters(where), "limit": ROWS_PER_STATEMENT}
        conditions = _conditions(_given(where))
        rows = await self._database.fetch_all(_next_query(conditions), parameters)
        while rows:
            yield [to_device_info(row) for row in rows]
            after = {"after": rows[-1]["device_code"]}
            rows = await self._database.fetch_all(_next_query(conditions + _AFTER), {**parameters, **after})

    async def add(self, device_code: str, facts: DeviceFacts) -> DeviceInfo:
        async with self._writing() as connection:
            await connection.execute(LOCK_CODES)
            await _check_code_is_free(connection, device_code)
            added = await connection.execute(ADD, {"device_code": device_code, **asdict(facts)})
            row = await added.fetchone()
            if row is None:  # another program, which does not take the lock, may have been faster
                await _check_code_is_free(connection, device_code)
                raise Conflict(NOT_CHANGED)
        return to_device_info(row)

    async def change(self, device_code: str, change: DeviceChange, expected: frozenset[str] | None) -> DeviceInfo:
        async with self._writing() as connection:
            before = await _lock(connection, device_code)
            check_expected(expected, before.version)
            after = before.facts.changed(change)
            if after == before.facts:
                return before
            changed = await connection.execute(CHANGE, {"device_code": device_code, **asdict(after)})
            row = await changed.fetchone()
            if row is None:
                raise Conflict(NOT_CHANGED)
            return to_device_info(row)

    async def remove(self, device_code: str, expected: frozenset[str] | None) -> None:
        async with self._writing() as connection:
            before = await _lock(connection, device_code)
            check_expected(expected, before.version)
            if not (await connection.execute(REMOVE, (device_code,))).rowcount:
                raise Conflict(NOT_CHANGED)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Connection]:
        """Yield a connection in a transaction; what the table rejects is reported as the client's error."""
        async with self._database.connection() as connection:
            with report_rejected_writes():
                async with connection.transaction():
                    await self._check(connection)
                    yield connection


async def _check_code_is_free(connection: Connection, device_code: str) -> None:
    taken = await (await connection.execute(FIND_TAKEN, {"code": device_code})).fetchone()
    if taken is None:
        return
    other = taken["device_code"]
    if other == device_code:
        raise AlreadyExists("A device with this code already exists.")
    raise AlreadyExists(f"The device {other} already exists; its code differs only in upper and lower case.")


async def _lock(connection: Connection, device_code: str) -> DeviceInfo:
    return to_device_info(_found(await (await connection.execute(GET_LOCKED, (device_code,))).fetchone()))


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise UnknownDevice
    return row


def _given(where: DeviceInfoFilter) -> tuple[bool, bool, bool, bool]:
    return where.spellings is not None, where.team_name is not None, bool(where.keyword), where.locked is not None


def _filter_parameters(where: DeviceInfoFilter) -> dict[str, Any]:
    return {
        "spellings": list(where.spellings or ()),
        "team_name": where.team_name,
        "keyword": f"%{escape_like(where.keyword or '')}%",
        "locked": where.locked,
    }


def _conditions(given: tuple[bool, ...]) -> sql.Composed:
    parts = (_SPELLINGS, _TEAM, _KEYWORD, _LOCKED)
    return sql.Composed([part for part, is_given in zip(parts, given, strict=True) if is_given])


@lru_cache(CACHED_QUERIES_MAX)
def _page_query(given: tuple[bool, ...], sort: DeviceSort) -> bytes:
    return _PAGE.format(
        columns=COLUMNS,
        conditions=_conditions(given),
        order=_order(sort, READ[sort.column], READ["device_code"]),
        outer_order=_order(sort, sql.Identifier("page", sort.column), sql.Identifier("page", "device_code")),
    ).as_bytes()


def _next_query(conditions: sql.Composed) -> bytes:
    return _NEXT.format(columns=COLUMNS, conditions=conditions).as_bytes()


def _order(sort: DeviceSort, column: sql.Composable, code: sql.Composable) -> sql.Composed:
    return sql.SQL('{column}{collation} {direction} nulls last, {code} collate "C"').format(
        column=column,
        collation=sql.SQL("" if sort.column in _NOT_TEXT else ' collate "C"'),
        direction=sql.SQL("desc" if sort.descending else "asc"),
        code=code,
    )


def to_device_info(row: dict[str, Any]) -> DeviceInfo:
    """Convert a row of COLUMNS."""
    return DeviceInfo(
        id=row["id"],
        device_code=row["device_code"],
        facts=DeviceFacts(**{name: row[name] for name in FACTS}),
        type_code=row["type_code"],
        created_at=_in_utc(row["created_at"]),
        updated_at=_in_utc(row["updated_at"]),
    )


def _in_utc(ts: datetime | None) -> datetime | None:
    return ts.astimezone(UTC) if ts is not None else None
