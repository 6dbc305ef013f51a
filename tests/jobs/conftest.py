"""Fixtures: jobs on a migrated database of the embedded PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from arcbeat.app import JobRuntime, open_jobs
from jobs.execution.start import Starter
from tests.jobs.example_jobs import REGISTRY


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
