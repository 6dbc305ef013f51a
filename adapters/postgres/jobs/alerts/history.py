"""The alerts as people look at them and acknowledge them."""

from collections.abc import Sequence
from typing import LiteralString

from psycopg import sql

from adapters.postgres.jobs.alerts.rows import to_alert, to_delivery
from adapters.postgres.pool import Database
from arcbeat.domain.errors import Conflict, UnknownAlert
from arcbeat.domain.jobs.alerts import Alert, AlertDetail, NoticeKind, StoredNotice
from arcbeat.domain.jobs.ports import AlertFilter

CONDITIONS: dict[str, LiteralString] = {
    "is_open": "(closed_at is null) = %(is_open)s",
    "job_name": "job_name = %(job_name)s",
    "problem": "problem = %(problem)s",
    "severity": "severity = %(severity)s",
}
"""The condition of each attribute of AlertFilter that is not None."""
LIST = sql.SQL("select * from sync_job_alert where {} order by id desc limit %(limit)s")
GET = "select * from sync_job_alert where id = %s"
NOTICES = "select * from sync_job_alert_notice where alert_id = %s order by id"
DELIVERIES = "select * from sync_job_alert_delivery where notice_id = any(%s) order by id"
ACKNOWLEDGE = """
update sync_job_alert set acknowledged_at = clock_timestamp(), acknowledged_by = %s, acknowledgement_note = %s
 where id = %s and closed_at is null and acknowledged_at is null returning *"""


class PostgresAlertHistory:
    """Implements AlertHistory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_alerts(self, where: AlertFilter, before_id: int | None, limit: int) -> Sequence[Alert]:
        conditions = {name: text for name, text in CONDITIONS.items() if getattr(where, name) is not None}
        values = {name: getattr(where, name) for name in conditions}
        if before_id is not None:
            conditions["before_id"] = "id < %(before_id)s"
        query = LIST.format(sql.SQL(" and ").join(map(sql.SQL, conditions.values())) if conditions else sql.SQL("true"))
        rows = await self._database.fetch_all(query, {**values, "before_id": before_id, "limit": limit})
        return [to_alert(row) for row in rows]

    async def get_alert(self, alert_id: int) -> AlertDetail:
        alert = await self._find(alert_id)
        notices = await self._database.fetch_all(NOTICES, (alert_id,))
        deliveries = await self._database.fetch_all(DELIVERIES, ([each["id"] for each in notices],))
        return AlertDetail(
            alert=alert,
            notices=[
                StoredNotice(
                    id=notice["id"],
                    kind=NoticeKind(notice["kind"]),
                    created_at=notice["created_at"],
                    deliveries=[to_delivery(each) for each in deliveries if each["notice_id"] == notice["id"]],
                )
                for notice in notices
            ],
        )

    async def acknowledge(self, alert_id: int, by: str, note: str) -> Alert:
        row = await self._database.fetch_one(ACKNOWLEDGE, (by, note, alert_id))
        if row is not None:
            return to_alert(row)
        alert = await self._find(alert_id)
        if alert.acknowledged_at is None:
            raise Conflict("The alert is closed; only an open alert can be acknowledged.")
        return alert

    async def _find(self, alert_id: int) -> Alert:
        row = await self._database.fetch_one(GET, (alert_id,))
        if row is None:
            raise UnknownAlert
        return to_alert(row)
