"""The jobs as they are stored, in sync_job."""

from collections.abc import Callable, Sequence
from typing import Any

from psycopg import sql

from adapters.postgres.jobs.rows import from_job, to_job
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.errors import UnknownJob
from arcbeat.domain.jobs.jobs import Job, JobDefinition
from arcbeat.domain.jobs.schedule import check_schedule, next_moment
from arcbeat.domain.time.clock import Clock

COLUMNS = (
    "name", "description", "schedule", "time_zone", "enabled", "timeout_seconds", "exclusive", "overlap", "misfire",
    "misfire_grace_seconds", "max_resumes", "retry", "parameters", "next_run_at",
)  # fmt: skip
REGISTER = sql.SQL("insert into sync_job ({}) values ({}) on conflict (name) do nothing").format(
    sql.SQL(", ").join(map(sql.Identifier, COLUMNS)), sql.SQL(", ").join(map(sql.Placeholder, COLUMNS))
)
CHANGE = sql.SQL("update sync_job set {} where id = {} returning *").format(
    sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in COLUMNS),
    sql.Placeholder("id"),
)
LIST = "select * from sync_job order by name"
GET = "select * from sync_job where name = %s"
# no key update: requests for runs, which reference the job, go on.
LOCK = "select * from sync_job where name = %s for no key update"


async def lock_job(connection: Connection, name: str) -> Job:
    """Return a job and lock it until the transaction ends.

    Raises:
        UnknownJob: No job has this name.
    """
    row = await (await connection.execute(LOCK, (name,))).fetchone()
    if row is None:
        raise UnknownJob
    return to_job(row)


class PostgresJobCatalogue:
    """Implements JobCatalogue on sync_job."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def register(self, definitions: Sequence[JobDefinition]) -> None:
        async with self._database.connection() as connection, connection.transaction():
            # Ordered, so that two processes that register at the same time do not deadlock.
            for definition in sorted(definitions, key=lambda each: each.name):
                await connection.execute(REGISTER, self._columns(definition))

    async def list_jobs(self) -> Sequence[Job]:
        return [to_job(row) for row in await self._database.fetch_all(LIST)]

    async def get_job(self, name: str) -> Job:
        row = await self._database.fetch_one(GET, (name,))
        if row is None:
            raise UnknownJob
        return to_job(row)

    async def change_job(self, name: str, change: Callable[[Job], Job]) -> Job:
        async with self._database.connection() as connection, connection.transaction():
            stored = await lock_job(connection, name)
            changed = {**self._columns(change(stored)), "id": stored.id, "name": stored.name}
            row = await (await connection.execute(CHANGE, changed)).fetchone()
        return to_job(row or {})

    def _columns(self, job: JobDefinition) -> dict[str, Any]:
        moment = None
        if job.schedule is not None:
            check_schedule(job.schedule, job.time_zone)
            moment = next_moment(job.schedule, job.time_zone, self._clock()) if job.enabled else None
        return {**from_job(job), "next_run_at": moment}
