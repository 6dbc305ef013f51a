"""The service receives SIGTERM while many clients send requests."""

from pathlib import Path

import httpx
import psycopg
import pytest

from tests.faults import requests
from tests.faults.conftest import fill
from tests.faults.parallel_clients import ParallelClients
from tests.faults.table import Row
from tests.support.postgres import Server
from tests.support.serving import Serving
from tests.support.waiting import eventually

EXPECTED = "accepts no new connections, completes every accepted request, exits with code 0"
COUNT_WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@pytest.mark.fault("SIGTERM under load", EXPECTED)
def test_every_accepted_request_is_completed_before_the_exit(postgres_server: Server, row: Row, folder: Path) -> None:
    url = postgres_server.create_database()
    fill(url)
    with Serving.running(folder, url) as serving, psycopg.connect(url) as lock_holder:
        clients = ParallelClients(serving.service.url, serving.service.operator.headers["Authorization"])
        with clients.sending(requests.get_uncached_page):
            eventually("many requests are completed", lambda: len(clients.results) > 100)
            lock_holder.execute("lock table test_db.welding_real_data")
            eventually("requests wait for the database", lambda: _count_waiting(url) > 1)

            serving.terminate()
            eventually("new connections are refused", lambda: _is_refused(serving))
            lock_holder.rollback()

        assert serving.exit_code() == 0
        _check_answers(clients, serving)
    row.saw("connections refused at once; every accepted request completed; exit code 0")


def _count_waiting(url: str) -> int:
    with psycopg.connect(url) as connection:
        counted = connection.execute(COUNT_WAITING).fetchone()
    assert counted is not None
    return int(counted[0])


def _is_refused(serving: Serving) -> bool:
    try:
        httpx.get(f"{serving.service.url}/healthz", trust_env=False)
    except httpx.TransportError:  # also a connection that the kernel accepted but the service did not
        return True
    return False


def _check_answers(clients: ParallelClients, serving: Serving) -> None:
    """Check that the service logged exactly the requests that got a response, with the same status."""
    statuses = {each.request_id: each.response.status_code for each in clients.results if each.response is not None}
    without_response = {each.request_id for each in clients.results if each.response is None}
    logged = {event["request_id"]: event["status"] for event in serving.events("request")}
    assert {request_id: logged[request_id] for request_id in statuses} == statuses
    assert set(statuses.values()) <= {200, 503}, "503: the request waited too long for a connection to the database"
    assert without_response.isdisjoint(logged)
