"""The job that watches works through PgBouncer in transaction mode, in several processes at once."""

from pathlib import Path

import pytest

from tests.adapters.alerts.servers import reply, serving
from tests.jobs.alerts.test_many_processes import NOT_EXCLUSIVE, WATCHERS, run_programs, with_targets
from tests.jobs.database import execute, query
from tests.pgbouncer.leftovers import leftovers
from tests.support.jobs import CHECK, Worker
from tests.support.pgbouncer import PgBouncer

# Since it failed for the first time, it has not succeeded for a day.
FAILED = """
insert into sync_job_run (job_id, job_name, state, trigger, requested_by, created_at, started_at, finished_at)
select id, name, 'failed', 'http', 'a test', now() - interval '1 day', now() - interval '1 day', now()
  from sync_job where name = 'check'"""


@pytest.fixture
def environment(database_url: str, pgbouncer: PgBouncer, tmp_path: Path) -> dict[str, str]:
    return {"DATABASE_URL": pgbouncer.uri(database_url), "JOB_SPOOL_FOLDER": str(tmp_path), "LOG_LEVEL": "error"}


def test_eight_programs_open_one_alert_and_send_one_notice(environment: dict[str, str]) -> None:
    uri = environment["DATABASE_URL"]
    Worker(uri).register(CHECK)
    for _ in range(3):
        execute(environment, FAILED)

    with serving(lambda _: reply({"code": 0, "msg": "success"})) as server:
        settings = with_targets(environment, server)
        run_programs(settings)  # some are skipped: the job is exclusive
        execute(environment, NOT_EXCLUSIVE)
        ended = run_programs(settings)

    assert [code for code, _, _ in ended] == [0] * WATCHERS, ended
    assert [each.method for each in server.received].count("POST") == 1
    assert query(environment, "select job_name, problem from sync_job_alert") == [
        {"job_name": "check", "problem": "failing"}
    ]
    assert leftovers(uri) == []
