"""The jobs as they are stored, in sync_job. People edit the rows by hand, so any JSON may be there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from adapters.postgres.jobs.rows import to_jsonb
from adapters.postgres.jobs.stored_json import Damaged, to_parameters, to_retry
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.errors import Conflict, UnknownJob
from arcbeat.domain.jobs.jobs import Job, JobDefinition, MisfirePolicy, OverlapPolicy, Parameters
from arcbeat.domain.jobs.retry import RetryPolicy
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
# Parameters that are newer than the stored job. Most starts find none, and lock nothing.
ADD_PARAMETERS = """
update sync_job set parameters = %(parameters)s || parameters
 where name = %(name)s and exists (select from jsonb_object_keys(%(parameters)s) as key where not parameters ? key)"""
LIST = "select * from sync_job order by name"
GET = "select * from sync_job where name = %s"
# no key update: requests for runs, which reference the job, go on.
LOCK = "select * from sync_job where name = %s for no key update"

RETRY_POLICY = TypeAdapter(RetryPolicy)


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
                columns = self._columns(definition)
                await connection.execute(REGISTER, columns)
                await connection.execute(ADD_PARAMETERS, columns)

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
            if stored.problem is not None:
                raise Conflict(f"The job cannot be changed before the database is corrected: {stored.problem}")
            changed = {**self._columns(change(stored)), "id": stored.id, "name": stored.name}
            row = await (await connection.execute(CHANGE, changed)).fetchone()
        return to_job(row or {})

    def _columns(self, job: JobDefinition) -> dict[str, Any]:
        moment = None
        if job.schedule is not None:
            check_schedule(job.schedule, job.time_zone)
            moment = next_moment(job.schedule, job.time_zone, self._clock()) if job.enabled else None
        return {**from_job(job), "next_run_at": moment}


def to_job(row: Mapping[str, Any]) -> Job:
    """Return the job of a row; what is wrong with its JSON is its ``problem``."""
    problems: list[str] = []
    retry = RetryPolicy()
    parameters: Parameters = {}
    try:
        retry = to_retry(row["retry"], "sync_job.retry")
    except Damaged as error:
        problems.append(str(error))
    try:
        parameters = to_parameters(row["parameters"], "sync_job.parameters")
    except Damaged as error:
        problems.append(str(error))
    return Job(
        id=row["id"],
        name=row["name"],
        description=row["description"] or "",
        schedule=row["schedule"],
        time_zone=row["time_zone"],
        enabled=row["enabled"],
        timeout_seconds=row["timeout_seconds"],
        exclusive=row["exclusive"],
        overlap=OverlapPolicy(row["overlap"]),
        misfire=MisfirePolicy(row["misfire"]),
        misfire_grace_seconds=row["misfire_grace_seconds"],
        max_resumes=row["max_resumes"],
        retry=retry,
        parameters=parameters,
        problem=" ".join(problems) or None,
        next_run_at=row["next_run_at"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def from_job(job: JobDefinition) -> dict[str, Any]:
    """Return the columns that a definition has."""
    return {
        "name": job.name,
        "description": job.description,
        "schedule": job.schedule,
        "time_zone": job.time_zone,
        "enabled": job.enabled,
        "timeout_seconds": job.timeout_seconds,
        "exclusive": job.exclusive,
        "overlap": job.overlap.value,
        "misfire": job.misfire.value,
        "misfire_grace_seconds": job.misfire_grace_seconds,
        "max_resumes": job.max_resumes,
        "retry": to_jsonb(RETRY_POLICY, job.retry),
        "parameters": Jsonb(dict(job.parameters)),
    }
