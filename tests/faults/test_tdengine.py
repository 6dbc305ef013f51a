"""TDengine fails, with the readings in it; the master data in PostgreSQL are there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.faults import asking, tdengines
from tests.faults.backstage import Backstage
from tests.faults.conftest import TEMPLATE
from tests.faults.own_postgres import OwnPostgres
from tests.faults.proxy import GARBAGE, PASSING, STRANGE_ANSWER, Conduct, Way
from tests.faults.serving import Serving
from tests.faults.table import Row
from tests.faults.tdengines import Tdengine
from tests.faults.witness import Witness
from tests.tdengine.stand_in import StandIn

pytestmark = pytest.mark.slow
AWAY = (
    "lives, is not ready and says why; what is known is served with its age, everything else is refused; recovers "
    "without a restart"
)
SLOW = "pages and readings get through, and what is asked again meanwhile is served as it is known"
STORES = ("stand-in", "live")
DELAY_SECONDS = 0.5
CONDUCTS = {
    "hung: it accepts and never answers": Conduct(Way.HANG),
    "refusing connections": Conduct(Way.REFUSE),
    "closing half-way through its answers": Conduct(Way.CUT),
    "answering garbage that is no HTTP": Conduct(Way.REPLACE, answer=GARBAGE),
    "answering a web page of somebody else's": Conduct(Way.REPLACE, answer=STRANGE_ANSWER),
}


@pytest.fixture
def stand_in(backstage: Backstage) -> StandIn:
    return backstage.enter(StandIn.running())


@pytest.fixture(params=STORES)
def tdengine(request: pytest.FixtureRequest, backstage: Backstage) -> Tdengine:
    if request.param == "live":
        found: Tdengine = request.getfixturevalue("live_tdengine")
        return found
    return backstage.enter(tdengines.stand_in_tdengine(request.getfixturevalue("stand_in")))


def per_store(fault: str, expected: str, *values: object) -> list[ParameterSet]:
    """A row a store."""
    marks = {store: pytest.mark.fault(f"TDengine ({store}) {fault}", expected) for store in STORES}
    return [pytest.param(store, *values, marks=mark, id=f"{store} {fault}") for store, mark in marks.items()]


@pytest.mark.parametrize(
    ("tdengine", "conduct"),
    [each for fault, conduct in CONDUCTS.items() for each in per_store(fault, AWAY, conduct)],
    indirect=["tdengine"],
)
def test_the_service_outlives_its_tdengine(
    conduct: Conduct, tdengine: Tdengine, postgres: OwnPostgres, backstage: Backstage, row: Row, folder: Path
) -> None:
    with serving(tdengine, postgres, row, folder) as witness:
        witness.works()

        backstage.wait(tdengine.proxy.behave, conduct)
        witness.does_without("telemetry")
        backstage.wait(tdengine.proxy.behave, PASSING)

        witness.recovers()


@pytest.mark.fault("The server behind taosAdapter dead (code 11 and 32, as recorded)", AWAY)
def test_the_service_outlives_a_dead_server_behind_the_adapter(
    stand_in: StandIn, postgres: OwnPostgres, backstage: Backstage, row: Row, folder: Path
) -> None:
    tdengine = backstage.enter(tdengines.stand_in_tdengine(stand_in))
    with serving(tdengine, postgres, row, folder) as witness:
        witness.works()

        backstage.do(tdengines.script_dead, stand_in)
        witness.does_without("telemetry")
        backstage.do(tdengines.script, stand_in)

        witness.recovers()


@pytest.mark.parametrize("tdengine", per_store("slow", SLOW), indirect=True)
def test_a_slow_tdengine_is_waited_for(
    tdengine: Tdengine, postgres: OwnPostgres, backstage: Backstage, row: Row, folder: Path
) -> None:
    with serving(tdengine, postgres, row, folder) as witness:
        witness.works()

        backstage.wait(tdengine.proxy.behave, Conduct(Way.DELAY, delay_seconds=DELAY_SECONDS))
        witness.lives()
        witness.reads()
        witness.writes()
        witness.stays_ready()
        witness.stands_a_crowd(asking.page, asking.newest, each=4)
        backstage.wait(tdengine.proxy.behave, PASSING)

        witness.recovers()


@contextmanager
def serving(tdengine: Tdengine, postgres: OwnPostgres, row: Row, folder: Path) -> Iterator[Witness]:
    """A service with its readings there."""
    row.ran_on(f"PostgreSQL {postgres.version()}")
    row.ran_on(tdengine.name)
    url = postgres.create_database(template=TEMPLATE)
    tdengines.point(url, tdengine)
    with Serving.running(folder, url, tdengine.url) as running:
        yield Witness(running, row, tdengine.proxy.port)
