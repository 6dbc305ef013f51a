"""Jobs are registered once; a release that adds parameters adds them to the stored jobs."""

from dataclasses import replace

from tests.adapters.postgres.jobs.conftest import JOB, Jobs


async def test_a_stored_job_gets_new_parameters_and_keeps_changed_ones(jobs: Jobs) -> None:
    await jobs.change_job(parameters={"limit": 50, "label": "some"}, schedule="0 4 * * *")

    await jobs.catalogue.register([replace(JOB, parameters={**JOB.parameters, "limit": 99, "since": None})])

    stored = await jobs.catalogue.get_job(JOB.name)
    assert (stored.parameters, stored.schedule) == ({"limit": 50, "label": "some", "since": None}, "0 4 * * *")
