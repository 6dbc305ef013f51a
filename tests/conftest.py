"""Fixtures for all tests."""

import logging
import uuid
from collections.abc import Iterator
from typing import Any

import aiohttp  # noqa: F401 -- before arcbeat, which otherwise hides it from the client of Socket.IO that tests use
import pytest
import structlog
from hypothesis import HealthCheck, settings

from arcbeat import app
from arcbeat.domain.schema.super_tables import SuperTable
from tests.support.background_loop import run_in_background
from tests.support.catalogue import CUTTING, CUTTING_COLUMNS, WELDING_COLUMNS
from tests.support.fake_redis import redis_url
from tests.support.pgbouncer import pgbouncer
from tests.support.postgres import Server, database, postgres_server
from tests.support.service import Service

__all__ = ["database", "pgbouncer", "postgres_server", "redis_url", "service", "template_database"]


# No test asserts a time: on a busy machine, the limits of Hypothesis would fail tests at random.
settings.register_profile("arcbeat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("arcbeat")


@pytest.fixture(autouse=True)
def _logging_of_other_tests() -> Iterator[None]:
    """Undo the logging that an entry point sets up in this process.

    It lets structlog cache loggers, which then escape the tests that capture logs.
    """
    configure, handlers, level = structlog.configure, logging.root.handlers[:], logging.root.level

    def configure_without_cache(**options: Any) -> None:
        configure(**{**options, "cache_logger_on_first_use": False})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structlog, "configure", configure_without_cache)
        yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture(scope="session")
def template_database(postgres_server: Server) -> str:
    """The name of a migrated database with the types welding and cutting and their super tables."""
    name = f"template_{uuid.uuid4().hex}"
    url = postgres_server.create_database(name)
    app.migrate(url, registry={})  # each test registers its own jobs
    run_in_background(_fill(url))
    return name


async def _fill(url: str) -> None:
    async with app.open_administration(url) as administration:
        await administration.create_super_table(SuperTable("test_db", "welding_real_data"), WELDING_COLUMNS)
        await administration.create_super_table(CUTTING.super_table, CUTTING_COLUMNS)
        await administration.put_device_type(CUTTING)


@pytest.fixture
def database_url(postgres_server: Server, template_database: str) -> Iterator[str]:
    """The URI of a new, migrated database."""
    url = postgres_server.create_database(template=template_database)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(scope="module")
def service(postgres_server: Server, template_database: str) -> Iterator[Service]:
    """A running arcbeat without devices, shared by the tests of a module."""
    url = postgres_server.create_database(template=template_database)
    with Service.running(url) as running:
        yield running
    postgres_server.drop_database(url)
