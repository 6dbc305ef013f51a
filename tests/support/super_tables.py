"""Creates super tables for tests."""

import asyncio

from arcbeat import app
from arcbeat.demo.catalogue import TAGS, TS
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable
from tests.support.service import Service


def create_super_table(service: Service, table: str, *columns: Column) -> None:
    """Create a super table in the store of a service, with ts and the usual tags, or add columns to an existing one."""

    async def create() -> None:
        async with app.open_administration(service.database_url) as administration:
            await administration.create_super_table(SuperTable.parse(table), (TS, *columns, *TAGS))

    asyncio.run(create())
