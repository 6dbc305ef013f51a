"""Problems appear and disappear with the runs of jobs."""

from collections.abc import Sequence
from dataclasses import replace

import pytest_asyncio

from arcbeat.app import JobRuntime
from arcbeat.domain.errors import StatementTimeout
from arcbeat.domain.jobs.alerts import CheckedProblem, Finding, Inspection, JobProblem
from arcbeat.domain.jobs.checks.limits import CheckLimits
from arcbeat.domain.jobs.ports import MetricHistory
from arcbeat.domain.jobs.runs import Run, RunState
from arcbeat.services.jobs.problems import Settle, find_problems
from jobs.execution.start import Starter
from tests.jobs.database import execute
from tests.jobs.logs import request

LIMITS = CheckLimits()
PERFORMANCE = {JobProblem.SLOW, JobProblem.MEMORY, JobProblem.SLOW_QUERIES}
RUNS = {JobProblem.DAMAGED, JobProblem.STUCK, JobProblem.SILENT, JobProblem.FAILING}
MISSED = """
update sync_job set schedule = '* * * * *', time_zone = 'Europe/Berlin', next_run_at = now() - interval '5 min'
 where name = 'flaky'"""
SLOW_DOWN = """
with slow as (
    update sync_job_run set started_at = started_at - interval '48 s'
     where id in (select id from sync_job_run order by id desc limit 3) returning root_log_id)
update sync_job_log set performance_metrics = '{"memory_usage_mb": 9000, "database_query_time_ms": 40000}'
  from slow where id = root_log_id"""
"""Lets the last three runs have taken much."""
USE_MUCH_MEMORY = """
update sync_job_log set performance_metrics = '{"memory_usage_mb": 9000}'
 where parent_log_id is null and run_id in (select id from sync_job_run order by id desc limit 6)"""


@pytest_asyncio.fixture(autouse=True)
async def _registered(starter: Starter) -> None:
    await starter.prepare()


async def at_once() -> None:
    """Wait for no scheduler."""


async def look(runtime: JobRuntime, limits: CheckLimits = LIMITS, settle: Settle = at_once) -> Inspection:
    """Return what a look finds, all of it among what was looked for."""
    ports = runtime.ports
    inspection, _ = await find_problems(ports, await ports.jobs.list_jobs(), limits, ports.clock(), settle)
    assert {CheckedProblem(each.job_name, each.problem) for each in inspection.findings} <= inspection.checked
    assert inspection.failures == []
    return inspection


async def findings(runtime: JobRuntime, job_name: str, limits: CheckLimits = LIMITS) -> dict[JobProblem, Finding]:
    """Return what a look finds about one job; there must be nothing about other ones."""
    inspection = await look(runtime, limits)
    assert {each.job_name for each in inspection.findings} <= {job_name}
    return {each.problem: each for each in inspection.findings}


async def run(starter: Starter, *, succeeds: bool = True) -> Run:
    ended = await starter.start_run(request("flaky", succeeds_at=1 if succeeds else 99))
    assert ended.state is (RunState.SUCCEEDED if succeeds else RunState.FAILED)
    return ended


async def test_jobs_that_have_just_been_registered_have_no_problems(runtime: JobRuntime) -> None:
    inspection = await look(runtime)

    names = {job.name for job in await runtime.ports.jobs.list_jobs()}
    assert inspection.findings == []
    assert {CheckedProblem(name, problem) for name in names for problem in RUNS} <= inspection.checked


async def test_failures_in_a_row_are_found_until_a_run_succeeds(starter: Starter, runtime: JobRuntime) -> None:
    await run(starter)
    for _ in range(2):
        await run(starter, succeeds=False)
        assert await findings(runtime, "flaky") == {}
    await run(starter, succeeds=False)

    found = await findings(runtime, "flaky")

    assert found.keys() == {JobProblem.FAILING}
    assert found[JobProblem.FAILING].message.startswith("3 runs failed since the last success at ")

    await run(starter)
    assert await findings(runtime, "flaky") == {}


async def test_a_missed_moment_is_found_until_a_run_begins(
    starter: Starter, runtime: JobRuntime, environment: dict[str, str]
) -> None:
    execute(environment, MISSED)
    assert (await findings(runtime, "flaky")).keys() == {JobProblem.SILENT}

    await run(starter)
    assert await findings(runtime, "flaky") == {}


