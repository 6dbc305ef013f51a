"""The stores that benchmarks run on; each is made for the run and dropped after it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import SuperTable
from tests.conformance import harness
from tests.support.catalogue import WELDING_COLUMNS
from tests.support.postgres import default_home, start

WholeTable = Callable[[SuperTable], Awaitable[None]]


@asynccontextmanager
async def postgresql() -> AsyncIterator[tuple[TelemetryStore, SuperTable]]:
    """The embedded server."""
    async with harness.postgres(start(default_home())) as made:
        yield made.store, await _welding(made)


@asynccontextmanager
async def tdengine(url: str) -> AsyncIterator[tuple[TelemetryStore, SuperTable, WholeTable]]:
    """A live one, with the statement that reads the whole super table as pages used to."""
    async with harness.tdengine(url, "ms")(start(default_home())) as made, harness.open_client(url) as client:

        async def whole(table: SuperTable) -> None:
            await harness.run(client, f"select last_row(*), tbname, device_code from {table} partition by tbname")  # noqa: S608 -- checked identifiers

        yield made.store, await _welding(made), whole


async def _welding(made: harness.Harness) -> SuperTable:
    table = SuperTable(made.database, "welding_real_data")
    await made.create_super_table(table, WELDING_COLUMNS)
    return table
