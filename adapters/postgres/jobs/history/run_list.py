"""Lists of runs of a job, the newest first."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from psycopg import sql

from adapters.postgres.jobs.rows import to_run
from adapters.postgres.pool import Database
from arcbeat.domain.jobs.ports import RunFilter, RunPosition
from arcbeat.domain.jobs.runs import Run

CONDITIONS: dict[str, LiteralString] = {
    "job_id": "job_id = %(job_id)s",
    "start": "created_at >= %(start)s",
    "end": "created_at < %(end)s",
}
"""The condition of each attribute of RunFilter that is not None."""
BEHIND = "(created_at, id) < (%(after_at)s, %(after_id)s)"
NEWEST = sql.SQL("select * from sync_job_run where {} order by created_at desc, id desc limit %(limit)s")
# Each state is read from its own part of idx_sync_job_run_state: with «in», PostgreSQL would sort all runs of the job.
NEWEST_OF_STATES = sql.SQL("""
select run.* from unnest(%(states)s::text[]) as wanted(state) cross join lateral ({}) run
 order by created_at desc, id desc limit %(limit)s""")


async def read_runs(database: Database, where: RunFilter, after: RunPosition | None, limit: int) -> Sequence[Run]:
    """Return runs, the newest first, behind a position."""
    query, values = _query(where, after)
    return [to_run(row) for row in await database.fetch_all(query, {**values, "limit": limit})]


def _query(where: RunFilter, after: RunPosition | None) -> tuple[sql.Composed, Mapping[str, Any]]:
    conditions = {name: text for name, text in CONDITIONS.items() if getattr(where, name) is not None}
    values = {name: getattr(where, name) for name in conditions}
    if after is not None:
        conditions["after"] = BEHIND
        values |= {"after_at": after.created_at, "after_id": after.id}
    if not where.states:
        return _newest(conditions), values
    conditions["state"] = "state = wanted.state"
    return NEWEST_OF_STATES.format(_newest(conditions)), {**values, "states": sorted(map(str, where.states))}


def _newest(conditions: Mapping[str, LiteralString]) -> sql.Composed:
    return NEWEST.format(sql.SQL(" and ").join(map(sql.SQL, conditions.values())))
