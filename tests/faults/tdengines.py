"""TDengine behind a proxy: a stand-in with recorded responses, or a live server, which itself is never stopped."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg

from adapters.tdengine.rest import DEFAULT_PORT
from adapters.tdengine.telemetry import TdengineTelemetry
from arcbeat.domain.readings.readings import HistoryQuery
from arcbeat.domain.schema.super_tables import SuperTable
from tests.adapters.tdengine.script import accept_inserts, describe_welding, in_future, newest, tags
from tests.conformance import harness
from tests.faults.proxy import Proxy, to_tcp
from tests.faults.requests import DEVICES
from tests.support.catalogue import WELDING_COLUMNS
from tests.support.postgres import Server
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.stand_in import StandIn, recorded

LIVE_URL = os.environ.get("TELEMETRY_TEST_URL", "")
RECORDED_VERSION = EXCHANGES["server-version"].rows[0][0]

HISTORY_START = datetime(2000, 1, 1, tzinfo=UTC)
READINGS_MAX = 1_000_000
NO_POSTGRES = Server("")
"""The harness of every store takes a PostgreSQL server; that of TDengine does not use it."""


@dataclass(frozen=True, slots=True)
class Tdengine:
    """A TDengine that can be cut off.

    Attributes:
        url: the TELEMETRY_URL of the proxy.
        name: names the server in docs/explanation/faults.md.
    """

    proxy: Proxy
    url: str
    super_table: SuperTable
    name: str


def script(stand_in: StandIn) -> None:
    """Make the stand-in respond as a healthy TDengine: both devices have a reading, and new ones are accepted."""
    stand_in.reset()
    stand_in.on("server_version", recorded(EXCHANGES["server-version"]))
    stand_in.on("^select tags", tags(*((f"t_{code.lower()}", code) for code in DEVICES)))
    ts = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    stand_in.on("`ts` > ", in_future())
    stand_in.on("last_row", newest(*((ts, 12.5, f"t_{code.lower()}", code) for code in DEVICES)))
    describe_welding(stand_in)
    accept_inserts(stand_in)


def script_dead(stand_in: StandIn) -> None:
    """Make the stand-in respond as taosAdapter does while its server is down."""
    stand_in.reset()
    stand_in.on("^insert", recorded(EXCHANGES["fault-server-down-insert"]))
    stand_in.on("", recorded(EXCHANGES["fault-server-down"]))


@asynccontextmanager
async def stand_in_tdengine(stand_in: StandIn) -> AsyncIterator[Tdengine]:
    """Run a proxy in front of the stand-in."""
    script(stand_in)
    port = urlsplit(stand_in.url).port or 0
    async with Proxy.running(to_tcp("127.0.0.1", port)) as proxy:
        table = SuperTable("test_db", "welding_real_data")
        name = f"a stand-in with recorded responses of TDengine {RECORDED_VERSION}"
        yield Tdengine(proxy, f"tdengine://root:taosdata@127.0.0.1:{proxy.port}", table, name)


@asynccontextmanager
async def live_tdengine() -> AsyncIterator[Tdengine]:
    """Run a proxy in front of the server at TELEMETRY_TEST_URL, with a temporary database."""
    parts = urlsplit(LIVE_URL)
    target = to_tcp(parts.hostname or "127.0.0.1", parts.port or DEFAULT_PORT)
    async with harness.tdengine(LIVE_URL, "ms")(NO_POSTGRES) as live, Proxy.running(target) as proxy:
        table = SuperTable(live.database, "welding_real_data")
        await live.create_super_table(table, WELDING_COLUMNS)
        for code in DEVICES:
            await live.insert_as_other_program(table, f"t_{code}", code, datetime.now(UTC), {"weld_current": 12.5})
        credentials = parts.netloc.rpartition("@")[0]
        name = f"a live TDengine {await live.store.ping()}"
        yield Tdengine(proxy, f"{parts.scheme}://{credentials}@127.0.0.1:{proxy.port}", table, name)


async def read_timestamps(table: SuperTable) -> set[datetime]:
    """Return the timestamps of all readings of the first device on the live server."""
    store = TdengineTelemetry.from_url(LIVE_URL)
    query = HistoryQuery(device_code=DEVICES[0], start=HISTORY_START, end=datetime.now(UTC), limit=READINGS_MAX)
    readings = await store.history(table, query)
    await store.aclose()
    return {reading.ts for reading in readings}


def point(database_url: str, tdengine: Tdengine) -> None:
    """Change the super table of the device types to the one of this TDengine."""
    with psycopg.connect(database_url) as connection:
        connection.execute("update t_device_type set super_table = %s", [str(tdengine.super_table)])
