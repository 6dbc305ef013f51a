"""Detachments that were interrupted are finished by the next run, and no program waits behind one."""

import asyncio
import csv
import gzip
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.postgres.jobs.archive.detach import ARCHIVING
from arcbeat.app import JobRuntime
from arcbeat.domain.errors import LeaseLost
from tests.jobs.archive.log_months import (
    CREATE,
    FILE,
    FILL,
    NAME,
    OLD,
    OLD_ROWS,
    PARTITIONS,
    PENDING,
    ROWS,
    archived_months,
    execute,
    result,
    run_job,
)
from tests.jobs.programs import PRODUCT, events, run, start
from tests.support.waiting import eventually

DETACH = "alter table sync_job_log detach partition sync_job_log_2020_01 concurrently"
MARK = f"comment on table sync_job_log_2020_01 is '{ARCHIVING}'"
READ = "select count(*) from sync_job_log"
TABLE = "select to_regclass('sync_job_log_2020_01') is not null"
WRITE = "insert into sync_job_log (job_name, message) values ('welding', 'meanwhile')"
ASKED_FOR_USERS = "select pid from pg_stat_activity where query like '%virtualtransaction%' and pid <> pg_backend_pid()"
TERMINATE = """
select pg_terminate_backend(pid, 10000) from pg_stat_activity
 where datname = current_database() and query like 'alter table sync_job_log detach%' and pid <> pg_backend_pid()"""
LEASE_ENDED = "select from sync_job_run where state = 'running' and lease_until < now()"


def connect(environment: dict[str, str], *, autocommit: bool = True) -> "psycopg.Connection[Any]":
    return psycopg.connect(environment["DATABASE_URL"], autocommit=autocommit)


@contextmanager
def detaching(environment: dict[str, str]) -> Iterator[None]:
    """Detach a month while a transaction uses the log, kill the backend that waits, and go on with both still open."""
    with connect(environment, autocommit=False) as reader, connect(environment) as other:
        reader.execute(READ)
        with connect(environment) as connection:
            thread = threading.Thread(target=_expect_termination, args=(connection,))
            thread.start()
            eventually("the detachment waits", lambda: bool(other.execute(PENDING).fetchall()))
            other.execute(TERMINATE)
            thread.join()
        yield


def _expect_termination(connection: "psycopg.Connection[Any]") -> None:
    with pytest.raises(psycopg.errors.AdminShutdown):
        connection.execute(DETACH)


def leave_partial_file(folder: Path) -> None:
    folder.mkdir()
    (folder / f"{FILE}.partial").write_bytes(b"what a killed process left")


async def test_a_pending_detachment_hinders_neither_writers_nor_new_months_and_is_finalized_later(
    archiving: JobRuntime, environment: dict[str, str]
) -> None:
    with detaching(environment):
        found = result(await run_job(archiving, months_ahead=6))

        assert (len(found["created"]), found["pending"]) == (3, ["sync_job_log_2020_01"])
        assert found["left"] == ["2020-02"]
        await execute(environment, WRITE)

    found = result(await run_job(archiving))

    assert (found["pending"], await execute(environment, PENDING)) == ([], [])
    assert [each["month"] for each in found["archived"]] == ["2020-02"]


async def test_the_table_that_an_operator_detached_is_kept(archiving: JobRuntime, environment: dict[str, str]) -> None:
    before = await execute(environment, OLD_ROWS)
    with detaching(environment):
        pass

    found = result(await run_job(archiving))

    assert ("2020-01" in found["due"], "2020-01" in str(found["archived"])) == (False, False)
    assert await execute(environment, OLD_ROWS.replace("sync_job_log log", "sync_job_log_2020_01 log")) == before


