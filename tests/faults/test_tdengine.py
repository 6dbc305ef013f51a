"""TDengine with the readings fails; PostgreSQL with the master data works."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.faults import requests, tdengines
from tests.faults.conftest import TEMPLATE
from tests.faults.private_postgres import PrivatePostgres
from tests.faults.proxy import GARBAGE, LOGIN_PAGE_RESPONSE, PASSING, Behaviour, Mode
from tests.faults.service_checks import ServiceChecks
from tests.faults.table import Row
from tests.faults.tdengines import Tdengine
from tests.support.background_loop import BackgroundLoop
from tests.support.serving import Serving
from tests.support.tdengine.stand_in import StandIn

pytestmark = pytest.mark.slow
AWAY = (
    "alive, not ready with a reason; cached pages are served with their age, other requests fail; recovers without a "
    "restart"
)
SLOW = "pages and readings succeed; repeated requests are served from the cache meanwhile"
STORES = ("stand-in", "live")
DELAY_SECONDS = 0.5
BEHAVIOURS = {
    "hung: it accepts connections and never responds": Behaviour(Mode.HANG),
    "refusing connections": Behaviour(Mode.REFUSE),
    "closing connections halfway through a response": Behaviour(Mode.CUT),
    "answering with bytes that are not HTTP": Behaviour(Mode.REPLACE, response=GARBAGE),
    "answering with a web page of another server": Behaviour(Mode.REPLACE, response=LOGIN_PAGE_RESPONSE),
}


@pytest.fixture
def stand_in(background: BackgroundLoop) -> StandIn:
    return background.enter(StandIn.running())


@pytest.fixture(params=STORES)
def tdengine(request: pytest.FixtureRequest, background: BackgroundLoop) -> Tdengine:
    if request.param == "live":
        live: Tdengine = request.getfixturevalue("live_tdengine")
        return live
    return background.enter(tdengines.stand_in_tdengine(request.getfixturevalue("stand_in")))


def per_store(fault: str, expected: str, *values: object) -> list[ParameterSet]:
    """Return the parameters for one row per store."""
    marks = {store: pytest.mark.fault(f"TDengine ({store}) {fault}", expected) for store in STORES}
    return [pytest.param(store, *values, marks=mark, id=f"{store} {fault}") for store, mark in marks.items()]


@pytest.mark.parametrize(
    ("tdengine", "behaviour"),
    [each for fault, behaviour in BEHAVIOURS.items() for each in per_store(fault, AWAY, behaviour)],
    indirect=["tdengine"],
)
def test_the_service_survives_an_outage_of_tdengine(
    behaviour: Behaviour,
    tdengine: Tdengine,
    postgres: PrivatePostgres,
    background: BackgroundLoop,
    row: Row,
    folder: Path,
) -> None:
    with serving(tdengine, postgres, row, folder) as checks:
        checks.check_works()

        background.run(tdengine.proxy.set_behaviour, behaviour)
        checks.check_degraded_without("telemetry")
        background.run(tdengine.proxy.set_behaviour, PASSING)

        checks.check_recovers()


@pytest.mark.fault("The server behind taosAdapter dead (codes 11 and 32, as recorded)", AWAY)
def test_the_service_survives_a_dead_server_behind_taosadapter(
    stand_in: StandIn, postgres: PrivatePostgres, background: BackgroundLoop, row: Row, folder: Path
) -> None:
    tdengine = background.enter(tdengines.stand_in_tdengine(stand_in))
    with serving(tdengine, postgres, row, folder) as checks:
        checks.check_works()

        background.call(tdengines.script_dead, stand_in)
        checks.check_degraded_without("telemetry")
        background.call(tdengines.script, stand_in)

        checks.check_recovers()


@pytest.mark.parametrize("tdengine", per_store("slow", SLOW), indirect=True)
def test_requests_to_a_slow_tdengine_succeed(
    tdengine: Tdengine, postgres: PrivatePostgres, background: BackgroundLoop, row: Row, folder: Path
) -> None:
    with serving(tdengine, postgres, row, folder) as checks:
        checks.check_works()

        background.run(tdengine.proxy.set_behaviour, Behaviour(Mode.DELAY, delay_seconds=DELAY_SECONDS))
        checks.check_alive()
        checks.check_reads()
        checks.check_writes()
        checks.check_ready()
        checks.check_load(requests.get_page, requests.get_uncached_page, each=4)
        background.run(tdengine.proxy.set_behaviour, PASSING)

        checks.check_recovers()


@contextmanager
def serving(tdengine: Tdengine, postgres: PrivatePostgres, row: Row, folder: Path) -> Iterator[ServiceChecks]:
    """Run a service with its readings in this TDengine."""
    row.ran_on(f"PostgreSQL {postgres.version()}")
    row.ran_on(tdengine.name)
    url = postgres.create_database(template=TEMPLATE)
    tdengines.point(url, tdengine)
    with Serving.running(folder, url, tdengine.url) as running:
        yield ServiceChecks(running, row, tdengine.proxy.port)