async def test_what_the_scheduler_starts_shortly_afterwards_is_not_silent(
    runtime: JobRuntime, environment: dict[str, str]
) -> None:
    """After an outage, the scheduler may start the look before the job that was due at the same time."""
    execute(environment, MISSED)

    async def settle() -> None:
        await runtime.ports.queue.start_due(runtime.ports.clock())

    assert (await look(runtime, settle=settle)).findings == []


async def test_a_run_that_is_taken_up_shortly_afterwards_is_not_stuck(
    runtime: JobRuntime, environment: dict[str, str]
) -> None:
    """After an outage of PostgreSQL, the leases of all runs have ended, and workers look for them every few seconds."""
    await runtime.ports.queue.request(request("flaky"))
    assert await runtime.ports.queue.claim("a worker that dies", ["flaky"]) is not None
    execute(environment, "update sync_job_run set lease_until = now() - interval '2 min' where state = 'running'")

    async def settle() -> None:
        await runtime.ports.queue.sweep()
        assert await runtime.ports.queue.claim("a worker", ["flaky"]) is not None

    assert (await look(runtime, settle=settle)).findings == []


async def test_a_silent_job_with_an_open_alert_is_looked_at_once(
    runtime: JobRuntime, environment: dict[str, str]
) -> None:
    execute(environment, MISSED)
    execute(
        environment,
        """insert into sync_job_alert (job_name, problem, severity, first_message, message, opened_at, last_found_at)
           values ('flaky', 'silent', 'critical', '', '', now(), now())""",
    )
    waits: list[None] = []

    async def settle() -> None:
        waits.append(None)

    assert [each.problem for each in (await look(runtime, settle=settle)).findings] == [JobProblem.SILENT]
    assert waits == []


async def test_a_run_that_no_worker_takes_is_found_until_it_is_taken(
    starter: Starter, runtime: JobRuntime, environment: dict[str, str]
) -> None:
    waiting = await runtime.ports.queue.request(request("flaky", succeeds_at=1))
    execute(environment, "update sync_job_run set created_at = now() - interval '5 min'")
    found = await findings(runtime, "flaky")
    assert found.keys() == {JobProblem.SILENT}
    assert f"Run {waiting.id} waits in the queue" in found[JobProblem.SILENT].message

    claimed = await runtime.ports.queue.claim(starter.worker, ["flaky"])
    assert claimed is not None
    assert await findings(runtime, "flaky") == {}


async def test_a_run_without_a_process_is_found_beside_failures_until_it_ends(
    starter: Starter, runtime: JobRuntime, environment: dict[str, str]
) -> None:
    for _ in range(LIMITS.failures_min):
        await run(starter, succeeds=False)
    lost = await runtime.ports.queue.request(request("flaky"))
    assert await runtime.ports.queue.claim("a worker that dies", ["flaky"]) is not None
    execute(environment, "update sync_job_run set lease_until = now() - interval '2 min' where state = 'running'")

    assert (await findings(runtime, "flaky")).keys() == {JobProblem.STUCK, JobProblem.FAILING}

    await starter.prepare()  # a worker that starts takes the run up again
    await runtime.ports.queue.cancel(lost.id)
    await run(starter)
    assert await findings(runtime, "flaky") == {}


async def test_a_run_beyond_its_time_limit_is_found_although_its_lease_is_renewed(
    runtime: JobRuntime, environment: dict[str, str]
) -> None:
    await runtime.ports.queue.request(request("flaky"))
    assert await runtime.ports.queue.claim("a worker", ["flaky"]) is not None
    assert await findings(runtime, "flaky") == {}

    execute(
        environment,
        "update sync_job_run set started_at = now() - interval '2 h', lease_until = now() + interval '1 h'",
    )
    found = await findings(runtime, "flaky")

    assert found.keys() == {JobProblem.STUCK}
    assert "has been under way for 2.0 h; the time limit of the job is 10.0 min." in found[JobProblem.STUCK].message


async def test_damage_is_found_until_it_is_corrected(runtime: JobRuntime, environment: dict[str, str]) -> None:
    execute(environment, "update sync_job set retry = '[]' where name = 'flaky'")
    assert (await findings(runtime, "flaky")).keys() == {JobProblem.DAMAGED}

    execute(environment, "update sync_job set retry = '{}' where name = 'flaky'")
    assert await findings(runtime, "flaky") == {}


