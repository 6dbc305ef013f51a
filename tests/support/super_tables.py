"""Creates super tables for tests."""

from collections.abc import Sequence
from datetime import datetime

from arcbeat import app
from arcbeat.demo.catalogue import TAGS, TS
from arcbeat.domain.readings.readings import Reading
from arcbeat.domain.schema.columns import Column, Value
from arcbeat.domain.schema.super_tables import SuperTable
from tests.support.background_loop import run_in_background
from tests.support.service import Service


def create_super_table(service: Service, table: str, *columns: Column) -> None:
    """Create a super table in the store of a service, with ts and the usual tags, or add columns to an existing one."""
    _make(service, SuperTable.parse(table), columns, ())


def fill_statistic(
    service: Service, table: str, columns: Sequence[Column], *rows: tuple[datetime, dict[str, Value]]
) -> None:
    """Create a table of statistics and append rows to it, as a job of the factory would."""
    _make(service, SuperTable.parse(table), columns, [Reading("all", ts, values) for ts, values in rows])


def _make(service: Service, table: SuperTable, columns: Sequence[Column], readings: Sequence[Reading]) -> None:
    """Create a table with these readings."""

    async def make() -> None:
        async with app.open_administration(service.database_url) as administration:
            await administration.create_super_table(table, (TS, *columns, *TAGS))
            await administration.append(table, readings)

    run_in_background(make())
