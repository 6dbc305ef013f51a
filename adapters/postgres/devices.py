"""The registered devices: t_device_info in PostgreSQL."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from psycopg import sql

from adapters.postgres.pool import Database
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.devices import Device, DeviceFilter, DevicePage
from arcbeat.domain.errors import Conflict, UnknownDevice

CACHED_QUERIES_MAX = 64
"""Statements of the page that are kept as text; there are four for each number of spellings."""
CODES_MAX = 500_000
"""Of one type, to be compared with the store at once."""

# Device codes are compared by code point wherever they are ordered: the same order everywhere, and that of the index
# idx_t_device_info_type_code. Every spelling of the type is listed by itself, in the order of the index, and no
# further than the end of the page: `device_type = any(…)` would sort all devices of the type.
_LIST = sql.SQL("""
(select device_code collate "C" as device_code from t_device_info where device_type = {spelling}{narrowed}
  order by device_code collate "C" limit %(end)s)""")
_COUNT = sql.SQL("""
(select count(*) from t_device_info where device_type = {spelling}{narrowed})""")
_KEYWORD = sql.SQL(" and (device_code ilike %(keyword)s or device_name ilike %(keyword)s)")
_TEAM = sql.SQL(" and team_name = %(team_name)s")
# The total stands beside every row, and alone when the page is past the end.
_PAGE = sql.SQL("""
select fitting.total, page.device_code
  from (select {counts} as total) as fitting
  left join (select device_code from ({lists}) as listed order by device_code
             offset %(offset)s limit %(limit)s) as page on true
 order by page.device_code""")
GET_DEVICE = "select device_code, device_type from t_device_info where device_code = %s"
ALL_CODES = "select device_code from t_device_info where device_type = any(%s) limit %s"
REGISTERED = "select device_code from t_device_info where device_code = any(%s) and device_type = any(%s)"

PUT_DEVICE = """
insert into t_device_info (device_code, device_name, device_model, device_type, manufacturer, production_date,
                           install_date, install_location, online_address, team_name, is_locked, description)
values (%(device_code)s, %(device_name)s, %(device_model)s, %(device_type)s, %(manufacturer)s, %(production_date)s,
        %(install_date)s, %(install_location)s, %(online_address)s, %(team_name)s, %(is_locked)s, %(description)s)
on conflict (device_code) do nothing"""


def page_query(device_type: DeviceType, where: DeviceFilter) -> bytes:
    """The statement of a page; its parameters are those of :func:`page_parameters`."""
    return _page_query(len(device_type.spellings), keyword=bool(where.keyword), team_name=bool(where.team_name))


@lru_cache(CACHED_QUERIES_MAX)
def _page_query(spellings: int, *, keyword: bool, team_name: bool) -> bytes:
    narrowed = sql.Composed([part for part, given in ((_KEYWORD, keyword), (_TEAM, team_name)) if given])
    places = [sql.Placeholder(f"spelling_{index}") for index in range(spellings)]
    return _PAGE.format(
        counts=sql.SQL(" + ").join(_COUNT.format(spelling=each, narrowed=narrowed) for each in places),
        lists=sql.SQL(" union all ").join(_LIST.format(spelling=each, narrowed=narrowed) for each in places),
    ).as_bytes()


def page_parameters(device_type: DeviceType, where: DeviceFilter, *, offset: int, limit: int) -> dict[str, Any]:
    """The parameters of :func:`page_query`."""
    spellings = {f"spelling_{index}": spelling for index, spelling in enumerate(device_type.spellings)}
    narrowed = {"keyword": f"%{escape_like(where.keyword or '')}%", "team_name": where.team_name}
    return {**spellings, **narrowed, "offset": offset, "limit": limit, "end": offset + limit}


def escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class PostgresDevices:
    """The DeviceDirectory in t_device_info."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, device_type: DeviceType, where: DeviceFilter, *, offset: int, limit: int) -> DevicePage:
        rows = await self._database.fetch_all(
            page_query(device_type, where), page_parameters(device_type, where, offset=offset, limit=limit)
        )
        codes = tuple(row["device_code"] for row in rows if row["device_code"] is not None)
        return DevicePage(codes, rows[0]["total"])

    async def get(self, device_code: str) -> Device:
        row = await self._database.fetch_one(GET_DEVICE, (device_code,))
        if row is None:
            raise UnknownDevice
        return Device(row["device_code"], row["device_type"] or "")

    async def registered(self, device_type: DeviceType, device_codes: Sequence[str]) -> frozenset[str]:
        rows = await self._database.fetch_all(REGISTERED, (list(device_codes), list(device_type.spellings)))
        return frozenset(row["device_code"] for row in rows)

    async def all_codes(self, device_type: DeviceType) -> frozenset[str]:
        rows = await self._database.fetch_all(ALL_CODES, (list(device_type.spellings), CODES_MAX + 1))
        if len(rows) > CODES_MAX:
            raise Conflict(f"There are more than {CODES_MAX} devices of the type {device_type.type_code}.")
        return frozenset(row["device_code"] for row in rows)

    async def put(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add devices by the columns of t_device_info; those that are there already stay as they are."""
        async with self._database.connection() as connection, connection.transaction():
            await connection.cursor().executemany(PUT_DEVICE, rows)