@pytest.mark.parametrize("statements", [(MARK, DETACH), (MARK,)], ids=["detached", "marked"])
async def test_a_month_whose_archiving_was_interrupted_is_archived_by_the_next_run(
    archiving: JobRuntime, environment: dict[str, str], folder: Path, statements: tuple[str, ...]
) -> None:
    for statement in statements:
        await execute(environment, statement)
    leave_partial_file(folder)

    found = result(await run_job(archiving))

    assert [(each["month"], each["rows"]) for each in found["archived"]] == [("2020-01", ROWS), ("2020-02", 0)]
    assert await execute(environment, TABLE) == [(False,)]


def test_a_run_that_is_killed_while_it_detaches_a_month_is_finished_by_the_next_one(
    environment: dict[str, str], folder: Path
) -> None:
    run(environment, "list", module=PRODUCT)
    with connect(environment) as connection:
        connection.execute(CREATE)
        connection.execute(FILL.encode(), (ROWS,))
        with connect(environment, autocommit=False) as earlier, connect(environment, autocommit=False) as later:
            earlier.execute(READ)
            process = start(environment, "run", NAME, module=PRODUCT)
            eventually(
                "it waits for the users of the log", lambda: bool(connection.execute(ASKED_FOR_USERS).fetchall())
            )
            # A transaction that begins when the job waits already: the detachment has to wait for it.
            later.execute(READ)
            earlier.rollback()
            eventually("the detachment waits", lambda: bool(connection.execute(PENDING).fetchall()))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            connection.execute(TERMINATE)
        assert connection.execute(PENDING).fetchall() == [("sync_job_log_2020_01",)]
        eventually("the lease has ended", lambda: bool(connection.execute(LEASE_ENDED).fetchall()))

        code, out, _ = run(environment, "run", NAME, "--json", module=PRODUCT)

        ended = [each for each in events(out) if each["event"] == "run_ended"]
        assert (code, [(each["state"], each["resumes"]) for each in ended]) == (0, [("succeeded", 1), ("succeeded", 0)])
        assert [each["month"] for each in ended[0]["result"]["archived"]] == ["2020-01", "2020-02"]
        assert connection.execute(TABLE).fetchall() == [(False,)]
    with gzip.open(folder / FILE, "rt", encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.DictReader(file)) == ROWS


async def test_no_program_waits_while_an_older_transaction_uses_the_log(
    archiving: JobRuntime, environment: dict[str, str]
) -> None:
    async with await psycopg.AsyncConnection.connect(environment["DATABASE_URL"]) as reader:
        await reader.execute(READ)
        running = asyncio.create_task(run_job(archiving))
        while not running.done():
            # It fails instead of waiting longer than half a second for a lock.
            await execute(environment, "set lock_timeout = '500ms'; " + WRITE + "; " + READ)
        found = result(await running)
        assert found["left"] == ["2020-01", "2020-02"]
        assert found["left_because"]["2020-01"] == "Other transactions have used the log or 2020-01 for 3 s."
        assert len(await execute(environment, OLD_ROWS)) == ROWS
    assert archived_months(await run_job(archiving)) == ["2020-01", "2020-02"]
    assert ("sync_job_log_2020_01",) not in await execute(environment, PARTITIONS)


async def test_a_process_that_has_lost_its_run_drops_and_restores_nothing(
    archiving: JobRuntime, environment: dict[str, str]
) -> None:
    before, partitions = await execute(environment, OLD_ROWS), await execute(environment, PARTITIONS)
    archive, ended = archiving.ports.archive, await run_job(archiving, keep_months=1000)
    assert archive is not None

    with pytest.raises(LeaseLost):
        await archive.archive(ended, OLD)

    assert (await execute(environment, OLD_ROWS), await execute(environment, PARTITIONS)) == (before, partitions)
    assert archived_months(await run_job(archiving)) == ["2020-01", "2020-02"]
    with pytest.raises(LeaseLost):
        await archive.restore(ended, OLD)
    assert (await execute(environment, OLD_ROWS), await execute(environment, TABLE)) == ([], [(False,)])
