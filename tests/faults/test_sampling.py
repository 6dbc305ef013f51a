"""A store hangs while a device type is sampled: the last sample is published at every tick."""

from pathlib import Path

import pytest

from tests.faults import tdengines
from tests.faults.conftest import TEMPLATE
from tests.faults.private_postgres import PrivatePostgres
from tests.faults.proxy import PASSING, Behaviour, Mode
from tests.faults.service_checks import ServiceChecks
from tests.faults.table import Row
from tests.support.background_loop import BackgroundLoop
from tests.support.serving import Serving
from tests.support.tdengine.stand_in import StandIn

pytestmark = pytest.mark.slow
CONTINUES = "every tick publishes the last sample with its age; recovers without a restart"


@pytest.mark.fault("PostgreSQL hung (SIGSTOP) while a type is sampled", CONTINUES)
def test_sampling_survives_a_hung_database(postgres: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    with Serving.running(folder, postgres.create_database(template=TEMPLATE)) as serving:
        checks = ServiceChecks(serving, row)
        checks.check_works()

        postgres.pause()
        checks.check_ticks_from_memory()
        postgres.resume()

        checks.check_samples_again()


@pytest.mark.fault("TDengine (stand-in) hung while a type is sampled", CONTINUES)
def test_sampling_survives_a_hung_tdengine(
    postgres: PrivatePostgres, background: BackgroundLoop, row: Row, folder: Path
) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    tdengine = background.enter(tdengines.stand_in_tdengine(background.enter(StandIn.running())))
    row.ran_on(tdengine.name)
    url = postgres.create_database(template=TEMPLATE)
    tdengines.point(url, tdengine)
    with Serving.running(folder, url, tdengine.url) as serving:
        checks = ServiceChecks(serving, row, tdengine.proxy.port)
        checks.check_works()

        background.run(tdengine.proxy.set_behaviour, Behaviour(Mode.HANG))
        checks.check_ticks_from_memory()
        background.run(tdengine.proxy.set_behaviour, PASSING)

        checks.check_samples_again()
