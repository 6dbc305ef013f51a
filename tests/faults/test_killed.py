"""The service or a store is killed while readings stream in: no acknowledged reading is lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.faults import requests, tdengines
from tests.faults.conftest import TEMPLATE
from tests.faults.parallel_clients import ParallelClients
from tests.faults.private_postgres import PrivatePostgres
from tests.faults.table import Row
from tests.faults.tdengines import Tdengine
from tests.support.background_loop import BackgroundLoop
from tests.support.serving import Serving
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow
STORED = "every acknowledged reading is stored"
COMPLETE = f"{STORED}, every batch is stored completely or not at all"
BATCH = 5
ACKNOWLEDGED_MIN = 200
Timestamps = set[datetime]


class Stream:
    """Sends batches with unique timestamps, and knows which of them were acknowledged."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        self._start = now - timedelta(microseconds=now.microsecond)
        self._numbers = count(1)
        self._sent: dict[str, Timestamps] = {}

    def send(self, client: httpx.Client, request_id: str) -> httpx.Response:
        number = next(self._numbers) * BATCH
        timestamps = [self._start - timedelta(milliseconds=number + index) for index in range(BATCH)]
        self._sent[request_id] = set(timestamps)
        return client.post(requests.INGEST, json=requests.batch(*timestamps), headers={"X-Request-ID": request_id})

    def acknowledged(self, clients: ParallelClients) -> Timestamps:
        answers = [
            each for each in tuple(clients.results) if each.response is not None and each.response.status_code == 200
        ]
        assert all(each.response is not None and each.response.json()["accepted"] == BATCH for each in answers)
        return set().union(*(self._sent[each.request_id] for each in answers))

    def partly_stored(self, stored: Timestamps) -> list[Timestamps]:
        """Return the batches of which only a part is stored."""
        return [batch for batch in self._sent.values() if batch & stored and not batch <= stored]


@pytest.mark.fault("kill -9 of arcbeat while readings stream into PostgreSQL", COMPLETE)
def test_no_acknowledged_reading_is_lost_when_the_service_is_killed(
    postgres: PrivatePostgres, row: Row, folder: Path
) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    url = postgres.create_database(template=TEMPLATE)
    stream = Stream()
    with Serving.running(folder, url) as serving:
        clients = _stream_until(stream, serving, serving.kill)

    with Serving.running(folder, url) as again:
        assert requests.get_uncached_page(again.service.operator, requests.new_request_id()).status_code == 200
    _check(stream, clients, _stored(url), row, complete=True)


@pytest.mark.fault("kill -9 of PostgreSQL while readings stream into it", COMPLETE)
def test_no_acknowledged_reading_is_lost_when_postgresql_is_killed(
    postgres: PrivatePostgres, row: Row, folder: Path
) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    url = postgres.create_database(template=TEMPLATE)
    stream = Stream()
    with Serving.running(folder, url) as serving:
        clients = _stream_until(stream, serving, postgres.kill)
        postgres.start()
        eventually("readings are accepted again", lambda: _accepts_readings(serving))
        row.saw("the service accepted readings again without a restart")

    _check(stream, clients, _stored(url), row, complete=True)


@pytest.mark.fault("kill -9 of arcbeat while readings stream into a live TDengine", STORED)
def test_no_acknowledged_reading_is_lost_on_the_way_to_tdengine(
    postgres: PrivatePostgres, background: BackgroundLoop, live_tdengine: Tdengine, row: Row, folder: Path
) -> None:
    row.ran_on(live_tdengine.name)
    url = postgres.create_database(template=TEMPLATE)
    tdengines.point(url, live_tdengine)
    stream = Stream()
    with Serving.running(folder, url, live_tdengine.url) as serving:
        clients = _stream_until(stream, serving, serving.kill)

    _check(stream, clients, background.run(tdengines.read_timestamps, live_tdengine.super_table), row, complete=False)


def _stream_until(stream: Stream, serving: Serving, kill: Callable[[], None]) -> ParallelClients:
    clients = ParallelClients(serving.service.url, serving.service.operator.headers["Authorization"])
    with clients.sending(stream.send):
        eventually("many readings are acknowledged", lambda: len(stream.acknowledged(clients)) > ACKNOWLEDGED_MIN)
        kill()
    return clients


def _accepts_readings(serving: Serving) -> bool:
    return requests.send_reading(serving.service.operator, requests.new_request_id()).status_code == 200


def _check(stream: Stream, clients: ParallelClients, stored: Timestamps, row: Row, *, complete: bool) -> None:
    acknowledged = stream.acknowledged(clients)
    assert len(acknowledged) > ACKNOWLEDGED_MIN
    assert acknowledged <= stored
    row.saw(f"more than {ACKNOWLEDGED_MIN} acknowledged readings, all of them stored")
    if complete:
        assert stream.partly_stored(stored) == []
        row.saw("no batch stored in part")


def _stored(url: str) -> Timestamps:
    with psycopg.connect(url) as connection:
        return {ts.astimezone(UTC) for (ts,) in connection.execute("select ts from test_db.welding_real_data")}
