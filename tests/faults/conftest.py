"""Fixtures: a PostgreSQL that tests may break, proxies, and the row of docs/explanation/faults.md for each test."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from arcbeat import app
from arcbeat.domain.schema.super_tables import SuperTable
from tests.faults import tdengines
from tests.faults.private_postgres import PrivatePostgres, running
from tests.faults.requests import DEVICES
from tests.faults.table import Row, create_row
from tests.faults.tdengines import Tdengine
from tests.support.background_loop import BackgroundLoop
from tests.support.catalogue import WELDING_COLUMNS

TEMPLATE = "faults_template"
ROW = pytest.StashKey[Row]()
WELDING_TABLE = SuperTable("test_db", "welding_real_data")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(fault, expected): a row of docs/explanation/faults.md")


def pytest_runtest_setup(item: pytest.Item) -> None:
    # before any fixture, so that the row exists even if a fixture fails
    row = create_row(item)
    if row is not None:
        item.stash[ROW] = row


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Row:
    """The row for the test's mark ``fault``."""
    row: Row = request.node.stash[ROW]
    return row


@pytest.fixture
def background() -> Iterator[BackgroundLoop]:
    with BackgroundLoop.running() as background:
        yield background


@pytest.fixture
def live_tdengine(background: BackgroundLoop) -> Tdengine:
    """The server at TELEMETRY_TEST_URL, behind a proxy; without it the test is skipped."""
    if not tdengines.LIVE_URL:
        pytest.skip("TELEMETRY_TEST_URL is not set, so there is no live TDengine")
    return background.enter(tdengines.live_tdengine())


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """Yield a temporary folder with a path that is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="arcbeat-faults-"))
    folder.chmod(0o711)  # so that the account of PostgreSQL can reach its folder below
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder of the test."""
    with reachable_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def private_postgres() -> Iterator[PrivatePostgres]:
    """A server of its own with a migrated template database."""
    with reachable_folder() as folder, running(folder / "server") as postgres:
        fill(postgres.create_database(TEMPLATE))
        yield postgres


@pytest.fixture
def postgres(private_postgres: PrivatePostgres) -> Iterator[PrivatePostgres]:
    """A running server with its initial settings; they are restored after each test."""
    yield private_postgres
    private_postgres.resume()
    private_postgres.start()
    private_postgres.restore()


def fill(database_url: str) -> None:
    """Create the schema, the type welding, its super table and the devices."""
    app.migrate(database_url)
    with BackgroundLoop.running() as background:
        background.run(_make_super_table, database_url)
    with psycopg.connect(database_url) as connection:
        statement = "insert into t_device_info (device_code, device_name, device_type) values (%s, %s, 'welding')"
        connection.cursor().executemany(statement, [(code, code) for code in DEVICES])


async def _make_super_table(database_url: str) -> None:
    async with app.open_administration(database_url) as administration:
        await administration.create_super_table(WELDING_TABLE, WELDING_COLUMNS)
