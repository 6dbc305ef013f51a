"""The service is told to end while many clients ask."""

from pathlib import Path

import httpx
import psycopg
import pytest

from tests.faults import requests
from tests.faults.conftest import fill
from tests.faults.parallel_clients import ParallelClients
from tests.faults.serving import Serving
from tests.faults.table import Row
from tests.faults.waiting import eventually
from tests.support.postgres import Server

EXPECTED = "takes nothing new, answers every request that it accepted, exits with code 0"
WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@pytest.mark.fault("SIGTERM under load", EXPECTED)
def test_every_accepted_request_is_answered_before_the_end(postgres_server: Server, row: Row, folder: Path) -> None:
    url = postgres_server.create_database()
    fill(url)
    with Serving.running(folder, url) as serving, psycopg.connect(url) as keeper:
        clients = ParallelClients(serving.service.url, serving.service.operator.headers["Authorization"])
        with clients.sending(requests.get_uncached_page):
            eventually("many are answered", lambda: len(clients.results) > 100)
            keeper.execute("lock table test_db.welding_real_data")
            eventually("requests wait for the database", lambda: _count_waiting(url) > 1)

            serving.terminate()
            eventually("nobody new is let in", lambda: _is_refused(serving))
            keeper.rollback()

        assert serving.exit_code() == 0
        _check_answers(clients, serving)
    row.saw("connections refused at once; all that was accepted answered; exit code 0")


def _count_waiting(url: str) -> int:
    with psycopg.connect(url) as connection:
        counted = connection.execute(WAITING).fetchone()
    assert counted is not None
    return int(counted[0])


def _is_refused(serving: Serving) -> bool:
    try:
        httpx.get(f"{serving.service.url}/healthz", trust_env=False)
    except httpx.TransportError:  # also one that the system had let in, and nobody took
        return True
    return False


def _check_answers(clients: ParallelClients, serving: Serving) -> None:
    """What the service logged as a request is what clients were told; of all else it knows nothing."""
    told = {each.request_id: each.response.status_code for each in clients.results if each.response is not None}
    untold = {each.request_id for each in clients.results if each.response is None}
    logged = {event["request_id"]: event["status"] for event in serving.events("request")}
    assert {request_id: logged[request_id] for request_id in told} == told
    assert set(told.values()) <= {200, 503}, "503 is for who waited too long for a connection to the database"
    assert untold.isdisjoint(logged)
