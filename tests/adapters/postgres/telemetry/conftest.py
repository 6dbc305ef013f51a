"""Fixtures: an empty database for readings, and a store on it whose clock stands still."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from adapters.postgres.pool import Database, open_pool
from adapters.postgres.telemetry.store import PostgresTelemetry
from tests.support.postgres import Server

NOW = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
DROP = "drop schema if exists test_db cascade"


@pytest_asyncio.fixture(scope="module")
async def uri_of_module(postgres_server: Server) -> AsyncIterator[str]:
    uri = postgres_server.create_database()
    yield uri
    postgres_server.drop_database(uri)


@pytest_asyncio.fixture(scope="module")
async def database_of_module(uri_of_module: str) -> AsyncIterator[Database]:
    async with open_pool(uri_of_module, max_size=4) as pool:
        yield Database(pool)


@pytest_asyncio.fixture
async def database(database_of_module: Database) -> AsyncIterator[Database]:
    yield database_of_module
    await database_of_module.execute(DROP)


@pytest.fixture
def store(database: Database) -> PostgresTelemetry:
    return PostgresTelemetry(database, lambda: NOW)
