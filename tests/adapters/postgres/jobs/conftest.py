"""Fixtures: a migrated database with one job, its ports, and a clock that the tests set."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from adapters.postgres.jobs.catalogue import PostgresJobCatalogue
from adapters.postgres.jobs.logs import PostgresJobLogs
from adapters.postgres.jobs.runs import PostgresRunQueue
from adapters.postgres.jobs.statistics import PostgresJobStatistics
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.jobs.jobs import JobDefinition
from arcbeat.domain.jobs.runs import ClaimedRun, Run, RunRequest, Trigger
from tests.support.pgbouncer import PgBouncer

JOB = JobDefinition(name="count_devices", description="Count the devices.", parameters={"limit": 10, "label": "all"})
REQUEST = RunRequest(job_name=JOB.name, trigger=Trigger.COMMAND_LINE, requested_by="a test")


@dataclass(slots=True)
class SettableClock:
    """A clock that the test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Jobs:
    """The ports of jobs on one database."""

    database: Database
    clock: SettableClock
    catalogue: PostgresJobCatalogue
    queue: PostgresRunQueue
    logs: PostgresJobLogs
    statistics: PostgresJobStatistics

    async def request(self, **changes: object) -> Run:
        """Request a run of the job."""
        return await self.queue.request(replace(REQUEST, **changes))  # type: ignore[arg-type] # attributes by name

    async def claim(self, run_id: int | None = None) -> ClaimedRun:
        """Claim a run that must be there."""
        claimed = await self.queue.claim("a worker", [JOB.name], run_id=run_id)
        assert claimed is not None
        return claimed

    async def change_job(self, **changes: object) -> None:
        """Change the stored job."""
        await self.catalogue.change_job(JOB.name, lambda job: replace(job, **changes))  # type: ignore[arg-type]

    async def lose_lease(self, run: Run) -> None:
        """Let the lease of a run end."""
        await self.database.execute(
            "update sync_job_run set lease_until = now() - interval '1 s' where id = %s", (run.id,)
        )

    async def rows(self, run: Run) -> list[tuple[str, str, str, bool]]:
        """Return log type, phase, status and «is the root» of each row of a run's log."""
        statement = """
            select log_type, execution_phase, status, parent_log_id is null as is_root
              from sync_job_log where run_id = %s order by id"""
        found = await self.database.fetch_all(statement, (run.id,))
        return [(row["log_type"], row["execution_phase"], row["status"], row["is_root"]) for row in found]


@pytest.fixture(params=["direct", pytest.param("pgbouncer", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, database_url: str) -> str:
    """The URI of a new, migrated database, and again the same through PgBouncer."""
    if request.param == "direct":
        return database_url
    bouncer: PgBouncer = request.getfixturevalue(request.param)
    return bouncer.uri(database_url)


@pytest_asyncio.fixture
async def jobs(url: str) -> AsyncIterator[Jobs]:
    clock = SettableClock(datetime.now(UTC))
    async with open_pool(url) as pool:
        database = Database(pool)
        ports = Jobs(
            database,
            clock,
            PostgresJobCatalogue(database, clock),
            PostgresRunQueue(database, clock),
            PostgresJobLogs(database),
            PostgresJobStatistics(database),
        )
        await database.execute("delete from sync_job")  # the jobs of arcbeat, which the migration has registered
        await ports.catalogue.register([JOB])
        yield ports
