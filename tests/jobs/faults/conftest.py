"""Fixtures: a PostgreSQL that the tests stop, and one for the readings behind a proxy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import TEMPLATE, private_postgres
from tests.faults.private_postgres import PrivatePostgres
from tests.support.pgbouncer import PgBouncer
from tests.support.slow import mark_slow

__all__ = ["private_postgres"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_slow(items, Path(__file__).parent)


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
