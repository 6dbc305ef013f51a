"""The monthly partitions of sync_job_log."""

from collections.abc import Sequence
from datetime import date, datetime

from adapters.postgres.pool import Database
from arcbeat.domain.errors import StoreUnauthorised
from arcbeat.domain.jobs.ports import LogMonth
from arcbeat.domain.time.clock import Clock

MAY_NOT_CREATE = (
    "The account of the database may not create months of sync_job_log: it must be a member of the role that owns the "
    "table, and have the privilege CREATE on its schema. Grant both, or let the owner create the months, for example: "
    "select sync_job_log_create_months(array[date '{month}'])"
)
CREATE = "select sync_job_log_create_months(%s::date[]) as month"
# By the names that arcbeat gives. A partition with another name, such as one of an operator, is not a month.
MONTHS = """
select to_date(substring(c.relname from '^sync_job_log_(\\d{4}_\\d{2})$'), 'YYYY_MM') as month,
       greatest(c.reltuples, 0)::bigint as rows, pg_total_relation_size(c.oid) as size_bytes,
       (select count(*) from sync_job_run r
         where r.state in ('queued', 'running')
           and r.run_started_at >= to_date(substring(c.relname from '(\\d{4}_\\d{2})$'), 'YYYY_MM')::timestamp
                                   at time zone 'UTC'
           and r.run_started_at < (to_date(substring(c.relname from '(\\d{4}_\\d{2})$'), 'YYYY_MM')
                                   + interval '1 month') at time zone 'UTC') as open_runs
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
 where i.inhparent = 'sync_job_log'::regclass and c.relname ~ '^sync_job_log_\\d{4}_\\d{2}$'
 order by month"""


class PostgresLogPartitions:
    """Implements LogPartitions on sync_job_log."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ensure(self, months_ahead: int) -> Sequence[date]:
        months = months_from(self._clock(), months_ahead)
        try:
            rows = await self._database.fetch_all(CREATE, (list(months),))
        except StoreUnauthorised:
            raise StoreUnauthorised(MAY_NOT_CREATE.format(month=months[-1])) from None
        return [row["month"] for row in rows]

    async def months(self) -> Sequence[LogMonth]:
        return [LogMonth(**row) for row in await self._database.fetch_all(MONTHS)]


def months_from(now: datetime, months_ahead: int) -> Sequence[date]:
    """Return the first day of the month of ``now`` in UTC and of as many later months."""
    first = now.year * 12 + now.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(first, first + months_ahead + 1)]
