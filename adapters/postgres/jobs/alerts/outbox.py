"""The deliveries of notices that wait in sync_job_alert_delivery: claimed with a lease, sent, and marked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from psycopg import sql

from adapters.postgres.jobs.alerts.rows import to_claimed
from adapters.postgres.pool import Database
from arcbeat.domain.jobs.alerts import ClaimedDelivery

CLAIM_SECONDS = 90.0
"""How long a delivery belongs to the process that claimed it; longer than an attempt may take."""

# The notice that an alert was opened or escalated is useless when it is closed.
DUE = sql.SQL("""
  from sync_job_alert_delivery d join sync_job_alert_notice n on n.id = d.notice_id
  join sync_job_alert a on a.id = n.alert_id
 where d.target = %(target)s and d.state = 'waiting' and d.next_attempt_at <= %(now)s
   and (d.claimed_until is null or d.claimed_until < now())
   and (n.kind = 'recovered' or a.closed_at is null) and (a.severity = 'critical' or not %(only_critical)s)""")
WITH_NOTICE = sql.SQL("""
select d.*, n.alert_id, n.kind, a.job_name, a.problem, a.severity, a.message, a.opened_at, a.closed_at
  from changed d join sync_job_alert_notice n on n.id = d.notice_id join sync_job_alert a on a.id = n.alert_id
 order by d.id""")
CLAIM = sql.SQL("""
with due as (select d.id {due} order by d.id limit 1 for update of d skip locked),
changed as (
    update sync_job_alert_delivery d set claimed_until = now() + %(lease)s, attempts = attempts + 1
     where id = (select id from due) returning *)
{with_notice}""").format(due=DUE, with_notice=WITH_NOTICE)
COUNT_DUE = sql.SQL("select count(*) as due {due}").format(due=DUE)
# Whichever process had claimed it: the target has it.
MARK_SENT = """
update sync_job_alert_delivery
   set state = 'sent', sent_at = %(now)s, next_attempt_at = null, claimed_until = null, error = null
 where id = %(id)s"""
MARK_NOT_SENT = """
update sync_job_alert_delivery d
   set claimed_until = null, error = %(error)s, next_attempt_at = %(next_attempt_at)s::timestamptz,
       state = case when %(next_attempt_at)s::timestamptz is null then 'failed' else 'waiting' end
 where d.id = %(id)s and d.attempts = %(attempt)s and d.state = 'waiting'"""
# A notice that an alert was opened, whose attempt failed after the alert was closed, is not tried again.
CANCEL = """
update sync_job_alert_delivery d set state = 'cancelled', next_attempt_at = null, claimed_until = null
  from sync_job_alert_notice n join sync_job_alert a on a.id = n.alert_id
 where n.id = d.notice_id and d.state = 'waiting' and (d.claimed_until is null or d.claimed_until < now())
   and n.kind <> 'recovered' and a.closed_at is not null"""
GIVE_UP = sql.SQL("""
with changed as (
    update sync_job_alert_delivery d
       set state = 'failed', next_attempt_at = null, claimed_until = null,
           error = coalesce(d.error, 'No process has sent the notice in time. Is its target still configured?')
      from sync_job_alert_notice n
     where n.id = d.notice_id and d.state = 'waiting' and (d.claimed_until is null or d.claimed_until < now())
       and (d.attempts >= %(attempts_max)s or d.next_attempt_at < %(due_before)s)
    returning d.*)
{with_notice}""").format(with_notice=WITH_NOTICE)


class PostgresNoticeOutbox:
    """Implements NoticeOutbox.

    Args:
        claim_seconds: how long a delivery belongs to the process that claimed it.
    """

    def __init__(self, database: Database, *, claim_seconds: float = CLAIM_SECONDS) -> None:
        self._database = database
        self._lease = timedelta(seconds=claim_seconds)

    async def claim(self, target: str, *, only_critical: bool, now: datetime) -> ClaimedDelivery | None:
        values = {"target": target, "only_critical": only_critical, "now": now, "lease": self._lease}
        row = await self._database.fetch_one(CLAIM, values)
        return None if row is None else to_claimed(row)

    async def count_due(self, target: str, *, only_critical: bool, now: datetime) -> int:
        values = {"target": target, "only_critical": only_critical, "now": now}
        row = await self._database.fetch_one(COUNT_DUE, values)
        return 0 if row is None else int(row["due"])

    async def mark_sent(self, delivery: ClaimedDelivery, now: datetime) -> None:
        await self._database.execute(MARK_SENT, {"id": delivery.id, "now": now})

    async def mark_not_sent(self, delivery: ClaimedDelivery, error: str, next_attempt_at: datetime | None) -> None:
        values = {"id": delivery.id, "attempt": delivery.attempt, "error": error, "next_attempt_at": next_attempt_at}
        await self._database.execute(MARK_NOT_SENT, values)

    async def give_up(self, attempts_max: int, due_before: datetime) -> Sequence[ClaimedDelivery]:
        await self._database.execute(CANCEL)
        values = {"attempts_max": attempts_max, "due_before": due_before}
        return [to_claimed(row) for row in await self._database.fetch_all(GIVE_UP, values)]
