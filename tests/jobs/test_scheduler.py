"""Schedulers start what is due, however many of them run."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta

from adapters.postgres.jobs.catalogue import PostgresJobCatalogue
from adapters.postgres.jobs.partitions import PostgresLogPartitions
from adapters.postgres.jobs.runs import PostgresRunQueue
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.ports import MONTHS_AHEAD
from arcbeat.domain.time.clock import Clock
from jobs.processes.scheduler import Scheduler

SCHEDULERS = 8
JOBS = 50
REGISTERED_AT = datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)
DUE_AT = datetime(2026, 3, 2, 8, 1, 5, tzinfo=UTC)


def clock_at(moment: datetime) -> Clock:
    return lambda: moment


def scheduler_of(database: Database, clock: Clock) -> Scheduler:
    return Scheduler(PostgresRunQueue(database, clock), PostgresLogPartitions(database, clock), clock)


async def test_eight_schedulers_make_one_run_per_due_job(database_url: str) -> None:
    async with AsyncExitStack() as stack:
        databases = [Database(await stack.enter_async_context(open_pool(database_url))) for _ in range(SCHEDULERS)]
        definitions = [
            JobDefinition(name=f"job_{number}", description="A due job.", schedule="* * * * *")
            for number in range(JOBS)
        ]
        await PostgresJobCatalogue(databases[0], clock_at(REGISTERED_AT)).register(definitions)

        for _ in range(2):  # the second round of each finds nothing that is due
            await asyncio.gather(*(scheduler_of(each, clock_at(DUE_AT)).round() for each in databases))

        runs = await databases[0].fetch_all("select job_name, state, scheduled_for from sync_job_run")
        assert sorted(run["job_name"] for run in runs) == sorted(each.name for each in definitions)
        assert {(run["state"], run["scheduled_for"]) for run in runs} == {("queued", DUE_AT.replace(second=0))}
        moments = await databases[0].fetch_all("select distinct next_run_at from sync_job")
        assert moments == [{"next_run_at": DUE_AT.replace(minute=2, second=0)}]


async def test_two_schedulers_create_the_months_ahead_once(database_url: str) -> None:
    clock = clock_at(datetime(2031, 11, 20, tzinfo=UTC))
    async with open_pool(database_url) as pool, open_pool(database_url) as other:
        databases = (Database(pool), Database(other))
        await asyncio.gather(*(scheduler_of(each, clock).round() for each in databases))

        months = [each.month for each in await PostgresLogPartitions(databases[0], clock).months()]
        assert months[-1 - MONTHS_AHEAD :] == [date(2031, 11, 1), date(2031, 12, 1), date(2032, 1, 1), date(2032, 2, 1)]


async def test_months_that_cannot_be_created_are_tried_again_a_minute_later(database_url: str) -> None:
    moment = datetime(2031, 11, 20, tzinfo=UTC)
    async with open_pool(database_url) as pool:
        database = Database(pool)
        # A table of another program has the name of the month.
        await database.execute("create table sync_job_log_2031_11 (id integer)")
        clock = lambda: moment  # noqa: E731 -- reads the variable
        scheduler = scheduler_of(database, clock)
        await scheduler.round()
        await database.execute("drop table sync_job_log_2031_11")

        counts = []
        for seconds in (59, 1):
            moment += timedelta(seconds=seconds)
            await scheduler.round()
            months = await PostgresLogPartitions(database, clock).months()
            counts.append(sum(each.month >= date(2031, 11, 1) for each in months))

        assert counts == [0, 1 + MONTHS_AHEAD]


async def test_a_scheduler_stops_when_it_is_asked_to(database_url: str) -> None:
    async with open_pool(database_url) as pool:
        stop = asyncio.Event()
        running = asyncio.create_task(scheduler_of(Database(pool), lambda: datetime.now(UTC)).run(stop))
        stop.set()
        async with asyncio.timeout(timedelta(seconds=20).total_seconds()):
            await running


async def test_a_store_that_is_away_does_not_end_the_scheduler() -> None:
    async with open_pool("host=/nowhere", wait_seconds=0.1) as pool:
        await scheduler_of(Database(pool), clock_at(DUE_AT)).round()


async def test_a_job_with_an_invalid_stored_schedule_does_not_hold_up_the_others(database_url: str) -> None:
    async with open_pool(database_url) as pool:
        database = Database(pool)
        definitions = [JobDefinition(name=name, description="A job.", schedule="* * * * *") for name in ("bad", "good")]
        await PostgresJobCatalogue(database, clock_at(REGISTERED_AT)).register(definitions)
        spoil = "update sync_job set schedule = 'hourly', next_run_at = next_run_at - interval '1 h' where name = 'bad'"
        await database.execute(spoil)

        await scheduler_of(database, clock_at(DUE_AT)).round()

        assert await database.fetch_all("select job_name from sync_job_run") == [{"job_name": "good"}]
        left = await database.fetch_all("select next_run_at from sync_job where name = 'bad'")
        assert left == [{"next_run_at": None}]
