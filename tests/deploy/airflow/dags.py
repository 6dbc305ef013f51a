"""Runs the DAGs of deploy/airflow with ``airflow dags test``; `make test-airflow` installs Airflow, and runs this."""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest

from tests.deploy.worker import working
from tests.support.service import Service
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[3]
AIRFLOW = ROOT / ".airflow/venv/bin/airflow"
TIMEOUT_SECONDS = 240
STATE = "select state from sync_job_run r join sync_job j on j.id = r.job_id where name = %s order by r.id desc limit 1"
NUMBER = "select count(*) from sync_job_run r join sync_job j on j.id = r.job_id where name = %s"


@dataclass(frozen=True)
class Airflow:
    """An installation with its own database and the DAGs of deploy/airflow and of the tests."""

    home: Path
    environment: dict[str, str]

    def execute(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command of Airflow."""
        return subprocess.Popen(
            [str(AIRFLOW), *arguments],
            env=self.environment,
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def test(self, dag: str, moment: str) -> tuple[int, str]:
        """Carry out a DAG for a logical date; return the exit code and the output."""
        process = self.execute("dags", "test", dag, moment)
        out, _ = process.communicate(timeout=TIMEOUT_SECONDS)
        return process.returncode, out

    @contextmanager
    def testing(self, dag: str, moment: str) -> Iterator[subprocess.Popen[str]]:
        """Carry out a DAG in the background, and kill it at the end if it is still running."""
        process = self.execute("dags", "test", dag, moment)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def airflow(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    home = tmp_path_factory.mktemp("airflow")
    dags = home / "dags"
    shutil.copytree(ROOT / "deploy/airflow/dags", dags)
    shutil.copytree(ROOT / "tests/deploy/airflow/dags", dags, dirs_exist_ok=True)
    with working(service, home / "spool") as api_key:
        connection = {"conn_type": "http", "host": service.url, "password": api_key, "extra": {"trust_env": False}}
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "AIRFLOW_CONN_ARCBEAT": json.dumps(connection),
        }
        installed = Airflow(home, environment)
        migration = installed.execute("db", "migrate")
        out, _ = migration.communicate(timeout=TIMEOUT_SECONDS)
        assert migration.returncode == 0, out
        yield installed


def _xcoms(airflow: Airflow, dag: str) -> dict[str, Any]:
    """Return the XComs of a DAG, as Airflow has stored them; SQLite returns a JSON number as such."""
    with sqlite3.connect(airflow.home / "airflow.db") as connection:
        rows = connection.execute("select key, value from xcom where dag_id = ? order by timestamp", (dag,))
        return {key: json.loads(str(value)) for key, value in rows}


def test_the_dag_of_the_documentation_runs_check_latest(airflow: Airflow, service: Service) -> None:
    code, out = airflow.test("arcbeat_check_latest", "2026-11-27T08:00:00+00:00")

    assert code == 0, out
    assert service.fetch_value(STATE, "check_latest") == "succeeded"


def test_a_repeated_moment_is_one_run(airflow: Airflow, service: Service) -> None:
    for _ in range(2):
        code, out = airflow.test("test_flaky", "2026-11-27T08:15:00+00:00")
        assert code == 0, out

    assert service.fetch_value(NUMBER, "flaky") == 1
    assert service.fetch_value(
        "select idempotency_key from sync_job_run where idempotency_key like %s", "test_flaky%"
    ) == ("test_flaky/run/-1/2026-11-27%2008:15:00+00:00")


def test_the_run_and_its_page_in_the_console_are_xcoms(airflow: Airflow, service: Service) -> None:
    code, out = airflow.test("test_flaky", "2026-11-27T08:30:00+00:00")

    run_id = service.fetch_value("select max(id) from sync_job_run")
    assert code == 0, out
    assert _xcoms(airflow, "test_flaky") == {
        "run_id": run_id,
        "console_url": f"{service.url}/jobs/runs/{run_id}",
        "return_value": {"attempt": 2},
    }


def test_a_failed_run_fails_the_task_with_its_error_and_without_a_retry(airflow: Airflow, service: Service) -> None:
    code, out = airflow.test("test_rejected", "2026-11-27T08:15:00+00:00")

    assert code != 0
    assert "of rejected ended as failed: data_error: " in out
    assert f"{service.url}/jobs/runs/" in out
    assert out.count("[DAG TEST] running task") == 1


def test_a_task_that_is_killed_cancels_the_run(airflow: Airflow, service: Service) -> None:
    with airflow.testing("test_patient", "2026-11-27T08:15:00+00:00") as process:
        eventually("the run has begun", lambda: service.fetch_value(STATE, "patient") == "running")
        process.send_signal(SIGTERM)
        out, _ = process.communicate(timeout=TIMEOUT_SECONDS)

    assert process.returncode != 0
    assert service.fetch_value(STATE, "patient") == "cancelled", out


def test_a_task_that_exceeds_its_execution_timeout_cancels_the_run(airflow: Airflow, service: Service) -> None:
    code, out = airflow.test("test_slow", "2026-11-27T08:15:00+00:00")

    assert code != 0
    eventually("the run is cancelled", lambda: service.fetch_value(STATE, "patient") == "cancelled")
    assert "AirflowTaskTimeout" in out
