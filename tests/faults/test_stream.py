"""A store fails while a stream of readings is under way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import orjson
import psycopg
import pytest

from tests.faults import asking
from tests.faults.backstage import Backstage
from tests.faults.conftest import TEMPLATE
from tests.faults.own_postgres import OwnPostgres
from tests.faults.proxy import PASSING, Conduct, Proxy, Way, to_socket
from tests.faults.serving import Serving
from tests.faults.table import Row
from tests.faults.waiting import eventually
from tests.faults.witness import check_refusal

EXPECTED = (
    "the answer says how many readings were judged before, what was stored by then stays, and the same stream is "
    "stored whole when it is sent again"
)
LINES, SENT_BEFORE, JUDGED_BEFORE = 5_000, 2_500, 2_000
START = datetime.now(UTC).replace(microsecond=0)
COUNT = "select count(*) from test_db.welding_real_data"


@pytest.mark.parametrize(
    "conduct",
    [
        pytest.param(
            Conduct(Way.REFUSE),
            marks=pytest.mark.fault("PostgreSQL goes away within a stream of readings (NDJSON)", EXPECTED),
        ),
        pytest.param(
            Conduct(Way.HANG),
            marks=[
                pytest.mark.fault("PostgreSQL hangs within a stream of readings (NDJSON)", EXPECTED),
                pytest.mark.slow,
            ],
        ),
    ],
    ids=lambda conduct: conduct.way,
)
def test_a_stream_that_is_cut_short_may_be_sent_again(
    conduct: Conduct, postgres: OwnPostgres, backstage: Backstage, row: Row, folder: Path
) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    proxy = backstage.enter(Proxy.running(to_socket(postgres.socket())))
    url = postgres.create_database(template=TEMPLATE)

    def failing_half_way() -> Iterator[bytes]:
        yield from _lines(0, SENT_BEFORE)
        eventually("whole batches are stored", lambda: _count(url) == JUDGED_BEFORE)
        backstage.wait(proxy.behave, conduct)
        yield from _lines(SENT_BEFORE, LINES)

    with Serving.running(folder, f"postgresql://postgres@127.0.0.1:{proxy.port}{urlsplit(url).path}") as serving:
        refusal = check_refusal(refused := _send(serving, failing_half_way()))
        assert f"{JUDGED_BEFORE} readings were judged before" in refused.json()["detail"]
        assert _count(url) == JUDGED_BEFORE
        row.saw(f"{refusal}, with the count of the readings that are stored")

        backstage.wait(proxy.behave, PASSING)
        eventually("all of it is stored", lambda: _send(serving, _lines(0, LINES)).status_code == 200)
        assert _count(url) == LINES
        row.saw("sent again without a restart: every reading is there once")


def _send(serving: Serving, lines: Iterator[bytes]) -> httpx.Response:
    headers = {"Content-Type": "application/x-ndjson"}
    return serving.service.operator.post(asking.INGEST, content=lines, headers=headers)


def _lines(start: int, end: int) -> Iterator[bytes]:
    for number in range(start, end):
        ts = START - timedelta(milliseconds=number)
        reading = {"device_code": asking.DEVICES[0], "ts": ts, "values": {"weld_current": 1.5}}
        yield orjson.dumps(reading, option=orjson.OPT_APPEND_NEWLINE)


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        counted = connection.execute(COUNT).fetchone()
    assert counted is not None
    return int(counted[0])
