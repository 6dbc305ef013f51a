"""The alerts about jobs: sync_job_alert, sync_job_alert_notice and sync_job_alert_delivery."""

from adapters.postgres.jobs.alerts.changes import PostgresAlerts
from adapters.postgres.jobs.alerts.history import PostgresAlertHistory
from adapters.postgres.jobs.alerts.outbox import PostgresNoticeOutbox

__all__ = ["PostgresAlertHistory", "PostgresAlerts", "PostgresNoticeOutbox"]
