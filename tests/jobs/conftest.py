"""Fixtures: jobs on a migrated database of the embedded PostgreSQL."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog

from arcbeat.app import JobRuntime, open_jobs
from jobs.execution.start import Starter
from tests.jobs.example_jobs import REGISTRY
from tests.support.postgres import Server


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


@pytest.fixture
def database_url(postgres_server: Server, template_database: str) -> Iterator[str]:
    """The URI of a new, migrated database."""
    url = postgres_server.create_database(template=template_database)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of the programs that carry out jobs."""
    return {
        "DATABASE_URL": database_url,
        "JOB_LEASE_SECONDS": "3",
        "JOB_SPOOL_FOLDER": str(tmp_path / "spool"),
        "LOG_LEVEL": "error",
    }


@pytest_asyncio.fixture
async def runtime(environment: dict[str, str]) -> AsyncIterator[JobRuntime]:
    async with open_jobs(environment) as runtime:
        yield runtime


@pytest.fixture
def starter(runtime: JobRuntime) -> Starter:
    """Starts the jobs of the tests in this process."""
    return Starter(ports=runtime.ports, registry=REGISTRY, spool_folder=runtime.spool_folder)
