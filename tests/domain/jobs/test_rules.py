"""The names of jobs do not collide with other paths of the API."""

import pytest

from arcbeat.api.contract.bundle import load_contract
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.rules import RESERVED_NAMES
from jobs.context import JobContext, RegisteredJob

JOBS = "/api/v1/jobs/"


async def work(_: JobContext) -> dict[str, object]:
    return {}


def test_each_path_beside_a_job_reserves_its_name() -> None:
    names = {path.removeprefix(JOBS).split("/")[0] for path in load_contract()["paths"] if path.startswith(JOBS)}

    assert names - {"{name}"} == RESERVED_NAMES


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES))
def test_a_job_cannot_have_a_reserved_name(name: str) -> None:
    with pytest.raises(ValueError, match=f"cannot be called {name}; .*: alerts, logs, runs, statistics"):
        RegisteredJob(JobDefinition(name=name, description="Do nothing."), work)
