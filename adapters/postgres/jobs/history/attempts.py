"""The log rows that show the attempts of runs: one statement for all runs of a page."""

from collections.abc import Mapping, Sequence

from psycopg import sql

from adapters.postgres.jobs.logs import COLUMNS
from adapters.postgres.jobs.rows import to_log
from adapters.postgres.pool import Database
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.runs import Run

WAITS_MAX = 200
"""Rows of waits that are read per run: a run has at most 100 attempts and 100 resumptions."""

# Both parts name run_started_at, so that each run is looked for in its own month only.
ATTEMPTS = sql.SQL("""
select log.* from unnest(%(roots)s::bigint[], %(moments)s::timestamptz[]) as run(root, moment)
 cross join lateral (
       (select {columns} from sync_job_log where id = run.root and run_started_at = run.moment)
       union all
       (select {columns} from sync_job_log
         where parent_log_id = run.root and run_started_at = run.moment and log_type = 'retry_attempt'
         order by id limit %(waits_max)s)) log
 order by log.parent_log_id is not null, log.id""").format(columns=COLUMNS)


async def read_attempt_logs(database: Database, runs: Sequence[Run]) -> Mapping[int, Sequence[SyncJobLog]]:
    """Return the root row of each run, followed by the rows of its waits, by the id of the run."""
    begun = {run.root_log_id: run for run in runs if run.root_log_id is not None}
    moments = [run.run_started_at for run in begun.values()]
    rows = await database.fetch_all(ATTEMPTS, {"roots": list(begun), "moments": moments, "waits_max": WAITS_MAX})
    found: dict[int, list[SyncJobLog]] = {}
    for log in map(to_log, rows):
        run = begun[log.parent_log_id or log.id or 0]
        # Without its root row, which may have been archived, a wait belongs to nothing.
        if log.parent_log_id is None or run.id in found:
            found.setdefault(run.id, []).append(log)
    return found
