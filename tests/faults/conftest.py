"""A PostgreSQL that may be broken, a service in front of it, and the row of the table that a test fills."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from arcbeat import app
from arcbeat.domain.schema.super_tables import SuperTable
from tests.faults import tdengines
from tests.faults.background_loop import BackgroundLoop
from tests.faults.private_postgres import PrivatePostgres, running
from tests.faults.requests import DEVICES
from tests.faults.table import Row, row_of
from tests.faults.tdengines import Tdengine
from tests.support.catalogue import WELDING_COLUMNS

TEMPLATE = "faults_template"
ROW = pytest.StashKey[Row]()
WELDING_TABLE = SuperTable("test_db", "welding_real_data")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(fault, expected): a row of docs/explanation/faults.md")


def pytest_runtest_setup(item: pytest.Item) -> None:
    # before any fixture: where one fails, the row says so
    row = row_of(item)
    if row is not None:
        item.stash[ROW] = row


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Row:
    """The row that the test's mark ``fault`` announces."""
    row: Row = request.node.stash[ROW]
    return row


@pytest.fixture
def background() -> Iterator[BackgroundLoop]:
    with BackgroundLoop.running() as background:
        yield background


@pytest.fixture
def live_tdengine(background: BackgroundLoop) -> Tdengine:
    """One behind a proxy, where TELEMETRY_TEST_URL names it."""
    if not tdengines.LIVE_URL:
        pytest.skip("TELEMETRY_TEST_URL names no live TDengine")
    return background.enter(tdengines.live_tdengine())


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for the path of a socket."""
    folder = Path(tempfile.mkdtemp(prefix="arcbeat-faults-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def _private_postgres() -> Iterator[PrivatePostgres]:
    folder = Path(tempfile.mkdtemp(prefix="arcbeat-faults-"))
    with running(folder / "server") as postgres:
        fill(postgres.create_database(TEMPLATE))
        yield postgres
    shutil.rmtree(folder)


@pytest.fixture
def postgres(_private_postgres: PrivatePostgres) -> Iterator[PrivatePostgres]:
    """Runs, whatever the last test did to it; its settings are as it was made."""
    yield _private_postgres
    _private_postgres.resume()
    _private_postgres.start()
    _private_postgres.restore()


def fill(database_url: str) -> None:
    """The schema, the type welding, its super table and the devices."""
    app.migrate(database_url)
    with BackgroundLoop.running() as background:
        background.run(_make_super_table, database_url)
    with psycopg.connect(database_url) as connection:
        statement = "insert into t_device_info (device_code, device_name, device_type) values (%s, %s, 'welding')"
        connection.cursor().executemany(statement, [(code, code) for code in DEVICES])


async def _make_super_table(database_url: str) -> None:
    async with app.open_administration(database_url) as administration:
        await administration.create_super_table(WELDING_TABLE, WELDING_COLUMNS)
