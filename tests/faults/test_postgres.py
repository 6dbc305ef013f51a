"""PostgreSQL with the master data and the readings fails."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.faults import bounds
from tests.faults.conftest import TEMPLATE
from tests.faults.private_postgres import PrivatePostgres
from tests.faults.proxy import GARBAGE, PASSING, Behaviour, Mode, Proxy, to_socket
from tests.faults.service_checks import ServiceChecks
from tests.faults.table import Row
from tests.support.background_loop import BackgroundLoop
from tests.support.serving import Serving
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow
AWAY = (
    "alive, not ready with a reason; cached pages are served with their age, other requests fail with Retry-After; "
    "recovers without a restart"
)
Outage = Callable[[PrivatePostgres], AbstractContextManager[object]]


@contextmanager
def stopped(postgres: PrivatePostgres) -> Iterator[None]:
    postgres.stop()
    yield
    postgres.start()


@contextmanager
def killed(postgres: PrivatePostgres) -> Iterator[None]:
    postgres.kill()
    yield
    postgres.start()


@contextmanager
def hung(postgres: PrivatePostgres) -> Iterator[None]:
    postgres.pause()
    yield
    postgres.resume()


@contextmanager
def without_connections(postgres: PrivatePostgres) -> Iterator[None]:
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
            without_connections,
            marks=pytest.mark.fault("PostgreSQL out of connections: other clients hold all of them", AWAY),
        ),
    ],
)
def test_the_service_survives_an_outage_of_its_database(
    outage: Outage, postgres: PrivatePostgres, row: Row, folder: Path
) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    with Serving.running(folder, postgres.create_database(template=TEMPLATE)) as serving:
        checks = ServiceChecks(serving, row)
        checks.check_works()

        with outage(postgres):
            checks.check_degraded_without("database", "telemetry")

        checks.check_recovers()
        checks.check_load()
        # a server that hung notices only now that its clients have closed their connections
        eventually(
            "abandoned connections are closed", lambda: postgres.service_connections() <= bounds.STORE_CONNECTIONS_MAX
        )
        row.saw(f"then at most {bounds.STORE_CONNECTIONS_MAX} connections to PostgreSQL")


NETWORK_FAULTS = {
    "Connections to PostgreSQL cut halfway through a response": Behaviour(Mode.CUT),
    "Random bytes instead of responses of PostgreSQL": Behaviour(Mode.REPLACE, response=GARBAGE),
    "The network to PostgreSQL drops all data": Behaviour(Mode.HANG),
}


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(behaviour, marks=pytest.mark.fault(fault, AWAY), id=behaviour.mode)
        for fault, behaviour in NETWORK_FAULTS.items()
    ],
)
def test_the_service_survives_network_faults_to_its_database(
    behaviour: Behaviour, postgres: PrivatePostgres, background: BackgroundLoop, row: Row, folder: Path
) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    proxy = background.enter(Proxy.running(to_socket(postgres.socket())))
    database = urlsplit(postgres.create_database(template=TEMPLATE)).path
    with Serving.running(folder, f"postgresql://postgres@127.0.0.1:{proxy.port}{database}") as serving:
        checks = ServiceChecks(serving, row, proxy.port)
        checks.check_works()

        background.run(proxy.set_behaviour, behaviour)
        checks.check_degraded_without("database", "telemetry")
        background.run(proxy.set_behaviour, PASSING)

        checks.check_recovers()
