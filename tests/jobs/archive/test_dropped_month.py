"""The month of runs that have not ended is dropped by hand: their outcome is stored all the same."""

import signal
from pathlib import Path

import pytest

from arcbeat.app import JobRuntime
from arcbeat.domain.jobs.events import LogStatus, RunEvent
from arcbeat.domain.jobs.runs import RunState
from jobs.execution.spool import LogWrite, Spool, Write
from jobs.execution.start import Starter
from tests.jobs.database import execute, query, wait_until_the_lease_has_ended
from tests.jobs.logs import request
from tests.jobs.programs import events, run, running
from tests.support.jobs import log_of
from tests.support.waiting import eventually

DROP_PRESENT_MONTH = """
do $$ begin
    execute (select format('drop table %I', min(inhrelid::regclass::text)) from pg_inherits
              where inhparent = 'sync_job_log'::regclass);
end $$"""
LOGS = """
select log_type, status, parent_log_id is null as is_root, message from sync_job_log where run_id = 1
 order by parent_log_id nulls first, id"""
STUCK_RUNS = """
insert into sync_job_run (
    job_id, job_name, state, trigger, requested_by, exclusive, fence, lease_until, run_started_at, root_log_id)
select id, name, 'running', 'http', 'a test', false, 1, now() + lease, '2020-01-15T00:00:00Z',
       1000 + row_number() over ()
  from sync_job, unnest(array[interval '-1 s', interval '1 h']) as lease where name = 'suicidal'"""
LOST = "The first rows of run 1 of patient were lost, because their month was dropped."


def logged(environment: dict[str, str]) -> list[tuple[str, str, bool]]:
    return [(row["log_type"], row["status"], row["is_root"]) for row in query(environment, LOGS)]


@pytest.fixture
def parameter(tmp_path: Path) -> tuple[str, ...]:
    return ("--param", f"folder={tmp_path}")


def test_a_run_ends_although_its_month_was_dropped(
    environment: dict[str, str], tmp_path: Path, parameter: tuple[str, ...]
) -> None:
    with running(environment, "run", "patient", *parameter, "--json") as process:
        eventually("the work has begun", (tmp_path / "begun-1").exists)
        execute(environment, DROP_PRESENT_MONTH)
        (tmp_path / "end").touch()
        out, _ = process.communicate()

    assert (process.returncode, events(out)[-1]["state"]) == (0, "succeeded")
    assert logged(environment) == [("execution_start", "success", True), ("success", "success", False)]
    assert query(environment, LOGS)[0]["message"] == LOST


def test_a_killed_run_is_taken_up_again_although_its_month_was_dropped(
    environment: dict[str, str], tmp_path: Path, parameter: tuple[str, ...]
) -> None:
    with running(environment, "run", "patient", *parameter) as process:
        eventually("the work has begun", (tmp_path / "begun-1").exists)
        process.send_signal(signal.SIGKILL)
        process.wait()
    execute(environment, DROP_PRESENT_MONTH)
    wait_until_the_lease_has_ended(environment)
    (tmp_path / "end").touch()

    code, out, _ = run(environment, "run", "patient", *parameter, "--json")

    assert (code, [each["id"] for each in events(out) if each["event"] == "run_ended"]) == (0, [1, 2])
    assert logged(environment) == [
        ("execution_start", "success", True),
        ("retry_attempt", "abandoned", False),
        ("success", "success", False),
    ]


async def test_a_run_whose_rows_are_rejected_holds_up_no_other_run(
    environment: dict[str, str], runtime: JobRuntime, starter: Starter
) -> None:
    await starter.prepare()
    # A table of an operator has the name of their month, so that it cannot be created.
    execute(environment, "create table sync_job_log_2020_01 (note text)")
    execute(environment, "update sync_job set max_resumes = 0")
    execute(environment, STUCK_RUNS)
    run_in_hand = await runtime.ports.queue.get_run(2)
    spool = Spool(runtime.spool_folder, run_in_hand)
    row = log_of(run_in_hand, RunEvent.RETRIED, status=LogStatus.RUNNING, started_at=run_in_hand.run_started_at)
    spool.add(LogWrite(Write.APPEND, row))
    spool.close()

    ended = await starter.start_run(request("flaky", succeeds_at=1))

    assert ended.state is RunState.SUCCEEDED
    assert [row["state"] for row in query(environment, "select state from sync_job_run order by id")] == [
        "running", "running", "succeeded",
    ]  # fmt: skip
    assert spool.path.exists()
    execute(environment, "drop table sync_job_log_2020_01")
    await starter.prepare()
    assert not spool.path.exists()
    assert logged(environment) == [("execution_start", "abandoned", True), ("exception", "abandoned", False)]
