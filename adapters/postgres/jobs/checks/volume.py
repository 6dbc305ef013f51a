"""How the tables of jobs grow, and how much space the disk of the database has left."""

import asyncio
import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from psycopg import sql

from adapters.postgres.jobs.partitions import ESTIMATED_ROWS
from adapters.postgres.pool import Database
from arcbeat.domain.jobs.ports import TableGrowth

GROWTH_DAYS = 7
"""The last complete days whose rows are counted."""
ROWS_MAX = 5_000_000
"""Rows of the log that are counted at most, so that the count ends in time."""
FILE_SECONDS = 2.0
"""How long the system may take for the state of a disk, which may be a network drive."""
START_SECONDS_MAX = 60.0
"""How much later than its postmaster.pid a server says it was started: it writes the file first."""

# The first day with rows may be one of these days: then the days before it do not count.
GROWTH = sql.SQL("""
with period as (
    select greatest(%(start)s::timestamptz, (
           select (date_trunc('day', min(run_started_at) at time zone 'UTC') + interval '1 day') at time zone 'UTC'
             from sync_job_log)) as start)
select greatest(0, extract(day from %(end)s - period.start))::int as days,
       (select count(*) from (
               select from sync_job_log where run_started_at >= period.start and run_started_at < %(end)s
                limit %(rows_max)s) as counted) as log_rows,
       (select coalesce(sum(runs), 0)::bigint from sync_job_statistics
         where day >= (period.start at time zone 'UTC')::date
           and day < (%(end)s::timestamptz at time zone 'UTC')::date) as runs,
       (select {rows} from pg_class c where c.oid = 'sync_job_run'::regclass) as run_rows,
       pg_total_relation_size('sync_job_run') as run_bytes
  from period""").format(rows=ESTIMATED_ROWS)
# A role without pg_read_all_settings does not see the folder. The other two columns tell this server from others.
SERVER = """
select (select setting from pg_settings where name = 'data_directory') as folder, current_setting('port') as port,
       extract(epoch from pg_postmaster_start_time())::float8 as started_at"""


class PostgresTableVolume:
    """Implements TableVolume on the tables of jobs and the data folder of the server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def growth(self, now: datetime) -> TableGrowth:
        end = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
        values = {"start": end - timedelta(days=GROWTH_DAYS), "end": end, "rows_max": ROWS_MAX}
        return TableGrowth(**await self._database.fetch_one(GROWTH, values) or {})

    async def free_bytes(self) -> int | None:
        row = await self._database.fetch_one(SERVER) or {}
        if row["folder"] is None:
            return None
        try:
            async with asyncio.timeout(FILE_SECONDS):
                return await asyncio.to_thread(free_bytes_of, Path(row["folder"]), row["port"], row["started_at"])
        except TimeoutError:
            return None


def free_bytes_of(folder: Path, port: str, started_at: float) -> int | None:
    """Return the free space of the disk with this folder; None unless it is that of the server that runs now.

    A folder of the same name on this machine may belong to another server, for example outside of a container.
    """
    try:
        lines = (folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        begun_at, file_port = float(lines[2]), lines[3]
        disk = os.statvfs(folder)
    except (OSError, ValueError, IndexError):
        return None
    is_server = file_port == port and 0 <= started_at - int(begun_at) <= START_SECONDS_MAX
    return disk.f_bavail * disk.f_frsize if is_server else None
