"""Fixtures: jobs with an archive folder, on a log with two old months."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from arcbeat.app import JobRuntime, open_jobs
from tests.jobs.archive.log_months import CREATE, FILL, ROWS, execute, starter_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The archive folder. It does not exist at first."""
    return tmp_path / "archive"


@pytest.fixture
def environment(environment: dict[str, str], folder: Path) -> dict[str, str]:
    return {**environment, "JOB_ARCHIVE_FOLDER": str(folder)}


@pytest_asyncio.fixture
async def archiving(environment: dict[str, str]) -> AsyncIterator[JobRuntime]:
    """Jobs with an archive folder, on a log with two old months."""
    async with open_jobs(environment) as runtime:
        await starter_of(runtime).prepare()
        await execute(environment, CREATE)
        await execute(environment, FILL, ROWS)
        yield runtime
