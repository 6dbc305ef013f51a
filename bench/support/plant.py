"""The plant that servers are measured on: registered devices with one reading each, in databases made for the run."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import psycopg

from arcbeat import app
from arcbeat.demo.catalogue import WELDING_COLUMNS
from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.super_tables import SuperTable
from bench.support import fleet, stores
from bench.support.postgres import temporary_database, vacuum

SECRET_KEY = "c1e0ca3e6f1775eae71a092f4e124ca5a32d9fe183d122b079ccef78330f2e49"  # noqa: S105 -- only for benchmarks
USER, PASSWORD = "bench", "only for this run"

REGISTER = """
insert into t_device_info (device_code, device_name, device_type, team_name)
select code, 'name of ' || code, case when mod(number, 3) = 0 then '焊机' else 'welding' end, '班组' || mod(number, 6)
  from unnest(%s::text[]) with ordinality as listed (code, number)"""
USE_TABLE = "update t_device_type set super_table = %s where type_code = 'welding'"


@dataclass(frozen=True, slots=True)
class Plant:
    """The databases of one plant.

    Attributes:
        store: the name of the store that has the readings, as results show it.
        telemetry_url: of TDengine; None if the readings are in the PostgreSQL database too.
    """

    store: str
    database_url: str
    telemetry_url: str | None
    table: SuperTable

    def environment(self) -> dict[str, str]:
        """Return the settings of a server on this plant.

        All requests come from one client, so the rate limit per client is set out of reach.
        """
        telemetry = {"TELEMETRY_URL": self.telemetry_url} if self.telemetry_url else {}
        return {
            **telemetry,
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": SECRET_KEY,
            "RATE_LIMIT_PER_SECOND": "1000000",
        }


Open = Callable[[], AbstractAsyncContextManager[Plant]]


def plants() -> list[Open]:
    """Return the plant on PostgreSQL, and the one on TDengine if TELEMETRY_TEST_URL is set."""
    url = os.environ.get("TELEMETRY_TEST_URL")
    return [postgresql, *([lambda: tdengine(url)] if url else [])]


@asynccontextmanager
async def postgresql() -> AsyncIterator[Plant]:
    """Make a plant with devices and readings in one database."""
    table = SuperTable("test_db", stores.WELDING_TABLE)
    async with temporary_database() as uri:
        await _register_devices(uri, table)
        async with app.open_administration(uri) as administration:
            await administration.create_super_table(table, WELDING_COLUMNS)
            await fleet.fill(administration.telemetry, table)
        vacuum(uri)
        yield Plant("PostgreSQL", uri, None, table)


@asynccontextmanager
async def tdengine(url: str) -> AsyncIterator[Plant]:
    """Make a plant with devices in PostgreSQL and readings in TDengine."""
    async with temporary_database() as uri, stores.tdengine_at(url) as store:
        await _register_devices(uri, store.table)
        await fleet.fill(store.telemetry, store.table)
        vacuum(uri)
        yield Plant("TDengine", uri, url, store.table)


async def prepare(uri: str, table: SuperTable) -> None:
    """Make the tables of an empty database, with a user, and with this super table for the type of the devices."""
    await asyncio.to_thread(app.migrate, uri)
    async with app.open_administration(uri) as administration:
        await administration.put_user(USER, Role.OPERATOR, PASSWORD)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(USE_TABLE, (str(table),))


async def _register_devices(uri: str, table: SuperTable) -> None:
    await prepare(uri, table)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(REGISTER, (fleet.device_codes(),))
