"""Runs are requested, claimed, renewed, finished, cancelled and taken up again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.postgres.jobs.fence import fenced
from arcbeat.domain.errors import Conflict, InvalidValue, LeaseLost, UnknownJob, UnknownRun
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import LogStatus, RunEvent
from arcbeat.domain.jobs.jobs import JobDefinition, MisfirePolicy, OverlapPolicy
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.retry import RetryStats
from arcbeat.domain.jobs.runs import Renewal, RowCounts, Run, RunOutcome, RunState, Trigger
from tests.adapters.postgres.jobs.conftest import JOB, REQUEST, Jobs
from tests.support.jobs import log_of, retried

STARTED = ("execution_start", "initial")
SUCCEEDED = RunOutcome(
    state=RunState.SUCCEEDED,
    attempts=1,
    rows=RowCounts(5, 4, 1),
    result={"devices": 5},
    retry_statistics=RetryStats(attempts=1, errors_by_category={ErrorCategory.TIMEOUT: 1}),
)


def success_log(run: Run, at: datetime) -> SyncJobLog:
    return log_of(run, RunEvent.SUCCEEDED, started_at=at, ended_at=at)


async def test_a_run_goes_from_the_request_to_its_outcome(jobs: Jobs) -> None:
    requested = await jobs.request(parameters={"limit": 3}, dry_run=True)

    claimed = await jobs.claim()
    finished = await jobs.queue.finish(claimed.run, SUCCEEDED, [success_log(claimed.run, jobs.clock())])

    assert (requested.state, requested.parameters) == (RunState.QUEUED, {"limit": 3, "label": "all"})
    assert (claimed.run.state, claimed.run.fence, claimed.run.attempts) == (RunState.RUNNING, 1, 1)
    assert claimed.run.dry_run
    assert (finished.state, finished.rows, finished.result) == (RunState.SUCCEEDED, RowCounts(5, 4, 1), {"devices": 5})
    assert await jobs.queue.get_run(requested.id) == finished
    assert await jobs.rows(finished) == [(*STARTED, "success", True), ("success", "final", "success", False)]
    root = await jobs.logs.get_log(finished.root_log_id or 0, None)
    assert (root.retry_statistics, root.rows_read) == (SUCCEEDED.retry_statistics, 5)
    [statistics] = await jobs.statistics.daily(jobs.clock().date(), jobs.clock().date() + timedelta(days=1), None)
    assert statistics.runs == {RunState.SUCCEEDED: 1}


async def test_finishing_again_after_a_lost_connection_stores_nothing_twice(jobs: Jobs) -> None:
    await jobs.request()
    run = (await jobs.claim()).run
    log = success_log(run, jobs.clock())
    first = await jobs.queue.finish(run, SUCCEEDED, [log])

    assert await jobs.queue.finish(run, SUCCEEDED, [log]) == first

    assert len(await jobs.rows(run)) == 2


async def test_a_holder_that_lost_its_run_stores_nothing(jobs: Jobs) -> None:
    await jobs.request()
    old = (await jobs.claim()).run
    await jobs.lose_lease(old)
    await jobs.queue.sweep()
    new = (await jobs.claim()).run
    before = await jobs.rows(old)

    for write in (
        jobs.queue.renew(old, RowCounts()),
        jobs.queue.release(old),
        jobs.logs.append(old, [success_log(old, jobs.clock())]),
        jobs.logs.complete(old, success_log(old, jobs.clock())),
        jobs.queue.finish(old, SUCCEEDED, [success_log(old, jobs.clock())]),
    ):
        with pytest.raises(LeaseLost):
            await write

    assert await jobs.rows(old) == before
    assert await jobs.queue.renew(new, RowCounts()) == Renewal(is_renewed=True, cancel_requested=False)
    assert (await jobs.queue.get_run(new.id)).fence == 2


async def test_a_log_row_is_stored_once_however_often_it_is_sent(jobs: Jobs) -> None:
    await jobs.request()
    run = (await jobs.claim()).run
    log = log_of(run, RunEvent.RETRIED, status=LogStatus.RUNNING, started_at=jobs.clock(), ended_at=jobs.clock())

    first = await jobs.logs.append(run, [log])

    assert await jobs.logs.append(run, [log]) == first
    assert len(await jobs.rows(run)) == 2


async def test_an_orphan_is_resumed_and_then_closed(jobs: Jobs) -> None:
    await jobs.change_job(max_resumes=1)
    await jobs.request()

    for state in (RunState.QUEUED, RunState.ABANDONED):
        run = (await jobs.claim()).run
        assert await jobs.queue.sweep() == []
        await jobs.lose_lease(run)
        [swept] = await jobs.queue.sweep()
        assert swept.state is state

    assert (swept.resumes, swept.attempts, swept.finished_at) == (1, 2, jobs.clock())
    assert await jobs.rows(swept) == [
        (*STARTED, "abandoned", True),
        ("retry_attempt", "retry", "abandoned", False),
        ("exception", "final", "abandoned", False),
    ]
    assert await jobs.queue.sweep() == []


async def test_a_renewal_does_not_wait_for_a_transaction_of_the_run(jobs: Jobs) -> None:
    await jobs.request()
    run = (await jobs.claim()).run

    async with fenced(jobs.database, run, timedelta(seconds=30)):
        assert await jobs.queue.renew(run, RowCounts()) == Renewal(is_renewed=False, cancel_requested=False)
        assert await jobs.queue.sweep() == []

    assert await jobs.queue.renew(run, RowCounts()) == Renewal(is_renewed=True, cancel_requested=False)


async def test_a_renewal_shows_the_rows_so_far(jobs: Jobs) -> None:
    await jobs.request()
    run = (await jobs.claim()).run

    await jobs.queue.renew(run, RowCounts(read=7, written=5, skipped=2))
    under_way = await jobs.queue.get_run(run.id)
    finished = await jobs.queue.finish(run, SUCCEEDED, [success_log(run, jobs.clock())])

    assert (under_way.state, under_way.rows) == (RunState.RUNNING, RowCounts(7, 5, 2))
    assert finished.rows == RowCounts(5, 4, 1)


async def test_a_released_run_is_swept_at_once(jobs: Jobs) -> None:
    await jobs.request()
    run = (await jobs.claim()).run

    await jobs.queue.release(run)

    assert [(swept.id, swept.state) for swept in await jobs.queue.sweep()] == [(run.id, RunState.QUEUED)]


@pytest.mark.parametrize(
    ("overlap", "expected"),
    [
        (OverlapPolicy.SKIP, (RunState.SKIPPED, [("execution_start", "final", "skipped", True)])),
        (OverlapPolicy.REFUSE, (RunState.REFUSED, [("failure", "final", "refused", True)])),
        (OverlapPolicy.QUEUE, (RunState.QUEUED, [])),
    ],
)
async def test_the_overlap_policy_decides_about_a_second_run(
    jobs: Jobs, overlap: OverlapPolicy, expected: tuple[RunState, list[tuple[str, str, str, bool]]]
) -> None:
    await jobs.change_job(overlap=overlap)
    await jobs.request()
    await jobs.claim()

    second = await jobs.request()

    assert (second.state, await jobs.rows(second)) == expected
    assert await jobs.queue.claim("another worker", [JOB.name]) is None


async def test_runs_of_a_job_that_is_not_exclusive_overlap(jobs: Jobs) -> None:
    await jobs.change_job(exclusive=False)

    runs = [await jobs.request(), await jobs.request()]

    assert [(await jobs.claim()).run.id, (await jobs.claim()).run.id] == [run.id for run in runs]


async def test_requests_with_one_key_or_moment_make_one_run(jobs: Jobs) -> None:
    await jobs.change_job(exclusive=False)
    moment = datetime(2026, 3, 2, 8, tzinfo=UTC)

    by_key = await asyncio.gather(*(jobs.request(idempotency_key="k") for _ in range(5)))
    by_moment = await asyncio.gather(*(jobs.request(scheduled_for=moment) for _ in range(5)))

    assert len({run.id for run in by_key}) == 1
    assert len({run.id for run in by_moment}) == 1


async def test_claims_at_the_same_time_take_different_runs(jobs: Jobs) -> None:
    await jobs.change_job(exclusive=False)
    runs = [await jobs.request() for _ in range(8)]

    claims = await asyncio.gather(*(jobs.queue.claim(f"worker {n}", [JOB.name]) for n in range(10)))

    assert sorted(each.run.id for each in claims if each) == [run.id for run in runs]


async def test_one_of_several_claims_gets_a_run_of_an_exclusive_job(jobs: Jobs) -> None:
    await jobs.change_job(overlap=OverlapPolicy.QUEUE)
    for _ in range(4):
        await jobs.request()

    claims = await asyncio.gather(*(jobs.queue.claim(f"worker {n}", [JOB.name]) for n in range(4)))

    assert len([each for each in claims if each]) == 1


async def test_a_queued_run_is_cancelled_at_once_and_a_running_one_on_renewal(jobs: Jobs) -> None:
    queued = await jobs.request()
    cancelled = await jobs.queue.cancel(queued.id)
    await jobs.request()
    running = (await jobs.claim()).run
    await jobs.queue.cancel(running.id)

    assert cancelled.state is RunState.CANCELLED
    assert await jobs.rows(queued) == [(*STARTED, "cancelled", True), ("exception", "final", "cancelled", False)]
    assert await jobs.queue.renew(running, RowCounts()) == Renewal(is_renewed=True, cancel_requested=True)
    assert await jobs.queue.cancel(queued.id) == cancelled


async def test_unknown_jobs_runs_and_parameters_are_rejected(jobs: Jobs) -> None:
    with pytest.raises(UnknownJob):
        await jobs.request(job_name="no_such_job")
    with pytest.raises(UnknownRun):
        await jobs.queue.cancel(10**9)
    with pytest.raises(InvalidValue, match="nothing is not a parameter of count_devices"):
        await jobs.request(parameters={"nothing": 1})
    with pytest.raises(InvalidValue, match="limit must be a number, like its default 10"):
        await jobs.request(parameters={"limit": "many"})


async def test_several_schedulers_start_each_due_job_once(jobs: Jobs) -> None:
    names = [f"job_{number:02}" for number in range(50)]
    await jobs.catalogue.register([JobDefinition(name=name, description="", schedule="*/5 * * * *") for name in names])
    now = jobs.clock() + timedelta(minutes=5)

    started = await asyncio.gather(*(jobs.queue.start_due(now) for _ in range(8)))

    assert sorted(run.job_name for runs in started for run in runs) == names
    assert await jobs.queue.start_due(now) == []
    [row] = await jobs.database.fetch_all("select count(*) as runs from sync_job_run")
    assert row["runs"] == 50


@pytest.mark.parametrize(
    ("misfire", "state"), [(MisfirePolicy.RUN_ONCE, RunState.QUEUED), (MisfirePolicy.SKIP, RunState.SKIPPED)]
)
async def test_missed_moments_make_one_run(jobs: Jobs, misfire: MisfirePolicy, state: RunState) -> None:
    day = jobs.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    jobs.clock.now = day + timedelta(hours=8, seconds=30)
    await jobs.change_job(schedule="0 * * * *", misfire=misfire)

    runs = await jobs.queue.start_due(day + timedelta(hours=11, minutes=30))

    assert [(run.state, run.scheduled_for, run.trigger) for run in runs] == [
        (state, day + timedelta(hours=11), Trigger.SCHEDULE)
    ]
    assert (await jobs.catalogue.get_job(JOB.name)).next_run_at == day + timedelta(hours=12)


async def test_a_disabled_job_is_not_due(jobs: Jobs) -> None:
    await jobs.change_job(schedule="0 * * * *", enabled=False)

    assert await jobs.queue.start_due(jobs.clock() + timedelta(days=2)) == []
    assert (await jobs.request()).state is RunState.QUEUED


async def test_a_stored_job_keeps_what_an_operator_changed(jobs: Jobs) -> None:
    await jobs.change_job(timeout_seconds=7.0)

    await jobs.catalogue.register([replace(JOB, description="Another one.")])

    [job] = await jobs.catalogue.list_jobs()
    assert (job.timeout_seconds, job.description, job.retry) == (7.0, JOB.description, JOB.retry)


async def test_the_statistics_of_a_run_that_is_closed_count_the_attempts_of_its_holders(jobs: Jobs) -> None:
    await jobs.change_job(max_resumes=1)
    run = (await jobs.request(), await jobs.claim())[1].run
    failed_at = jobs.clock()
    row = retried(run, 2, failed_at)
    await jobs.logs.append(run, [row])
    await jobs.logs.complete(run, replace(row, ended_at=failed_at + timedelta(seconds=2.5)))
    await jobs.lose_lease(run)
    await jobs.queue.sweep()
    await jobs.lose_lease((await jobs.claim()).run)

    [closed] = await jobs.queue.sweep()

    root = await jobs.logs.get_log(closed.root_log_id or 0, closed.run_started_at)
    assert (closed.state, closed.attempts) == (RunState.ABANDONED, 3)
    assert root.retry_statistics is not None
    assert root.retry_statistics.wait_seconds >= 2.5
    assert replace(root.retry_statistics, wait_seconds=0.0) == RetryStats(
        attempts=3, retries=2, errors_by_category={ErrorCategory.NETWORK_ERROR: 1}
    )


async def test_a_run_is_requested_and_claimed_in_one_step(jobs: Jobs) -> None:
    run, claimed = await jobs.queue.request_and_claim(REQUEST, "one process")

    assert claimed is not None
    assert (run, run.state, run.worker, run.fence, run.attempts) == (
        claimed.run, RunState.RUNNING, "one process", 1, 1,
    )  # fmt: skip
    assert await jobs.rows(run) == [("execution_start", "initial", "running", True)]


@pytest.mark.parametrize("overlap", OverlapPolicy)
async def test_a_run_that_is_not_to_begin_now_is_requested_without_a_claim(jobs: Jobs, overlap: OverlapPolicy) -> None:
    await jobs.change_job(overlap=overlap)
    await jobs.request()
    await jobs.claim()

    run, claimed = await jobs.queue.request_and_claim(REQUEST, "one process")

    states = {"skip": RunState.SKIPPED, "refuse": RunState.REFUSED, "queue": RunState.QUEUED}
    assert (run.state, run.worker, claimed) == (states[overlap], None, None)


async def test_one_of_several_processes_with_the_same_key_gets_the_run(jobs: Jobs) -> None:
    request = replace(REQUEST, idempotency_key="k")

    answers = await asyncio.gather(*(jobs.queue.request_and_claim(request, f"process {n}") for n in range(5)))

    assert len({run.id for run, _ in answers}) == 1
    assert len([claimed for _, claimed in answers if claimed]) == 1


async def test_a_request_with_the_key_of_a_different_one_takes_no_run(jobs: Jobs) -> None:
    queued = await jobs.request(idempotency_key="k", dry_run=True)

    with pytest.raises(Conflict, match=f"Run {queued.id} has this Idempotency-Key and was requested differently"):
        await jobs.queue.request_and_claim(replace(REQUEST, idempotency_key="k"), "one process")
    assert (await jobs.queue.get_run(queued.id)).state is RunState.QUEUED


async def test_one_of_several_processes_gets_a_run_of_an_exclusive_job(jobs: Jobs) -> None:
    await jobs.change_job(overlap=OverlapPolicy.QUEUE)

    answers = await asyncio.gather(*(jobs.queue.request_and_claim(REQUEST, f"process {n}") for n in range(5)))

    assert sorted(run.state for run, _ in answers) == [*[RunState.QUEUED] * 4, RunState.RUNNING]
    assert len([claimed for _, claimed in answers if claimed]) == 1


WAITS = """
select attempt_number, status, log_started_at, log_ended_at from sync_job_log
 where log_type = 'retry_attempt' order by id"""


async def waits(jobs: Jobs) -> list[tuple[int, str, float, float | None]]:
    """Return attempt, status, and start and end in seconds after the request, of each row of a wait."""
    now, found = jobs.clock(), await jobs.database.fetch_all(WAITS, ())
    ends = [None if row["log_ended_at"] is None else (row["log_ended_at"] - now).total_seconds() for row in found]
    return [
        (row["attempt_number"], row["status"], (row["log_started_at"] - now).total_seconds(), end)
        for row, end in zip(found, ends, strict=True)
    ]


@pytest.mark.parametrize("state", [RunState.CANCELLED, RunState.TIMED_OUT])
async def test_the_end_of_a_run_ends_its_wait(jobs: Jobs, state: RunState) -> None:
    await jobs.request()
    run, began = (await jobs.claim()).run, jobs.clock()
    await jobs.logs.append(run, [retried(run, 2, began, wait_seconds=60)])
    assert await waits(jobs) == [(2, "failed", 0, None)]

    jobs.clock.now = began + timedelta(seconds=5)
    await jobs.queue.finish(run, RunOutcome(state=state, attempts=1), [])

    assert await waits(jobs) == [(2, "cancelled", -5, 0)]


async def test_a_wait_that_its_process_did_not_survive_ends_with_the_lease(jobs: Jobs) -> None:
    await jobs.request()
    run = (await jobs.claim()).run
    await jobs.logs.append(run, [retried(run, 2, jobs.clock(), wait_seconds=60)])
    await jobs.lose_lease(run)
    await jobs.queue.sweep()

    resumed = (await jobs.claim()).run

    died, next_one = await waits(jobs)
    assert (died[:2], next_one[:2]) == ((2, "cancelled"), (2, "abandoned"))
    assert died[3] == next_one[2] is not None
    await jobs.queue.finish(resumed, replace(SUCCEEDED, attempts=2), [])
    assert await waits(jobs) == [died, next_one]