async def test_slow_runs_are_found_until_runs_are_quick_again(
    starter: Starter, runtime: JobRuntime, environment: dict[str, str]
) -> None:
    for _ in range(LIMITS.baseline_runs_min + LIMITS.recent_runs):
        await run(starter)
    assert await findings(runtime, "flaky") == {}
    execute(environment, SLOW_DOWN)

    found = await findings(runtime, "flaky")

    assert found.keys() == PERFORMANCE
    assert found[JobProblem.SLOW].message.startswith("The last 3 runs took 48.")
    assert " over 10 runs since " in found[JobProblem.SLOW].message

    for _ in range(2):  # more than half of the last three are quick then
        await run(starter)
    assert await findings(runtime, "flaky") == {}


async def test_a_process_that_uses_much_memory_is_found_once(
    starter: Starter, runtime: JobRuntime, environment: dict[str, str]
) -> None:
    flaky = starter.registry["flaky"]
    twin = replace(flaky, definition=replace(flaky.definition, name="twin"))
    both = replace(starter, registry={**starter.registry, "twin": twin})
    await both.prepare()
    for name in ("flaky", "twin") * (LIMITS.baseline_runs_min + LIMITS.recent_runs):
        await both.start_run(request(name, succeeds_at=1))
    execute(environment, USE_MUCH_MEMORY)

    found = await findings(runtime, "flaky")

    assert found.keys() == {JobProblem.MEMORY}
    assert found[JobProblem.MEMORY].message.endswith("The same process exceeds the usual range of 1 other job.")
    assert CheckedProblem("twin", JobProblem.MEMORY) not in (await look(runtime)).checked


async def test_a_job_of_another_program_that_has_only_log_rows_has_no_problem(
    runtime: JobRuntime, environment: dict[str, str]
) -> None:
    execute(
        environment,
        """insert into sync_job (name) values ('legacy');
           insert into sync_job_log (job_name, status, performance_metrics)
           select 'legacy', 'failed', '{"memory_usage_mb": 9e9}' from generate_series(1, 50)""",
    )

    assert await findings(runtime, "legacy") == {}


async def test_a_problem_that_cannot_be_judged_is_not_among_those_that_were_looked_for(
    starter: Starter, runtime: JobRuntime
) -> None:
    for _ in range(LIMITS.baseline_runs_min + LIMITS.recent_runs - 1):
        await run(starter)

    slow = CheckedProblem("flaky", JobProblem.SLOW)
    assert slow not in (await look(runtime)).checked
    await run(starter)
    assert slow in (await look(runtime)).checked


async def test_nothing_is_wrong_with_a_disabled_job(runtime: JobRuntime, environment: dict[str, str]) -> None:
    execute(environment, "update sync_job set retry = '[]', enabled = false where name = 'flaky'")

    inspection = await look(runtime)

    assert inspection.findings == []
    assert {CheckedProblem("flaky", problem) for problem in RUNS | PERFORMANCE} <= inspection.checked


async def test_a_log_that_grows_beyond_its_limit_is_found(runtime: JobRuntime, environment: dict[str, str]) -> None:
    execute(
        environment,
        """select sync_job_log_create_months(array[(now() - interval '9 days')::date]);
           insert into sync_job_log (job_name, run_started_at)
           select 'other', now() - interval '9 days' + n * interval '3 min' from generate_series(1, 4000) n;
           analyze sync_job_log""",
    )
    small, large = replace(LIMITS, limit_bytes=1), replace(LIMITS, limit_bytes=2**60)

    assert (await findings(runtime, "maintain_logs", small)).keys() == {JobProblem.LOG_VOLUME}
    assert await findings(runtime, "maintain_logs", large) == {}
    ports = runtime.ports
    _, volume = await find_problems(ports, await ports.jobs.list_jobs(), large, ports.clock())
    assert volume["unknown_because"] is None
    assert volume["daily_bytes"]


class SlowPerformance:
    """A store that takes too long."""

    async def histories(self, *_: object) -> Sequence[MetricHistory]:
        raise StatementTimeout


async def test_a_check_that_takes_too_long_does_not_prevent_the_others(starter: Starter, runtime: JobRuntime) -> None:
    for _ in range(LIMITS.failures_min):
        await run(starter, succeeds=False)
    ports = replace(runtime.ports, performance=SlowPerformance())

    inspection, volume = await find_problems(ports, await ports.jobs.list_jobs(), LIMITS, ports.clock())

    assert [(each.job_name, each.problem) for each in inspection.findings] == [("flaky", JobProblem.FAILING)]
    assert [(each.check, type(each.error)) for each in inspection.failures] == [("performance", StatementTimeout)]
    assert {each.problem for each in inspection.checked} >= RUNS
    assert volume
