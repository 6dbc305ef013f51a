"""The registered devices, in t_device_info of PostgreSQL."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from psycopg import sql

from adapters.postgres.pool import Database
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.devices import Device, DeviceDetails, DeviceFilter, DevicePage
from arcbeat.domain.errors import Conflict, UnknownDevice

CACHED_QUERIES_MAX = 64
"""Cached texts of page queries; there are four per number of spellings."""
CODES_MAX = 500_000
"""The limit of devices of one type that are compared with the store in one go."""

# Device codes are ordered by code point (collate "C") everywhere, the order of the index idx_t_device_info_type_code.
# Each spelling of the type is listed by a select of its own, in index order and only to the end of the page:
# `device_type = any(…)` would sort all devices of the type.
_LIST = sql.SQL("""
(select device_code collate "C" as device_code from t_device_info where device_type = {spelling}{conditions}
  order by device_code collate "C" limit %(end)s)""")
_COUNT = sql.SQL("""
(select count(*) from t_device_info where device_type = {spelling}{conditions})""")
_KEYWORD = sql.SQL(" and (device_code ilike %(keyword)s or device_name ilike %(keyword)s)")
_TEAM = sql.SQL(" and team_name = %(team_name)s")
# One array, because the client reads it several times as fast as a row per device.
_PAGE = sql.SQL("""
select {counts} as total,
       array(select device_code::text from ({lists}) as listed order by device_code collate "C"
             offset %(offset)s limit %(limit)s) as device_codes""")
# As in _LIST, each spelling is listed in index order, and only to the end of the part.
_LIST_AFTER = sql.SQL("""
(select device_code collate "C" as device_code from t_device_info
  where device_type = {spelling} and device_code collate "C" > %(after)s
  order by device_code collate "C" limit %(limit)s)""")
_CODES_AFTER = sql.SQL("""
select device_code from ({lists}) as listed order by device_code limit %(limit)s""")
GET_DEVICE = "select device_code, device_type from t_device_info where device_code = %s"
ALL_CODES = "select array(select device_code::text from t_device_info where device_type = any(%s) limit %s) as codes"
REGISTERED = "select device_code from t_device_info where device_code = any(%s) and device_type = any(%s)"
DETAILS = """
select device_code, coalesce(device_name, '') as device_name, team_name, coalesce(is_locked, false) as is_locked,
       install_location
  from t_device_info where device_code = any(%s)"""

BY_TEAM = """
select nullif(team_name, '') as team_name, array_agg(device_code::text order by device_code collate "C") as device_codes
  from t_device_info where device_type = any(%s) group by 1 order by 1 nulls last"""

PUT_DEVICE = """
insert into t_device_info (device_code, device_name, device_model, device_type, manufacturer, production_date,
                           install_date, install_location, online_address, team_name, is_locked, description)
values (%(device_code)s, %(device_name)s, %(device_model)s, %(device_type)s, %(manufacturer)s, %(production_date)s,
        %(install_date)s, %(install_location)s, %(online_address)s, %(team_name)s, %(is_locked)s, %(description)s)
on conflict (device_code) do nothing"""


def page_query(device_type: DeviceType, where: DeviceFilter) -> bytes:
    """Return the statement of a page; :func:`page_parameters` returns its parameters."""
    return _page_query(len(device_type.spellings), keyword=bool(where.keyword), team_name=bool(where.team_name))


@lru_cache(CACHED_QUERIES_MAX)
def _page_query(spellings: int, *, keyword: bool, team_name: bool) -> bytes:
    conditions = sql.Composed([part for part, given in ((_KEYWORD, keyword), (_TEAM, team_name)) if given])
    placeholders = [sql.Placeholder(f"spelling_{index}") for index in range(spellings)]
    return _PAGE.format(
        counts=sql.SQL(" + ").join(_COUNT.format(spelling=each, conditions=conditions) for each in placeholders),
        lists=sql.SQL(" union all ").join(_LIST.format(spelling=each, conditions=conditions) for each in placeholders),
    ).as_bytes()


@lru_cache(CACHED_QUERIES_MAX)
def _codes_after_query(spellings: int) -> bytes:
    lists = (_LIST_AFTER.format(spelling=sql.Placeholder(f"spelling_{index}")) for index in range(spellings))
    return _CODES_AFTER.format(lists=sql.SQL(" union all ").join(lists)).as_bytes()


def page_parameters(device_type: DeviceType, where: DeviceFilter, *, offset: int, limit: int) -> dict[str, Any]:
    """Return the parameters of :func:`page_query`."""
    filters = {"keyword": f"%{escape_like(where.keyword or '')}%", "team_name": where.team_name}
    return {**_spellings(device_type), **filters, "offset": offset, "limit": limit, "end": offset + limit}


def _spellings(device_type: DeviceType) -> dict[str, str]:
    return {f"spelling_{index}": spelling for index, spelling in enumerate(device_type.spellings)}


def escape_like(text: str) -> str:
    """Escape a text for use in a like pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class PostgresDevices:
    """Implements DeviceDirectory and DeviceCodes on t_device_info."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, device_type: DeviceType, where: DeviceFilter, *, offset: int, limit: int) -> DevicePage:
        found = await self._database.fetch_all(
            page_query(device_type, where), page_parameters(device_type, where, offset=offset, limit=limit)
        )
        return DevicePage(tuple(found[0]["device_codes"]), found[0]["total"])

    async def get(self, device_code: str) -> Device:
        row = await self._database.fetch_one(GET_DEVICE, (device_code,))
        if row is None:
            raise UnknownDevice
        return Device(row["device_code"], row["device_type"] or "")

    async def registered(self, device_type: DeviceType, device_codes: Sequence[str]) -> frozenset[str]:
        rows = await self._database.fetch_all(REGISTERED, (list(device_codes), list(device_type.spellings)))
        return frozenset(row["device_code"] for row in rows)

    async def all_codes(self, device_type: DeviceType) -> frozenset[str]:
        found = await self._database.fetch_all(ALL_CODES, (list(device_type.spellings), CODES_MAX + 1))
        codes = found[0]["codes"]
        if len(codes) > CODES_MAX:
            raise Conflict(f"The type {device_type.type_code} has more than {CODES_MAX} devices, too many to compare.")
        await asyncio.sleep(0)  # reading the codes of a large type takes as long as other tasks may wait
        return frozenset(codes)

    async def codes_after(self, device_type: DeviceType, device_code: str, *, limit: int) -> Sequence[str]:
        parameters = {**_spellings(device_type), "after": device_code, "limit": limit}
        rows = await self._database.fetch_all(_codes_after_query(len(device_type.spellings)), parameters)
        return [row["device_code"] for row in rows]

    async def details(self, device_codes: Sequence[str]) -> Mapping[str, DeviceDetails]:
        rows = await self._database.fetch_all(DETAILS, (list(device_codes),))
        return {row.pop("device_code"): DeviceDetails(**row) for row in rows}

    async def by_team(self, device_type: DeviceType) -> Mapping[str | None, Sequence[str]]:
        rows = await self._database.fetch_all(BY_TEAM, (list(device_type.spellings),))
        return {row["team_name"]: row["device_codes"] for row in rows}

    async def put(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add devices, given as columns of t_device_info; existing devices are left unchanged."""
        async with self._database.connection() as connection, connection.transaction():
            await connection.cursor().executemany(PUT_DEVICE, rows)
