"""PostgreSQL fails, with the master data and the readings in it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.faults import bounds
from tests.faults.backstage import Backstage
from tests.faults.conftest import TEMPLATE
from tests.faults.own_postgres import OwnPostgres
from tests.faults.proxy import GARBAGE, PASSING, Conduct, Proxy, Way, to_socket
from tests.faults.serving import Serving
from tests.faults.table import Row
from tests.faults.waiting import eventually
from tests.faults.witness import Witness

pytestmark = pytest.mark.slow
AWAY = (
    "lives, is not ready and says why; what is known is served with its age, everything else is refused and told to "
    "come again; recovers without a restart"
)
Outage = Callable[[OwnPostgres], AbstractContextManager[object]]


@contextmanager
def stopped(postgres: OwnPostgres) -> Iterator[None]:
    postgres.stop()
    yield
    postgres.start()


@contextmanager
def killed(postgres: OwnPostgres) -> Iterator[None]:
    postgres.kill()
    yield
    postgres.start()


@contextmanager
def hung(postgres: OwnPostgres) -> Iterator[None]:
    postgres.pause()
    yield
    postgres.resume()


@contextmanager
def without_connections(postgres: OwnPostgres) -> Iterator[None]:
    postgres.configure(max_connections=12)
    postgres.stop()
    postgres.start()
    with postgres.occupied():
        yield


@pytest.mark.parametrize(
    "outage",
    [
        pytest.param(stopped, marks=pytest.mark.fault("PostgreSQL stopped, and started again", AWAY)),
        pytest.param(killed, marks=pytest.mark.fault("PostgreSQL killed (SIGKILL), and started again", AWAY)),
        pytest.param(hung, marks=pytest.mark.fault("PostgreSQL hung (SIGSTOP), and continued", AWAY)),
        pytest.param(
            without_connections, marks=pytest.mark.fault("PostgreSQL out of connections: others hold them all", AWAY)
        ),
    ],
)
def test_the_service_outlives_its_database(outage: Outage, postgres: OwnPostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    with Serving.running(folder, postgres.create_database(template=TEMPLATE)) as serving:
        witness = Witness(serving, row)
        witness.works()

        with outage(postgres):
            witness.does_without("database", "telemetry")

        witness.recovers()
        witness.stands_a_crowd()
        # a server that was hung finds out only now that connections were given up
        eventually("connections are few", lambda: postgres.service_connections() <= bounds.STORE_CONNECTIONS_MAX)
        row.saw(f"then at most {bounds.STORE_CONNECTIONS_MAX} connections to PostgreSQL")


NETWORK = {
    "PostgreSQL cut off half-way through its answers": Conduct(Way.CUT),
    "Garbage instead of PostgreSQL's answers": Conduct(Way.REPLACE, answer=GARBAGE),
    "The network to PostgreSQL swallows everything": Conduct(Way.HANG),
}


@pytest.mark.parametrize(
    "conduct",
    [pytest.param(conduct, marks=pytest.mark.fault(fault, AWAY), id=conduct.way) for fault, conduct in NETWORK.items()],
)
def test_the_service_outlives_the_network_to_its_database(
    conduct: Conduct, postgres: OwnPostgres, backstage: Backstage, row: Row, folder: Path
) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    proxy = backstage.enter(Proxy.running(to_socket(postgres.socket())))
    database = urlsplit(postgres.create_database(template=TEMPLATE)).path
    with Serving.running(folder, f"postgresql://postgres@127.0.0.1:{proxy.port}{database}") as serving:
        witness = Witness(serving, row, proxy.port)
        witness.works()

        backstage.wait(proxy.behave, conduct)
        witness.does_without("database", "telemetry")
        backstage.wait(proxy.behave, PASSING)

        witness.recovers()
