"""Super tables that tests make."""

import asyncio

from arcbeat import app
from arcbeat.demo.catalogue import TAGS, TS
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable
from tests.support.service import Service


def create_super_table(service: Service, table: str, *columns: Column) -> None:
    """In the embedded store of a service, with the timestamp and the tags of the others; or add columns to one."""

    async def create() -> None:
        async with app.open_administration(service.database_url) as administration:
            await administration.create_super_table(SuperTable.parse(table), (TS, *columns, *TAGS))

    asyncio.run(create())
