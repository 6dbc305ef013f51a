"""Opens, keeps, closes and escalates alerts, each by compare-and-set, and stores their notices with them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.postgres.jobs.alerts.rows import to_alert
from adapters.postgres.jobs.fence import fenced
from adapters.postgres.jobs.runs import LEASE_SECONDS
from adapters.postgres.pool import Connection, Database
from arcbeat.domain.jobs.alerts import Alert, AlertSeverity, NoticeKind
from arcbeat.domain.jobs.alerts.changes import AlertChanges
from arcbeat.domain.jobs.ports import NoticeTargets, StoredChanges
from arcbeat.domain.jobs.runs import Run

PRUNE_MAX = 5_000
"""Alerts that one call of prune deletes."""

OPEN_ALERTS = "select * from sync_job_alert where closed_at is null order by id"
# A first notice that waits without an attempt is held back by quiet hours.
DUE_ESCALATIONS = """
with first as (
    select a.id, min(d.sent_at) as sent_at, coalesce(bool_or(d.state = 'waiting' and d.attempts = 0), false) as waits
      from sync_job_alert a
      left join sync_job_alert_notice n on n.alert_id = a.id and n.kind = 'opened'
      left join sync_job_alert_delivery d on d.notice_id = n.id
     where a.closed_at is null and a.escalated_at is null and a.acknowledged_at is null and a.gone_since is null
       and a.opened_at <= %(before)s
     group by a.id)
select a.* from sync_job_alert a join first on first.id = a.id
 where not first.waits and coalesce(first.sent_at, a.opened_at) <= %(before)s
 order by a.id"""

# In one order, so that several processes that open the same alerts do not wait for each other in a circle.
OPEN = """
insert into sync_job_alert (job_name, problem, severity, first_message, message, opened_at, last_found_at)
select job_name, problem, severity, message, message, %(now)s, %(now)s
  from unnest(%(job_names)s::text[], %(problems)s::text[], %(severities)s::text[], %(messages)s::text[])
       as found(job_name, problem, severity, message)
 order by job_name, problem
    on conflict (job_name, problem) where closed_at is null do nothing
returning *"""
# Likewise.
LOCK = "select from sync_job_alert where id = any(%(ids)s) order by id for update"
# A warning that becomes critical is sent once more, also where the warning was given up. Its attempts count anew; one
# stays, because it shows that the target may know of the alert.
SEND_AGAIN = """
update sync_job_alert_delivery d
   set state = 'waiting', next_attempt_at = %(now)s, attempts = least(d.attempts, 1)
  from sync_job_alert_notice n join sync_job_alert a on a.id = n.alert_id
 where n.id = d.notice_id and n.kind = 'opened' and d.state in ('sent', 'failed')
   and a.id = any(%(ids)s) and a.severity = 'warning' and a.closed_at is null"""
# The process that opened or escalated the alert had no target, for example because it was started without the setting.
ADD_DELIVERIES = """
insert into sync_job_alert_delivery (notice_id, target, next_attempt_at)
select n.id, target, %(now)s
  from sync_job_alert_notice n join sync_job_alert a on a.id = n.alert_id
 cross join unnest(%(targets)s::text[]) with ordinality as target(target, position)
 where a.id = any(%(ids)s) and a.closed_at is null and a.acknowledged_at is null and n.kind = %(kind)s
   and not exists (select from sync_job_alert_delivery d where d.notice_id = n.id)
 order by n.id, position"""
KEEP = """
update sync_job_alert a
   set last_found_at = %(now)s, findings = a.findings + 1, message = found.message, gone_since = null,
       severity = case when a.severity = 'critical' then a.severity else found.severity end
  from unnest(%(ids)s::bigint[], %(severities)s::text[], %(messages)s::text[]) as found(id, severity, message)
 where a.id = found.id and a.closed_at is null"""
# An alert is closed as it was read: not if another process has found its problem again since.
MISS = """
update sync_job_alert a set gone_since = %(now)s
  from unnest(%(ids)s::bigint[], %(found_at)s::timestamptz[]) as seen(id, last_found_at)
 where a.id = seen.id and a.last_found_at = seen.last_found_at and a.closed_at is null and a.gone_since is null"""
CLOSE = """
update sync_job_alert a set closed_at = %(now)s, gone_since = coalesce(a.gone_since, %(now)s)
  from unnest(%(ids)s::bigint[], %(found_at)s::timestamptz[]) as seen(id, last_found_at)
 where a.id = seen.id and a.last_found_at = seen.last_found_at and a.closed_at is null
returning a.*"""
ESCALATE = """
update sync_job_alert set escalated_at = %(now)s
 where id = any(%(ids)s) and closed_at is null and escalated_at is null and acknowledged_at is null
returning *"""

ADD_NOTICES = """
with notice as (
    insert into sync_job_alert_notice (alert_id, kind, created_at)
    select alert_id, %(kind)s, %(now)s from unnest(%(ids)s::bigint[]) as alert_id order by alert_id
    returning id)
insert into sync_job_alert_delivery (notice_id, target, next_attempt_at)
select notice.id, target, %(now)s
  from notice cross join unnest(%(targets)s::text[]) with ordinality as target(target, position)
 order by notice.id, position"""
# What a process is sending at this moment is left to it.
CANCEL_DELIVERIES = """
update sync_job_alert_delivery d set state = 'cancelled', next_attempt_at = null
  from sync_job_alert_notice n
 where n.id = d.notice_id and n.alert_id = any(%(ids)s) and d.state = 'waiting'
   and (d.claimed_until is null or d.claimed_until < now())"""
# To each target that has received, or may have received, an earlier notice.
ADD_RECOVERIES = """
with informed as (
    select n.alert_id, d.target, min(d.id) as position
      from sync_job_alert_notice n join sync_job_alert_delivery d on d.notice_id = n.id
     where n.alert_id = any(%(ids)s) and d.attempts > 0
     group by n.alert_id, d.target),
