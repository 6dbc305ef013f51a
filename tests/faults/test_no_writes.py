"""PostgreSQL can be read but not written."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.faults import disks, requests
from tests.faults.conftest import TEMPLATE, fill
from tests.faults.private_postgres import PrivatePostgres, running
from tests.faults.service_checks import ServiceChecks
from tests.faults.table import Row
from tests.support.serving import Serving
from tests.support.small_files import small_files

pytestmark = pytest.mark.slow
WRITES_FAIL = (
    "pages are served from the store throughout; writes fail and nothing of them is stored; recovers without a restart"
)
COUNT = "select count(*) from test_db.welding_real_data"


@pytest.mark.fault("PostgreSQL read-only (default_transaction_read_only)", WRITES_FAIL)
def test_a_read_only_database_serves_pages(postgres: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {postgres.version()}")
    url = postgres.create_database(template=TEMPLATE)
    with Serving.running(folder, url) as serving:
        checks = ServiceChecks(serving, row)
        checks.check_works()

        postgres.configure(default_transaction_read_only="on")

        _check_that_only_writes_fail(checks, url, row)
        checks.check_ready("takes-no-writes")
        postgres.restore()
        checks.check_recovers()


@pytest.mark.fault("The disk of PostgreSQL full", WRITES_FAIL)
def test_a_full_disk_does_not_prevent_reading(small: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {small.version()}")
    url = small.create_database(template=TEMPLATE)
    with Serving.running(folder, url) as serving:
        checks = ServiceChecks(serving, row)
        checks.check_works()

        ballast = disks.fill(small.folder)

        _check_that_only_writes_fail(checks, url, row)
        checks.check_ready()
        ballast.unlink()
        checks.check_recovers(requests.get_uncached_page, requests.send_many_readings)


@pytest.mark.fault("A table of PostgreSQL at the size limit of files (ulimit -f)", WRITES_FAIL)
def test_a_file_size_limit_does_not_prevent_reading(limited: PrivatePostgres, row: Row, folder: Path) -> None:
    row.ran_on(f"PostgreSQL {limited.version()}")
    url = limited.create_database(template=TEMPLATE)
    with Serving.running(folder, url) as serving:
        checks = ServiceChecks(serving, row)
        checks.check_works()

        _grow_to_the_limit(url)

        _check_that_only_writes_fail(checks, url, row)
        checks.check_ready()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("truncate test_db.welding_real_data")
        checks.check_recovers(requests.get_uncached_page, requests.send_many_readings)


@pytest.fixture
def limited(folder: Path) -> Iterator[PrivatePostgres]:
    """A PostgreSQL with a size limit for files."""
    with small_files(disks.FILE_BYTES_MAX), running(folder / "server") as postgres:
        fill(postgres.create_database(TEMPLATE))
        yield postgres


@pytest.fixture
def small(folder: Path) -> Iterator[PrivatePostgres]:
    """A PostgreSQL on a small disk of its own."""
    with disks.small_disk(folder / "disk"), running(folder / "disk") as postgres:
        fill(postgres.create_database(TEMPLATE))
        yield postgres


def _check_that_only_writes_fail(checks: ServiceChecks, url: str, row: Row) -> None:
    before = _count(url)
    checks.check_alive()
    checks.check_reads()
    checks.check_readings_fail(requests.send_many_readings)
    checks.check_load(requests.send_many_readings, requests.get_uncached_page, each=6)
    checks.check_reads()
    assert _count(url) == before
    row.saw("nothing of the failed writes is stored")


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        counted = connection.execute(COUNT).fetchone()
    assert counted is not None
    return int(counted[0])


def _grow_to_the_limit(url: str) -> None:
    """Fill the table file to the limit: the insert is rolled back, but the file keeps its size."""
    statement = """
        insert into test_db.welding_real_data (device_code, ts)
        select 'M1', now() - make_interval(secs => number) from generate_series(1, 1000000) as number"""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter table test_db.welding_real_data set (autovacuum_enabled = off)")
        with pytest.raises(psycopg.errors.InternalError_, match="File too large"):
            connection.execute(statement)
