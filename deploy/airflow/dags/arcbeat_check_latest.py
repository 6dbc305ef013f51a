"""Every 15 minutes, compare the newest readings with the newest rows of a sample of devices."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag
from arcbeat_run import ArcbeatRunOperator


@dag(
    schedule="*/15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=1)},
    tags=["arcbeat"],
)
def arcbeat_check_latest() -> None:
    ArcbeatRunOperator(
        task_id="check_latest",
        job="check_latest",
        parameters={"devices_per_type": 50},
        execution_timeout=timedelta(minutes=10),
    )


arcbeat_check_latest()
