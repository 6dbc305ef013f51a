"""The shop floor that servers are measured on: registered devices and their readings, in databases made for the run."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import psycopg

from arcbeat import app
from arcbeat.domain.identity.identity import Role
from arcbeat.domain.readings.readings import SuperTable
from bench import fleet
from tests.conformance import harness
from tests.support.catalogue import WELDING_COLUMNS
from tests.support.postgres import default_home, start

SECRET_KEY = "0123456789abcdef" * 4
USER, PASSWORD = "bench", "only for this run"

REGISTER = """
insert into t_device_info (device_code, device_name, device_type, team_name)
select code, 'name of ' || code, case when mod(place, 3) = 0 then '焊机' else 'welding' end, '班组' || mod(place, 6)
  from unnest(%s::text[]) with ordinality as listed (code, place)"""
USE_TABLE = "update t_device_type set super_table = %s where type_code = 'welding'"


@dataclass(frozen=True, slots=True)
class Plant:
    """Where everything is.

    Attributes:
        store: what the readings are in, for people.
        telemetry_url: None where the readings are in the database.
    """

    store: str
    database_url: str
    telemetry_url: str | None
    table: SuperTable

    def environment(self) -> dict[str, str]:
        """The settings of a server on it; all requests are one client's, so its limit is beyond reach."""
        telemetry = {"TELEMETRY_URL": self.telemetry_url} if self.telemetry_url else {}
        return {
            **telemetry,
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": SECRET_KEY,
            "RATE_LIMIT_PER_SECOND": "1000000",
        }


Open = Callable[[], AbstractAsyncContextManager[Plant]]


def plants() -> list[Open]:
    """The embedded PostgreSQL, and a live TDengine where TELEMETRY_TEST_URL names one."""
    url = os.environ.get("TELEMETRY_TEST_URL")
    return [postgresql, *([lambda: tdengine(url)] if url else [])]


@asynccontextmanager
async def postgresql() -> AsyncIterator[Plant]:
    """Everything in one database."""
    server = start(default_home())
    table = SuperTable("test_db", "welding_real_data")
    uri = server.create_database()
    try:
        await _register(uri, table)
        async with app.open_administration(uri) as administration:
            await administration.create_super_table(table, WELDING_COLUMNS)
            await fleet.fill(administration.telemetry, table)
        _settle(uri)
        yield Plant("PostgreSQL", uri, None, table)
    finally:
        server.drop_database(uri)


@asynccontextmanager
async def tdengine(url: str) -> AsyncIterator[Plant]:
    """The devices in PostgreSQL, the readings in TDengine."""
    server = start(default_home())
    uri = server.create_database()
    try:
        async with harness.tdengine(url, "ms")(server) as made:
            table = SuperTable(made.database, "welding_real_data")
            await _register(uri, table)
            await made.create_super_table(table, WELDING_COLUMNS)
            await fleet.fill(made.store, table)
            _settle(uri)
            yield Plant("TDengine", uri, url, table)
    finally:
        server.drop_database(uri)


async def _register(uri: str, table: SuperTable) -> None:
    await asyncio.to_thread(app.migrate, uri)
    async with app.open_administration(uri) as administration:
        await administration.put_user(USER, Role.OPERATOR, PASSWORD)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(USE_TABLE, (str(table),))
        connection.execute(REGISTER, (fleet.device_codes(),))


def _settle(uri: str) -> None:
    """What autovacuum would do in the midst of the measuring."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("vacuum analyze")
