"""A job whose JSON columns were damaged by hand is refused with a reason, and does not hold up the other jobs."""

from datetime import timedelta

import pytest

from adapters.postgres.jobs.stored_json import Damaged, to_retry
from arcbeat.api.contract.bundle import load_contract
from arcbeat.domain.errors import Conflict
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.ports import LogFilter
from arcbeat.domain.jobs.retry import RetryPolicy
from arcbeat.domain.jobs.runs import RunState
from tests.adapters.postgres.jobs.conftest import JOB, Jobs

CONTRACT = load_contract()
OTHER = JobDefinition(
    name="zip_logs", description="Behind the damaged job by name and by moment.", schedule="5 * * * *"
)
HUGE = "1" * 5000
"""PostgreSQL stores this number; Python converts at most 4300 digits to an integer."""
DEEP = "[" * 2000 + "]" * 2000
"""PostgreSQL stores this, too; Python 3.11 reads about 1000 levels."""
DAMAGES = [
    ("retry", "[3]", "sync_job.retry is not a JSON object"),
    ("retry", '"fixed"', "sync_job.retry is not a JSON object"),
    ("retry", "null", "sync_job.retry is not a JSON object"),
    ("retry", '{"max_attempts": "three"}', "sync_job.retry has invalid properties: `max_attempts`: Input should be a"),
    ("retry", '{"max_attempts": null}', "sync_job.retry has invalid properties: `max_attempts`: Input should be a"),
    ("retry", '{"delay_seconds": {}}', "sync_job.retry has invalid properties: `delay_seconds`: Input should be a"),
    ("retry", '{"strategy": "never"}', "sync_job.retry has invalid properties: `strategy`: Input should be 'fixed'"),
    ("retry", '{"max_attempts": 0}', "sync_job.retry has invalid properties: `max_attempts`: Input should be greater"),
    ("retry", '{"max_attempts": 101}', "sync_job.retry has invalid properties: `max_attempts`: Input should be less"),
    ("retry", '{"delay_seconds": -1}', "sync_job.retry has invalid properties: `delay_seconds`: Input should be"),
    ("retry", '{"multiplier": 1e300}', "sync_job.retry has invalid properties: `multiplier`: Input should be less"),
    ("retry", '{"attempt_timeout_seconds": 0}', "sync_job.retry has invalid properties: `attempt_timeout_seconds`: "),
    ("retry", f'{{"max_attempts": {HUGE}}}', "sync_job.retry has invalid properties: `max_attempts`: Input should"),
    ("retry", f'{{"delay_seconds": {HUGE}}}', "sync_job.retry has invalid properties: `delay_seconds`: Input should"),
    ("parameters", f'{{"limit": {HUGE}}}', "sync_job.parameters has numbers that are too large: `limit`; a number"),
    ("parameters", f'{{"limit": -{HUGE}}}', "sync_job.parameters has numbers that are too large: `limit`; a number"),
    ("parameters", DEEP, "sync_job.parameters is not a JSON object"),
    ("parameters", HUGE, "sync_job.parameters is not a JSON object"),
    ("parameters", "[]", "sync_job.parameters is not a JSON object"),
    ("parameters", "7", "sync_job.parameters is not a JSON object"),
    ("parameters", "null", "sync_job.parameters is not a JSON object"),
    (
        "parameters",
        '{"limit": [1], "label": {}}',
        "sync_job.parameters has values that are arrays or objects: `label`, ",
    ),
]


def shortened(value: str) -> str:
    """Return the part of a test's name for a value."""
    return value[:40]


damages = pytest.mark.parametrize(("column", "value", "problem"), DAMAGES, ids=shortened)
RUN_DAMAGES = [
    ("[3]", "sync_job_run.parameters is not a JSON object; an object would be right"),
    ('"all"', "sync_job_run.parameters is not a JSON object"),
    ('{"limit": [1]}', "sync_job_run.parameters has values that are arrays or objects: `limit`; "),
    (f'{{"limit": {HUGE}}}', "sync_job_run.parameters has numbers that are too large: `limit`; "),
]


@pytest.fixture
def url(database_url: str) -> str:
    """Only a direct connection: nothing here depends on the connection."""
    return database_url


async def damage(jobs: Jobs, column: str, value: str) -> None:
    statement = f"update sync_job set {column} = %s::jsonb where name = %s"  # noqa: S608 -- a name of the tests
    assert await jobs.database.execute(statement.encode(), (value, JOB.name)) == 1


@damages
async def test_a_damaged_job_is_listed_with_its_problem_beside_the_others(
    jobs: Jobs, column: str, value: str, problem: str
) -> None:
    await jobs.catalogue.register([OTHER])
    await damage(jobs, column, value)

    damaged, other = await jobs.catalogue.list_jobs()

    assert (damaged.name, other.name, other.problem) == (JOB.name, OTHER.name, None)
    assert damaged.problem is not None
    assert damaged.problem.startswith(problem)
    assert (await jobs.catalogue.get_job(JOB.name)).problem == damaged.problem


