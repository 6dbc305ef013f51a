"""The monthly partitions of sync_job_log."""

from collections.abc import Sequence
from datetime import date, datetime

import structlog
from psycopg import sql

from adapters.postgres.jobs.archive.detach import ARCHIVING, finish_detachments
from adapters.postgres.jobs.archive.restoring import RESTORED
from adapters.postgres.pool import Database
from arcbeat.domain.errors import StatementTimeout, StoreUnauthorised
from arcbeat.domain.jobs.ports import LogMonth
from arcbeat.domain.time.clock import Clock
from arcbeat.domain.time.months import first_day_of_month

logger = structlog.get_logger(__name__)

MAY_NOT_CREATE = (
    "The account of the database may not create months of sync_job_log: it must be a member of the role that owns the "
    "table, and have the privilege CREATE on its schema. Grant both, or let the owner create the months, for example: "
    "select sync_job_log_create_months(array[date '{month}'])"
)
# As the planner does: by the rows per page at the last analyze, and the pages there are now. Null before the first one.
ESTIMATED_ROWS = sql.SQL("""
case when c.reltuples >= 0 and (c.relpages > 0 or pg_relation_size(c.oid) = 0)
     then round(c.reltuples::float8 / greatest(c.relpages, 1)
                * (pg_relation_size(c.oid) / current_setting('block_size')::int))::bigint end""")
CREATE = "select sync_job_log_create_months(%s::date[]) as month"
# By the names that arcbeat gives. A partition with another name, such as one of an operator, is not a month, and
# neither is a table that an operator has detached.
MONTHS = sql.SQL("""
with tables as (
    select c.oid, to_date(substring(c.relname from '\\d{{4}}_\\d{{2}}$'), 'YYYY_MM') as month, {rows} as rows,
           i.inhrelid is null or i.inhdetachpending as is_detached, obj_description(c.oid, 'pg_class') as comment
      from pg_class log join pg_class c on c.relnamespace = log.relnamespace
      left join pg_inherits i on i.inhrelid = c.oid and i.inhparent = log.oid
     where log.oid = 'sync_job_log'::regclass and c.relkind = 'r' and c.relname ~ '^sync_job_log_\\d{{4}}_\\d{{2}}$')
select month, rows, pg_total_relation_size(oid) as size_bytes,
       (select count(*) from sync_job_run r
         where r.state in ('queued', 'running') and r.run_started_at >= month::timestamp at time zone 'UTC'
           and r.run_started_at < (month + interval '1 month') at time zone 'UTC') as open_runs, is_detached,
       substring(comment from %(restored)s)::timestamptz as restored_at
  from tables where not is_detached or comment = %(archiving)s
 order by month""").format(rows=ESTIMATED_ROWS)


class PostgresLogPartitions:
    """Implements LogPartitions on sync_job_log."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ensure(self, months_ahead: int) -> Sequence[date]:
        await self._try_to_finish_detachments()
        months = months_from(self._clock(), months_ahead)
        try:
            rows = await self._database.fetch_all(CREATE, (list(months),))
        except StoreUnauthorised:
            raise StoreUnauthorised(MAY_NOT_CREATE.format(month=months[-1])) from None
        return [row["month"] for row in rows]

    async def months(self) -> Sequence[LogMonth]:
        values = {"archiving": ARCHIVING, "restored": f"^{RESTORED}(.*)$"}
        return [LogMonth(**row) for row in await self._database.fetch_all(MONTHS, values)]

    async def finish_detachments(self, *, dry_run: bool = False) -> Sequence[str]:
        return await finish_detachments(self._database, dry_run=dry_run)

    async def _try_to_finish_detachments(self) -> None:
        """Finish what was interrupted. A pending detachment does not prevent that other months are created."""
        try:
            await self.finish_detachments()
        except (StatementTimeout, StoreUnauthorised) as error:
            logger.warning("log_month_detachment_pending", detail=error.detail)


def months_from(now: datetime, months_ahead: int) -> Sequence[date]:
    """Return the first day of the month of ``now`` in UTC and of as many later months."""
    return [first_day_of_month(now, number) for number in range(months_ahead + 1)]
