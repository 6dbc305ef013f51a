"""Creates super tables for tests."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from arcbeat import app
from arcbeat.demo.catalogue import TAGS, TS
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable
from tests.support.service import Service


def create_super_table(service: Service, table: str, *columns: Column) -> None:
    """Create a super table in the store of a service, with ts and the usual tags, or add columns to an existing one."""

    async def create() -> None:
        async with app.open_administration(service.database_url) as administration:
            await administration.create_super_table(SuperTable.parse(table), (TS, *columns, *TAGS))

    asyncio.run(create())


def fill_statistic(
    service: Service, table: str, columns: Sequence[Column], *rows: tuple[datetime, dict[str, Value]]
) -> None:
    """Create a table of statistics and append rows to it, as a job of the factory would.

    It runs in a thread of its own: tests with a browser have an event loop in theirs.
    """

    async def make() -> None:
        async with app.open_administration(service.database_url) as administration:
            super_table = SuperTable.parse(table)
            await administration.create_super_table(super_table, (TS, *columns, *TAGS))
            await administration.append(super_table, [Reading("all", ts, values) for ts, values in rows])

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, make()).result()