@damages
async def test_a_damaged_job_that_is_due_is_refused_and_the_job_behind_it_starts(
    jobs: Jobs, column: str, value: str, problem: str
) -> None:
    jobs.clock.now = jobs.clock().replace(minute=0, second=0)
    await jobs.catalogue.register([OTHER])
    await jobs.change_job(schedule="4 * * * *")
    await damage(jobs, column, value)
    now = jobs.clock() + timedelta(minutes=5)

    refused, started = await jobs.queue.start_due(now)

    assert (refused.job_name, refused.state, refused.error_category) == (
        JOB.name,
        RunState.REFUSED,
        ErrorCategory.DATA_ERROR,
    )
    assert (started.job_name, started.state) == (OTHER.name, RunState.QUEUED)
    [log] = await jobs.logs.list_logs(LogFilter(job_name=JOB.name), None, 10)
    assert (log.run_id, log.log_type, log.status) == (refused.id, "failure", "refused")
    assert log.message.startswith(problem)
    next_run_at = (await jobs.catalogue.get_job(JOB.name)).next_run_at
    assert next_run_at is not None
    assert next_run_at > now
    assert await jobs.queue.start_due(now) == []


@damages
async def test_a_queued_run_of_a_job_that_was_damaged_fails_and_the_run_behind_it_is_claimed(
    jobs: Jobs, column: str, value: str, problem: str
) -> None:
    await jobs.catalogue.register([OTHER])
    damaged = await jobs.request()
    jobs.clock.now += timedelta(seconds=1)
    behind = await jobs.request(job_name=OTHER.name)
    await damage(jobs, column, value)

    claimed = await jobs.queue.claim("a worker", [JOB.name, OTHER.name])

    assert claimed is not None
    assert claimed.run.id == behind.id
    ended = await jobs.queue.get_run(damaged.id)
    assert (ended.state, ended.error_category, ended.attempts) == (RunState.FAILED, ErrorCategory.DATA_ERROR, 0)
    assert (ended.error_message or "").startswith(problem)
    assert await jobs.rows(ended) == [
        ("execution_start", "initial", "failed", True),
        ("failure", "final", "failed", False),
    ]


@pytest.mark.parametrize(("value", "problem"), RUN_DAMAGES, ids=shortened)
async def test_a_queued_run_with_damaged_parameters_fails_and_the_run_behind_it_is_claimed(
    jobs: Jobs, value: str, problem: str
) -> None:
    await jobs.catalogue.register([OTHER])
    damaged = await jobs.request()
    jobs.clock.now += timedelta(seconds=1)
    behind = await jobs.request(job_name=OTHER.name)
    await jobs.database.execute("update sync_job_run set parameters = %s::jsonb where id = %s", (value, damaged.id))

    claimed = await jobs.queue.claim("a worker", [JOB.name, OTHER.name])

    assert claimed is not None
    assert claimed.run.id == behind.id
    ended = await jobs.queue.get_run(damaged.id)
    assert (ended.state, ended.error_category, ended.attempts) == (RunState.FAILED, ErrorCategory.DATA_ERROR, 0)
    assert (ended.parameters, ended.problem) == ({}, ended.error_message)
    assert (ended.error_message or "").startswith(problem)
    assert await jobs.rows(ended) == [
        ("execution_start", "initial", "failed", True),
        ("failure", "final", "failed", False),
    ]
    with pytest.raises(Conflict, match=r"cannot be repeated: sync_job_run\.parameters"):
        ended.repeated("a test")


async def test_a_huge_number_in_the_log_breaks_no_list(jobs: Jobs) -> None:
    await jobs.request()
    run = (await jobs.claim()).run
    statement = "update sync_job_log set retry_context = %s::jsonb where id = %s"
    await jobs.database.execute(statement, (f'{{"attempt_number": {HUGE}}}', run.root_log_id))

    [log] = await jobs.logs.list_logs(LogFilter(), None, 10)

    assert (log.id, log.retry_context) == (run.root_log_id, None)


def test_a_stored_retry_policy_has_the_limits_of_the_contract() -> None:
    properties = CONTRACT["components"]["schemas"]["RetryPolicy"]["properties"]
    limits = [
        (name, schema[bound], is_minimum, schema.get("exclusiveMinimum", False) and is_minimum)
        for name, schema in properties.items()
        for bound, is_minimum in (("minimum", True), ("maximum", False))
        if bound in schema
    ]

    assert len(limits) == 14
    for name, limit, is_minimum, is_exclusive in limits:
        beyond = limit if is_exclusive else limit - 1 if is_minimum else limit + 1
        with pytest.raises(Damaged, match=name):
            to_retry({name: beyond}, "retry")
        within = limit + 1e-9 if is_exclusive else limit
        assert getattr(to_retry({name: within}, "retry"), name) == within


async def test_a_damaged_job_is_not_changed_before_it_is_corrected(jobs: Jobs) -> None:
    await damage(jobs, "retry", "[]")

    with pytest.raises(Conflict, match=r"before the database is corrected: sync_job\.retry is not a JSON object"):
        await jobs.change_job(enabled=False)
    assert (await jobs.request(parameters={"limit": 3})).state is RunState.REFUSED

    await damage(jobs, "retry", "{}")
    await jobs.change_job(timeout_seconds=7.0)
    assert (await jobs.request(parameters={"limit": 3})).state is RunState.QUEUED


async def test_both_columns_may_be_damaged(jobs: Jobs) -> None:
    await damage(jobs, "retry", "1")
    await damage(jobs, "parameters", "2")

    problem = (await jobs.catalogue.get_job(JOB.name)).problem or ""

    assert "sync_job.retry is" in problem
    assert "sync_job.parameters is" in problem


async def test_a_property_that_is_missing_in_the_retry_policy_has_its_default(jobs: Jobs) -> None:
    await damage(jobs, "retry", '{"max_attempts": 7}')

    job = await jobs.catalogue.get_job(JOB.name)

    assert (job.problem, job.retry) == (None, RetryPolicy(max_attempts=7))
