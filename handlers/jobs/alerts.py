"""Operations on alerts about jobs: list them, read one with its notices, and acknowledge one."""

from typing import Any

from arcbeat.domain.exact_ids import exact_id
from arcbeat.domain.identity.identity import Caller
from arcbeat.domain.jobs.alerts import Alert, AlertSeverity, Delivery, JobProblem, StoredNotice
from arcbeat.domain.jobs.ports import AlertFilter, AlertHistory
from handlers.jobs.cursors import decode_alert_position, encode_alert_position

OPEN = "open"


async def list_job_alerts(
    job_alerts: AlertHistory,
    *,
    state: str | None,
    job: str | None,
    problem: str | None,
    severity: str | None,
    page_size: int,
    cursor: str | None,
) -> dict[str, Any]:
    """Return a page of alerts: the first one, or the one after a cursor."""
    where = AlertFilter(
        is_open=state == OPEN if state else None,
        job_name=job,
        problem=JobProblem(problem) if problem else None,
        severity=AlertSeverity(severity) if severity else None,
    )
    parameters = (state, job, problem, severity)
    before_id = decode_alert_position(cursor, parameters) if cursor else None
    found = await job_alerts.list_alerts(where, before_id, page_size + 1)  # one more shows whether there is a next page
    alerts = found[:page_size]
    next_cursor = encode_alert_position(alerts[-1], parameters) if len(found) > page_size else None
    return {"items": [_to_body(each) for each in alerts], "next_cursor": next_cursor}


async def get_job_alert(job_alerts: AlertHistory, *, alert_id: int) -> dict[str, Any]:
    """Return one alert with its notices and their deliveries."""
    found = await job_alerts.get_alert(alert_id)
    return {**_to_body(found.alert), "notices": [_notice_body(each) for each in found.notices]}


async def acknowledge_job_alert(
    job_alerts: AlertHistory, *, alert_id: int, body: dict[str, Any], caller: Caller
) -> dict[str, Any]:
    """Acknowledge an alert; an alert that is acknowledged stays as it is."""
    return _to_body(await job_alerts.acknowledge(alert_id, caller.required_identity.name, body.get("note", "")))


def _to_body(alert: Alert) -> dict[str, Any]:
    return {
        "id": exact_id(alert.id),
        "job_name": alert.job_name,
        "problem": alert.problem,
        "severity": alert.severity,
        "open": alert.closed_at is None,
        "message": alert.message,
        "first_message": alert.first_message,
        "findings": alert.findings,
        "opened_at": alert.opened_at,
        "last_found_at": alert.last_found_at,
        "gone_since": alert.gone_since,
        "closed_at": alert.closed_at,
        "escalated_at": alert.escalated_at,
        "acknowledgement": _acknowledgement_body(alert),
    }


def _acknowledgement_body(alert: Alert) -> dict[str, Any] | None:
    if alert.acknowledged_at is None:
        return None
    return {
        "note": alert.acknowledgement_note,
        "acknowledged_by": alert.acknowledged_by,
        "acknowledged_at": alert.acknowledged_at,
    }


def _notice_body(notice: StoredNotice) -> dict[str, Any]:
    return {
        "id": exact_id(notice.id),
        "kind": notice.kind,
        "created_at": notice.created_at,
        "deliveries": [_delivery_body(each) for each in notice.deliveries],
    }


def _delivery_body(delivery: Delivery) -> dict[str, Any]:
    return {
        "target": delivery.target,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at,
        "sent_at": delivery.sent_at,
        "error": delivery.error,
    }
