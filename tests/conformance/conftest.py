"""The stores of the suite: embedded PostgreSQL, and the live TDengine at TELEMETRY_TEST_URL, if it is set."""

import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
import pytest_asyncio

from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.schema.columns import Column
from arcbeat.domain.schema.super_tables import SuperTable
from tests.conformance import harness as harnesses
from tests.conformance.columns import WELDING
from tests.conformance.harness import Harness
from tests.support.postgres import Server

TDENGINE_URL = os.environ.get("TELEMETRY_TEST_URL")
PLAIN_BATCHES = "plain-batches"
"""Ends the names of stores whose appends are tried as plain batches first; only the tests of appends run on them."""
TESTS_OF_APPENDS = ("test_append", "test_changing_tables", "test_values")
STORES: dict[str, harnesses.Open] = {
    "postgres": harnesses.postgres,
    f"postgres-{PLAIN_BATCHES}": harnesses.postgres_with_plain_batches,
}
if TDENGINE_URL:
    STORES |= {
        f"tdengine-{precision}": harnesses.tdengine(TDENGINE_URL, precision) for precision in harnesses.PRECISIONS
    }
    STORES |= {
        f"tdengine-{precision}-{PLAIN_BATCHES}": harnesses.tdengine(TDENGINE_URL, precision, plain_batches=True)
        for precision in harnesses.PRECISIONS
    }
    STORES["tdengine-cached"] = harnesses.tdengine(TDENGINE_URL, "ms", cache_model="last_row")

ONLY_TDENGINE = "tdengine"
"""The fixture of tests about what only TDengine has: subtables, tags and precisions."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the variants on PostgreSQL of the tests that only TDengine can run, and those without appends."""
    left_out = [item for item in items if _is_left_out(item, str(_store_name(item)))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _is_left_out(item: pytest.Item, store: str) -> bool:
    if store.endswith(PLAIN_BATCHES) and item.path.stem not in TESTS_OF_APPENDS:
        return True
    return _needs_tdengine(item) and store.startswith("postgres")


def _needs_tdengine(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and ONLY_TDENGINE in item.fixturenames


def _store_name(item: pytest.Item) -> object:
    return (
        item.callspec.params.get("harness") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
    )


CreateTable = Callable[[Sequence[Column]], Awaitable[SuperTable]]


@pytest_asyncio.fixture(scope="session", params=list(STORES))
async def harness(request: pytest.FixtureRequest, postgres_server: Server) -> AsyncIterator[Harness]:
    async with STORES[request.param](postgres_server) as opened:
        yield opened


@pytest.fixture
def tdengine(harness: Harness) -> Harness:
    """The harness of a store with subtables, tags and precisions; tests with it do not run on PostgreSQL."""
    assert harness.has_subtables
    return harness


@pytest.fixture(scope="session")
def store(harness: Harness) -> TelemetryStore:
    return harness.store


@pytest.fixture(scope="session")
def create_table(harness: Harness) -> CreateTable:
    """Return a function that creates a new super table."""

    async def create(columns: Sequence[Column]) -> SuperTable:
        table = SuperTable(harness.database, f"st_{uuid.uuid4().hex[:16]}")
        await harness.create_super_table(table, columns)
        return table

    return create


@pytest_asyncio.fixture
async def welding(create_table: CreateTable) -> SuperTable:
    """A new super table of welding machines."""
    return await create_table(WELDING)
