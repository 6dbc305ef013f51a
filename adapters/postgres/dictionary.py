"""Reads the dictionary, in t_dict_type and t_dict_data of PostgreSQL.

Tables that existed before arcbeat may contain nulls, lack constraints and have timestamps without a time zone, so every
column is converted to the expected type.
"""

from typing import Any

from adapters.postgres.pool import Database
from arcbeat.domain.dictionary.dictionary import DictData, DictDataFilter, DictDataPage, DictType, DictTypePage
from arcbeat.domain.errors import UnknownDictData, UnknownDictType

TYPE_COLUMNS = """
id, coalesce(dict_name, '') as dict_name, description, cast(created_at as timestamptz) as created_at,
cast(updated_at as timestamptz) as updated_at"""
DATA_COLUMNS = """
id, dict_type_id, coalesce(data_label, '') as data_label, coalesce(data_value, '') as data_value,
coalesce(sort_order, 0) as "order", coalesce(enabled, true) as enabled,
cast(late_after_seconds as double precision) as late_after_seconds,
cast(stale_after_seconds as double precision) as stale_after_seconds,
cast(created_at as timestamptz) as created_at, cast(updated_at as timestamptz) as updated_at"""
# Data without a type belongs to no dictionary.
TYPES = f"select {TYPE_COLUMNS} from t_dict_type"  # noqa: S608 -- a constant
DATA = f"select {DATA_COLUMNS} from t_dict_data where dict_type_id is not null"  # noqa: S608 -- a constant
GET_TYPE = f"{TYPES} where id = %s"
GET_DATA = f"{DATA} and id = %s"

# Every row carries the total; a page past the end has one row with the total and nulls.
PAGE_TYPES = f"""
select counted.total, page.*
  from (select count(*) as total from t_dict_type) as counted
  left join ({TYPES} order by id offset %(offset)s limit %(limit)s) as page on true
 order by page.id"""  # noqa: S608 -- a constant
# strpos instead of like: a keyword may contain % and _.
PAGE_DATA = f"""
with fitting as (
    {DATA}
       and (%(dict_type_id)s::bigint is null or dict_type_id = %(dict_type_id)s)
       and (%(dict_name)s::text is null
            or dict_type_id in (select id from t_dict_type where dict_name = %(dict_name)s))
       and (%(enabled)s::boolean is null or coalesce(enabled, true) = %(enabled)s)
       and (%(keyword)s::text is null or strpos(lower(data_label), lower(%(keyword)s)) > 0
            or strpos(lower(data_value), lower(%(keyword)s)) > 0))
select counted.total, page.*
  from (select count(*) as total from fitting) as counted
  left join (select * from fitting order by "order", id offset %(offset)s limit %(limit)s) as page on true
 order by page."order", page.id"""  # noqa: S608 -- a constant
FIND = f"""
select data.* from ({DATA}) as data join t_dict_type on t_dict_type.id = data.dict_type_id
 where t_dict_type.dict_name = %s and data.data_label = %s and data.enabled
 order by t_dict_type.id, data."order", data.id limit 1"""  # noqa: S608 -- a constant


class PostgresDictionary:
    """Implements DictionaryReader and DictionaryLookup on t_dict_type and t_dict_data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page_types(self, *, offset: int, limit: int) -> DictTypePage:
        rows = await self._database.fetch_all(PAGE_TYPES, {"offset": offset, "limit": limit})
        return DictTypePage([to_type(row) for row in rows if row["id"] is not None], rows[0]["total"])

    async def get_type(self, dict_type_id: int) -> DictType:
        row = await self._database.fetch_one(GET_TYPE, (dict_type_id,))
        if row is None:
            raise UnknownDictType
        return to_type(row)

    async def page_data(self, where: DictDataFilter, *, offset: int, limit: int) -> DictDataPage:
        parameters = {
            "dict_type_id": where.dict_type_id,
            "dict_name": where.dict_name,
            "keyword": where.keyword,
            "enabled": where.enabled,
            "offset": offset,
            "limit": limit,
        }
        rows = await self._database.fetch_all(PAGE_DATA, parameters)
        return DictDataPage([to_data(row) for row in rows if row["id"] is not None], rows[0]["total"])

    async def get_data(self, dict_data_id: int) -> DictData:
        row = await self._database.fetch_one(GET_DATA, (dict_data_id,))
        if row is None:
            raise UnknownDictData
        return to_data(row)

    async def find(self, dict_name: str, data_label: str) -> DictData | None:
        row = await self._database.fetch_one(FIND, (dict_name, data_label))
        return to_data(row) if row else None


def to_type(row: dict[str, Any]) -> DictType:
    """Convert a row of TYPE_COLUMNS."""
    return DictType(
        id=row["id"],
        dict_name=row["dict_name"],
        description=row["description"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def to_data(row: dict[str, Any]) -> DictData:
    """Convert a row of DATA_COLUMNS."""
    return DictData(
        id=row["id"],
        dict_type_id=row["dict_type_id"],
        data_label=row["data_label"],
        data_value=row["data_value"],
        order=row["order"],
        enabled=row["enabled"],
        late_after_seconds=row["late_after_seconds"],
        stale_after_seconds=row["stale_after_seconds"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
