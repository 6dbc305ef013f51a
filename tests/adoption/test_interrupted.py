"""The adoption of an existing sync_job_log is interrupted: the old table is whole, and a second migrate succeeds."""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from subprocess import Popen

import psycopg
import pytest

from adapters.postgres.schema.migration import migrate, undo_jobs
from tests.adoption.databases import EVERYTHING, execute, fetch, value
from tests.adoption.job_logs import LISTS, SHANGHAI, ZONE, table
from tests.jobs.programs import TIMEOUT_SECONDS, running
from tests.support.waiting import eventually

FORM = "the new form"
SESSIONS = """
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'a test'"""
COPYING = f"select pid {SESSIONS} and state = 'active' and query like 'insert into %sync_job_log%'"
WAITING = f"select pid {SESSIONS} and wait_event_type = 'Lock'"
LOCK_MONTHS = """select pg_advisory_xact_lock(hashtextextended('"public".sync_job_log months', 0))"""
LOCK_VERSION = "lock table t_arcbeat_schema_version in share mode"


@contextmanager
def before_the_copy(database: str) -> Iterator[None]:
    """Wait until the old table has another name, and the new one waits for its partitions."""
    with interrupted_by(database, LOCK_MONTHS):
        yield


@contextmanager
def during_the_copy(database: str) -> Iterator[None]:
    """Wait until rows are copied."""
    eventually("rows are copied", lambda: bool(fetch(database, COPYING)))
    yield


@contextmanager
def before_the_commit(database: str) -> Iterator[None]:
    """Wait until the old table is dropped, and the new version of the schema is to be stored."""
    with interrupted_by(database, LOCK_VERSION):
        yield


@contextmanager
def interrupted_by(database: str, lock: str) -> Iterator[None]:
    with psycopg.connect(database, application_name="a test") as connection:
        connection.execute(lock.encode())
        eventually("the migration waits", lambda: bool(fetch(database, WAITING)))
        yield


def kill(process: "Popen[str]", database: str) -> None:
    """Kill the process; its session is still there for a while."""
    del database
    process.send_signal(signal.SIGKILL)
    assert process.wait(TIMEOUT_SECONDS) == -signal.SIGKILL


def terminate_session(process: "Popen[str]", database: str) -> None:
    """End the session of the process, which reports it."""
    assert fetch(database, f"select pg_terminate_backend(pid) {SESSIONS}")
    out, err = process.communicate(timeout=TIMEOUT_SECONDS)
    assert (process.returncode, out, "Traceback" in err) == (1, "", False)


@pytest.mark.parametrize("interrupt", [kill, terminate_session])
@pytest.mark.parametrize("moment", [before_the_copy, during_the_copy, before_the_commit])
def test_the_old_table_is_whole_and_a_second_migration_succeeds(
    database: str,
    moment: Callable[[str], AbstractContextManager[None]],
    interrupt: Callable[["Popen[str]", str], None],
) -> None:
    # The migrations before that of jobs are in place: they are of no interest here.
    migrate(database)
    undo_jobs(database)
    execute(database, f"drop table sync_job_log; {table(FORM)}")
    before, rows = fetch(database, EVERYTHING), fetch(database, LISTS[FORM])

    with (
        running({"DATABASE_URL": database}, "migrate", "--time-zone", ZONE, module="arcbeat") as process,
        moment(database),
    ):
        interrupt(process, database)
    eventually("the session has ended", lambda: not fetch(database, f"select pid {SESSIONS}"))

    assert fetch(database, EVERYTHING) == before
    assert fetch(database, LISTS[FORM]) == rows

    assert "sync_job_log existed and is adopted with its rows" in migrate(database, SHANGHAI)
    assert fetch(database, LISTS[FORM]) == rows
    assert value(database, "select relkind = 'p' from pg_class where oid = 'sync_job_log'::regclass")
