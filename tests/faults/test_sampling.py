"""A store stands still while a device type is sampled: what is known goes on being told."""

from pathlib import Path

import pytest

from tests.faults import tdengines
from tests.faults.backstage import Backstage
from tests.faults.conftest import TEMPLATE
from tests.faults.own_postgres import OwnPostgres
from tests.faults.proxy import PASSING, Conduct, Way
from tests.faults.serving import Serving
from tests.faults.table import Row
from tests.faults.witness import Witness
from tests.tdengine.stand_in import StandIn

pytestmark = pytest.mark.slow
GOES_ON = "the feed goes on at every tick with what was sampled last, with its age; recovers without a restart"


@pytest.mark.fault("PostgreSQL hung (SIGSTOP) while a type is sampled", GOES_ON)
def test_a_feed_outlives_its_database(postgres: OwnPostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    with Serving.running(folder, postgres.create_database(template=TEMPLATE)) as serving:
        witness = Witness(serving, row)
        witness.works()

        postgres.pause()
        witness.goes_on_from_memory()
        postgres.resume()

        witness.samples_again()


@pytest.mark.fault("TDengine (stand-in) hung while a type is sampled", GOES_ON)
def test_a_feed_outlives_its_tdengine(postgres: OwnPostgres, backstage: Backstage, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    tdengine = backstage.enter(tdengines.stand_in_tdengine(backstage.enter(StandIn.running())))
    row.ran_on(tdengine.name)
    url = postgres.create_database(template=TEMPLATE)
    tdengines.point(url, tdengine)
    with Serving.running(folder, url, tdengine.url) as serving:
        witness = Witness(serving, row, tdengine.proxy.port)
        witness.works()

        backstage.wait(tdengine.proxy.behave, Conduct(Way.HANG))
        witness.goes_on_from_memory()
        backstage.wait(tdengine.proxy.behave, PASSING)

        witness.samples_again()
