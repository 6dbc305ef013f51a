"""The API works through PgBouncer in transaction mode, and leaves nothing in its server connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest

from arcbeat.domain.identity.identity import Role, Scope
from tests.adoption.operations import walk
from tests.adoption.test_adopted_tables import RIGHT_ON_ANY_TABLE
from tests.pgbouncer.leftovers import leftovers
from tests.support.jobs import CHECK, Worker
from tests.support.pgbouncer import PgBouncer
from tests.support.service import Service

RUNS = f"/api/v1/jobs/{CHECK.name}/runs"
REQUESTS = 200
"""Enough that psycopg would prepare each statement on each connection of the pool."""


@pytest.fixture
def uri(database_url: str, pgbouncer: PgBouncer) -> str:
    """The URI of a new, migrated database, through PgBouncer."""
    return pgbouncer.uri(database_url)


def test_every_operation_on_devices_readings_and_dictionaries_works(uri: str) -> None:
    with Service.running(uri) as service:
        service.register("W001", "W002")
        result = walk(service, service.client(*Role.ADMIN.scopes))

        assert [problem for problem in result.rejections.values() if not RIGHT_ON_ANY_TABLE.match(problem)] == []
    assert leftovers(uri) == []


def test_frequent_requests_at_the_same_time_are_answered(uri: str) -> None:
    paths = (
        "/api/v1/device/data/realtime?max_age=0",
        "/api/v1/device/info?sort=-device_name",
        "/api/v1/device/types",
        "/api/v1/jobs/logs",
    )
    with Service.running(uri, rate_limit_per_second=0) as service, ThreadPoolExecutor(8) as executor:
        service.register("W001")
        service.append("W001", ts=datetime.now(UTC), weld_current=1.5)
        client = service.client(*Role.ADMIN.scopes)
        answers = executor.map(client.get, [paths[number % len(paths)] for number in range(REQUESTS)])

        assert {answer.status_code for answer in answers} == {200}
    assert leftovers(uri) == []


def test_runs_are_requested_cancelled_and_followed_to_their_end(uri: str) -> None:
    worker = Worker(uri)
    worker.register(CHECK)
    with Service.running(uri) as service:
        client = service.client(Scope.JOB_RUN, Scope.JOB_READ)
        cancelled = client.post(RUNS, json={}).json()["id"]
        assert client.post(f"/api/v1/jobs/runs/{cancelled}/cancel").json()["state"] == "cancelled"

        requested = client.post(RUNS, json={}).json()["id"]
        worker.finish(worker.claim())

        assert client.get(f"/api/v1/jobs/runs/{requested}").json()["state"] == "succeeded"
        logs = client.get("/api/v1/jobs/logs").json()["items"]
        assert [(each["run_id"], each["status"]) for each in logs] == [(requested, "success"), (cancelled, "cancelled")]
    assert leftovers(uri) == []


def test_an_unknown_startup_parameter_is_refused(uri: str) -> None:
    """It is what DATABASE_URL must not contain: docs/how-to/prepare-postgresql.md."""
    with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
        psycopg.connect(f"{uri}?options=-csearch_path%3Dpublic")
