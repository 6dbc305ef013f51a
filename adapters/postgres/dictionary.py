"""Reads the dictionary, in t_dict_type and t_dict_data of PostgreSQL."""

from typing import Any

from adapters.postgres.dictionary_statements import (
    GET_TYPE,
    LAYOUT,
    PAGE_TYPES,
    DictionaryLayout,
    DictionaryStatements,
)
from adapters.postgres.pool import Database
from arcbeat.domain.dictionary.dictionary import DictData, DictDataFilter, DictDataPage, DictType, DictTypePage
from arcbeat.domain.errors import UnknownDictData, UnknownDictType


class StatementsCache:
    """The statements for the tables of one database, by their layout, which is read once.

    A table that is missing is not remembered, and a column that is added later is used after a restart.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements: DictionaryStatements | None = None

    async def get(self) -> DictionaryStatements:
        if self._statements is not None:
            return self._statements
        columns: dict[str, set[str]] = {"t_dict_type": set(), "t_dict_data": set()}
        for row in await self._database.fetch_all(LAYOUT):
            columns[row["name"]].add(row["column"])
        statements = DictionaryStatements(DictionaryLayout.of(columns["t_dict_type"], columns["t_dict_data"]))
        if columns["t_dict_data"]:
            self._statements = statements
        return statements


class PostgresDictionary:
    """Implements DictionaryReader and DictionaryLookup on t_dict_type and t_dict_data."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = StatementsCache(database)

    async def page_types(self, keyword: str | None, *, offset: int, limit: int) -> DictTypePage:
        rows = await self._database.fetch_all(PAGE_TYPES, {"keyword": keyword, "offset": offset, "limit": limit})
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
        rows = await self._database.fetch_all((await self._statements.get()).page_data, parameters)
        return DictDataPage([to_data(row) for row in rows if row["id"] is not None], rows[0]["total"])

    async def get_data(self, dict_data_id: int) -> DictData:
        row = await self._database.fetch_one((await self._statements.get()).get_data, (dict_data_id,))
        if row is None:
            raise UnknownDictData
        return to_data(row)

    async def find(self, dict_name: str, data_label: str) -> DictData | None:
        row = await self._database.fetch_one((await self._statements.get()).find, (dict_name, data_label))
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
    """Convert a row of DictionaryStatements.data_columns."""
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
