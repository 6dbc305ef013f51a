"""A store fails in the middle of a stream of readings."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import orjson
import psycopg
import pytest

from tests.faults import requests, tdengines
from tests.faults.conftest import TEMPLATE
from tests.faults.private_postgres import PrivatePostgres
from tests.faults.proxy import PASSING, Behaviour, Mode, Proxy, to_socket
from tests.faults.service_checks import check_error
from tests.faults.table import Row
from tests.faults.tdengines import Tdengine
from tests.support.background_loop import BackgroundLoop
from tests.support.serving import Serving
from tests.support.waiting import eventually

EXPECTED = (
    "the problem states how many readings were processed before it, stored readings stay, and the stream is "
    "stored completely when it is sent again"
)
LINES, SENT_BEFORE, PROCESSED_BEFORE = 5_000, 2_500, 2_000
START = datetime.now(UTC).replace(microsecond=0)
COUNT = "select count(*) from test_db.welding_real_data"


class Stream:
    """A stream of lines with distinct timestamps, sent to a service whose store can be cut off.

    Attributes:
        count: returns how many of the lines are stored.
        set_behaviour: changes the behaviour of the network to the store.
    """

    def __init__(self, serving: Serving, count: Callable[[], int], set_behaviour: Callable[[Behaviour], None]) -> None:
        self._serving = serving
        self.count = count
        self.set_behaviour = set_behaviour

    def send(self) -> httpx.Response:
        return self._post(_lines(0, LINES))

    def send_and_cut(self, behaviour: Behaviour) -> httpx.Response:
        """Send half of the lines, cut the store off once complete batches are stored, then send the other half."""

        def cut() -> Iterator[bytes]:
            yield from _lines(0, SENT_BEFORE)
            eventually("complete batches are stored", lambda: self.count() == PROCESSED_BEFORE)
            self.set_behaviour(behaviour)
            yield from _lines(SENT_BEFORE, LINES)

        return self._post(cut())

    def _post(self, lines: Iterator[bytes]) -> httpx.Response:
        headers = {"Content-Type": "application/x-ndjson"}
        return self._serving.service.operator.post(requests.INGEST, content=lines, headers=headers)


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(
            Behaviour(Mode.REFUSE),
            marks=pytest.mark.fault("PostgreSQL goes away within a stream of readings (NDJSON)", EXPECTED),
        ),
        pytest.param(
            Behaviour(Mode.HANG),
            marks=[
                pytest.mark.fault("PostgreSQL hangs within a stream of readings (NDJSON)", EXPECTED),
                pytest.mark.slow,
            ],
        ),
    ],
    ids=lambda behaviour: behaviour.mode,
)
def test_a_stream_that_postgresql_interrupted_can_be_sent_again(
    behaviour: Behaviour, postgres: PrivatePostgres, background: BackgroundLoop, row: Row, folder: Path
) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    proxy = background.enter(Proxy.running(to_socket(postgres.socket())))
    url = postgres.create_database(template=TEMPLATE)
    with Serving.running(folder, f"postgresql://postgres@127.0.0.1:{proxy.port}{urlsplit(url).path}") as serving:
        _check(Stream(serving, lambda: _count(url), partial(background.run, proxy.set_behaviour)), behaviour, row)


@pytest.mark.slow
@pytest.mark.fault("TDengine (live) goes away within a stream of readings (NDJSON)", EXPECTED)
def test_a_stream_that_tdengine_interrupted_can_be_sent_again(
    postgres: PrivatePostgres, background: BackgroundLoop, live_tdengine: Tdengine, row: Row, folder: Path
) -> None:
    row.ran_on(live_tdengine.name)
    url = postgres.create_database(template=TEMPLATE)
    tdengines.point(url, live_tdengine)

    def count() -> int:
        """Count the stored readings except the one from before the stream."""
        return len(background.run(tdengines.read_timestamps, live_tdengine.super_table)) - 1

    with Serving.running(folder, url, live_tdengine.url) as serving:
        _check(
            Stream(serving, count, partial(background.run, live_tdengine.proxy.set_behaviour)),
            Behaviour(Mode.REFUSE),
            row,
        )


def _check(stream: Stream, behaviour: Behaviour, row: Row) -> None:
    response = stream.send_and_cut(behaviour)
    error = check_error(response)
    assert f"{PROCESSED_BEFORE} readings were processed before" in response.json()["detail"]
    assert stream.count() == PROCESSED_BEFORE
    row.saw(f"{error}, with the count of the readings that are stored")

    stream.set_behaviour(PASSING)
    eventually("the stream is stored completely", lambda: stream.send().status_code == 200)
    assert stream.count() == LINES
    row.saw("sent again without a restart: every reading is stored once")


def _lines(start: int, end: int) -> Iterator[bytes]:
    for number in range(start, end):
        ts = START - timedelta(milliseconds=number)
        reading = {"device_code": requests.DEVICES[0], "ts": ts, "values": {"weld_current": 1.5}}
        yield orjson.dumps(reading, option=orjson.OPT_APPEND_NEWLINE)


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        counted = connection.execute(COUNT).fetchone()
    assert counted is not None
    return int(counted[0])
