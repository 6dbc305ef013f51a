"""Fixtures: a PostgreSQL that the tests stop, and one for the readings behind a proxy."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import fill
from tests.faults.private_postgres import PrivatePostgres, running
from tests.support.pgbouncer import PgBouncer

TEMPLATE = "faults_template"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def private_postgres() -> Iterator[PrivatePostgres]:
    """A server of its own with a migrated template database."""
    folder = Path(tempfile.mkdtemp(prefix="arcbeat-faults-"))
    folder.chmod(0o711)  # so that the account of PostgreSQL can reach its folder below
    with running(folder / "server") as postgres:
        fill(postgres.create_database(TEMPLATE))
        yield postgres
    shutil.rmtree(folder)


@pytest.fixture
def postgres(private_postgres: PrivatePostgres) -> Iterator[PrivatePostgres]:
    """A running server, which is running again after the test."""
    yield private_postgres
    private_postgres.resume()
    private_postgres.start()


@pytest.fixture(scope="session")
def private_pgbouncer(private_postgres: PrivatePostgres) -> Iterator[PgBouncer]:
    """A PgBouncer before this server."""
    with PgBouncer.running(private_postgres.uri) as bouncer:
        yield bouncer


@pytest.fixture
def database_url(postgres: PrivatePostgres) -> str:
    """The URI of a new, migrated database with a type and devices."""
    return postgres.create_database(template=TEMPLATE)


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """The lease of the product, which survives short outages."""
    return {**environment, "JOB_LEASE_SECONDS": "30"}
