"""A redis-server, and two processes of the service on one PostgreSQL."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.cluster.metrics import METRICS_TOKEN, role
from tests.cluster.own_redis import OwnRedis
from tests.cluster.watcher import Watcher
from tests.support.postgres import Server
from tests.support.serving import Serving
from tests.support.waiting import eventually

PERIOD_SECONDS = 2.0
DEVICES = ("W1", "W2", "W3")
READING = "insert into test_db.welding_real_data (device_code, ts, weld_current) values (%s, now(), %s)"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two processes; the first has started before the second.

    Attributes:
        report: stores a new reading of a device.
        start: starts another process.
    """

    redis: OwnRedis
    leader: Serving
    follower: Serving
    report: Callable[[], None]
    start: Callable[[], Serving]

    @property
    def both(self) -> tuple[Serving, Serving]:
        return self.leader, self.follower

    def watchers(self) -> tuple[Watcher, Watcher]:
        """Return two watchers; each time one of them gets a frame, a device reports a new reading."""
        return Watcher(self.report), Watcher(self.report)


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="arcbeat-cluster-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def pair(postgres_server: Server, template_database: str, folder: Path) -> Iterator[Pair]:
    url = postgres_server.create_database(template=template_database)
    numbers = count()
    with ExitStack() as stack:
        redis = stack.enter_context(OwnRedis.running(folder))
        connection = stack.enter_context(psycopg.connect(url, autocommit=True))

        def report() -> None:
            number = next(numbers)
            connection.execute(READING, [DEVICES[number % len(DEVICES)], float(number % 1000)])

        def start() -> Serving:
            serving = Serving.running(
                folder, url, sample_seconds=PERIOD_SECONDS, redis_url=redis.url, metrics_token=METRICS_TOKEN
            )
            return stack.enter_context(serving)

        leader = start()
        leader.service.register(*DEVICES)
        eventually("the first process samples", lambda: role(leader.service) == "leader")
        yield Pair(redis, leader, start(), report, start)
    postgres_server.drop_database(url)
