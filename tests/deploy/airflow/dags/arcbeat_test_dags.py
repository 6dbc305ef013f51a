"""A DAG per example job of the tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG
from arcbeat_run import ArcbeatRunOperator

FOLDER = str(Path(__file__).parent)
OPTIONS: dict[str, dict[str, Any]] = {
    "flaky": {"parameters": {"succeeds_at": 2}},
    "rejected": {"retries": 1, "retry_delay": timedelta(seconds=1)},
    "patient": {"parameters": {"folder": FOLDER}},
    "slow": {"job": "patient", "parameters": {"folder": FOLDER}, "execution_timeout": timedelta(seconds=8)},
}

for name, options in OPTIONS.items():
    with DAG(dag_id=f"test_{name}", start_date=datetime(2026, 1, 1, tzinfo=UTC), schedule=None) as dag:
        ArcbeatRunOperator(task_id="run", **{"job": name, "poll_seconds": 0.2, "patience_seconds": 30, **options})
    globals()[dag.dag_id] = dag