notice as (
    insert into sync_job_alert_notice (alert_id, kind, created_at)
    select distinct alert_id, 'recovered', %(now)s::timestamptz from informed
    returning id, alert_id)
insert into sync_job_alert_delivery (notice_id, target, next_attempt_at)
select notice.id, informed.target, %(now)s from notice join informed using (alert_id)
 order by notice.id, informed.position"""

PRUNE = """
delete from sync_job_alert where id in (
    select id from sync_job_alert where closed_at < %(before)s order by closed_at, id limit %(limit)s)"""


class PostgresAlerts:
    """Implements Alerts."""

    def __init__(self, database: Database, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._lease = timedelta(seconds=lease_seconds)

    async def open_alerts(self) -> Sequence[Alert]:
        return [to_alert(row) for row in await self._database.fetch_all(OPEN_ALERTS)]

    async def due_escalations(self, before: datetime) -> Sequence[Alert]:
        return [to_alert(row) for row in await self._database.fetch_all(DUE_ESCALATIONS, {"before": before})]

    async def store(self, run: Run, changes: AlertChanges, targets: NoticeTargets, now: datetime) -> StoredChanges:
        async with fenced(self._database, run, self._lease) as connection:
            opened = await _open(connection, changes, targets.opened, now)
            await connection.execute(LOCK, {"ids": _ids_of(changes)})
            await _keep(connection, changes, now)
            await _add_deliveries(connection, NoticeKind.OPENED, changes, targets.opened, now)
            await _add_deliveries(connection, NoticeKind.ESCALATED, changes, targets.escalated, now)
            closed = await _close(connection, changes, now)
            escalated = await _escalate(connection, changes, targets.escalated, now)
        return StoredChanges(opened=opened, closed=closed, escalated=escalated)

    async def prune(self, run: Run, closed_before: datetime) -> int:
        async with fenced(self._database, run, self._lease) as connection:
            return (await connection.execute(PRUNE, {"before": closed_before, "limit": PRUNE_MAX})).rowcount


async def _open(
    connection: Connection, changes: AlertChanges, targets: Sequence[str], now: datetime
) -> Sequence[Alert]:
    values = {
        "now": now,
        "job_names": [each.job_name for each in changes.opened],
        "problems": [each.problem for each in changes.opened],
        "severities": [each.severity for each in changes.opened],
        "messages": [each.message for each in changes.opened],
    }
    opened = await _change(connection, OPEN, values)
    await _add_notices(connection, NoticeKind.OPENED, opened, targets, now)
    return opened


async def _keep(connection: Connection, changes: AlertChanges, now: datetime) -> None:
    critical = [alert.id for alert, finding in changes.kept if finding.severity is AlertSeverity.CRITICAL]
    await connection.execute(SEND_AGAIN, {"ids": critical, "now": now})
    values = {
        "now": now,
        "ids": [alert.id for alert, _ in changes.kept],
        "severities": [finding.severity for _, finding in changes.kept],
        "messages": [finding.message for _, finding in changes.kept],
    }
    await connection.execute(KEEP, values)
    await connection.execute(MISS, _as_seen(changes.missing, now))


async def _add_deliveries(
    connection: Connection, kind: NoticeKind, changes: AlertChanges, targets: Sequence[str], now: datetime
) -> None:
    ids = [alert.id for alert, _ in changes.kept]
    await connection.execute(ADD_DELIVERIES, {"kind": kind, "ids": ids, "targets": list(targets), "now": now})


async def _close(connection: Connection, changes: AlertChanges, now: datetime) -> Sequence[Alert]:
    closed = await _change(connection, CLOSE, _as_seen(changes.closed, now))
    values = {"ids": [each.id for each in closed], "now": now}
    await connection.execute(CANCEL_DELIVERIES, values)
    await connection.execute(ADD_RECOVERIES, values)
    return closed


async def _escalate(
    connection: Connection, changes: AlertChanges, targets: Sequence[str], now: datetime
) -> Sequence[Alert]:
    escalated = await _change(connection, ESCALATE, {"now": now, "ids": [each.id for each in changes.escalated]})
    await _add_notices(connection, NoticeKind.ESCALATED, escalated, targets, now)
    return escalated


async def _add_notices(
    connection: Connection, kind: NoticeKind, alerts: Sequence[Alert], targets: Sequence[str], now: datetime
) -> None:
    values = {"kind": kind, "ids": [each.id for each in alerts], "targets": list(targets), "now": now}
    await connection.execute(ADD_NOTICES, values)


async def _change(connection: Connection, statement: str, values: dict[str, Any]) -> Sequence[Alert]:
    return [to_alert(row) for row in await (await connection.execute(statement.encode(), values)).fetchall()]


def _as_seen(alerts: Sequence[Alert], now: datetime) -> dict[str, Any]:
    return {"now": now, "ids": [each.id for each in alerts], "found_at": [each.last_found_at for each in alerts]}


def _ids_of(changes: AlertChanges) -> Sequence[int]:
    kept = [alert for alert, _ in changes.kept]
    return [each.id for each in (*kept, *changes.missing, *changes.closed, *changes.escalated)]
