"""What the runs of jobs were, in sync_job_run and sync_job_log."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.postgres.jobs.history.activity import read_activity
from adapters.postgres.jobs.history.attempts import read_attempt_logs
from adapters.postgres.jobs.history.run_list import read_runs
from adapters.postgres.pool import Database
from arcbeat.domain.jobs.activity import JobActivity
from arcbeat.domain.jobs.logs import SyncJobLog
from arcbeat.domain.jobs.ports import RunFilter, RunPosition
from arcbeat.domain.jobs.runs import Run


class PostgresRunHistory:
    """Implements RunHistory on sync_job_run and sync_job_log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def activity(self, job_ids: Sequence[int], now: datetime) -> Mapping[int, JobActivity]:
        return await read_activity(self._database, job_ids, now)

    async def list_runs(self, where: RunFilter, after: RunPosition | None, limit: int) -> Sequence[Run]:
        return await read_runs(self._database, where, after, limit)

    async def attempt_logs(self, runs: Sequence[Run]) -> Mapping[int, Sequence[SyncJobLog]]:
        return await read_attempt_logs(self._database, runs)
