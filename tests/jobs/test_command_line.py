"""``python -m jobs`` in processes of its own: what it prints, and its exit codes."""

import re
from pathlib import Path

import psycopg
import pytest

from tests.jobs.programs import PRODUCT, events, run, run_on_a_terminal, running

LISTED = (
    r"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00 run {id} flaky success "
    r"execution_start: Run {id} of flaky began on .*\n"
)
RESULT = '{"attempt": 1}'


def test_a_run_prints_an_object_per_event(environment: dict[str, str]) -> None:
    code, out, err = run(environment, "run", "flaky", "--param", "succeeds_at=2", "--json")

    assert (code, err) == (0, "")
    printed = events(out)
    assert [each["event"] for each in printed] == [
        "run_began", "progress", "log", "log", "progress", "log", "run_ended",
    ]  # fmt: skip
    assert printed[-1]["result"] == {"attempt": 2}


def test_a_terminal_shows_a_bar_and_a_line_per_row_of_the_log(environment: dict[str, str]) -> None:
    code, shown = run_on_a_terminal(environment, "run", "flaky", "--param", "succeeds_at=2")

    assert code == 0
    assert "[###############...............] 1/2" in shown
    [first, *_, last] = [line.rpartition("\x1b[K")[2] for line in shown.splitlines() if "\x1b[K" in line]
    assert re.fullmatch(r"run \d+ of flaky", first)
    assert re.search(r"retry_attempt attempt 2: .*\[network_error\] The store cannot be reached\.", shown)
    assert last.endswith('succeeded after 2 attempts; rows: 3 read, 2 written, 1 skipped; {"attempt": 2}')


def test_a_worker_never_takes_the_run_of_a_command(environment: dict[str, str]) -> None:
    with running({**environment, "LOG_LEVEL": "info"}, "worker") as worker:
        assert worker.stderr is not None
        assert "worker_started" in worker.stderr.readline()
        for _ in range(5):
            code, out, _ = run(environment, "run", "flaky", "--param", "succeeds_at=1")

            printed = [each["event"] for each in events(out)]
            assert (code, printed[0], printed[-1]) == (0, "run_began", "run_ended")


def test_a_run_that_has_ended_before_is_printed(environment: dict[str, str]) -> None:
    arguments = ("run", "flaky", "--param", "succeeds_at=1", "--key", "2026-03-02T08:00Z")
    first = events(run(environment, *arguments)[1])[-1]

    code, out, err = run(environment, *arguments)

    assert (code, events(out)) == (0, [{**first, "event": "run_not_executed"}])
    assert err == f"run {first['id']} succeeded after 1 attempts; rows: 3 read, 2 written, 1 skipped; {RESULT}\n"


def test_a_key_of_a_different_request_is_rejected(environment: dict[str, str]) -> None:
    arguments = ("run", "flaky", "--param", "succeeds_at=1", "--key", "2026-03-02T08:00Z")
    first = events(run(environment, *arguments, "--dry-run")[1])[-1]

    code, out, err = run(environment, *arguments)

    assert (code, out) == (2, "")
    assert err == (f"jobs: Run {first['id']} has this Idempotency-Key and was requested differently; use a new key.\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("run", "rejected"), 1),
        (("run", "no_such_job"), 2),
        (("run", "flaky", "--param", "succeeds_at"), 2),
        (("run", "flaky", "--param", "unknown=1"), 2),
        (("run", "flaky", "--param", "succeeds_at=NaN"), 2),
        (("run", "flaky", "--param", "succeeds_at=1e999"), 2),
        (("run", "flaky", "--param", "succeeds_at=null"), 2),
        (("cancel", "99"), 2),
        (("run", "hasty", "--param", "folder=/nowhere"), 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_exit_codes(environment: dict[str, str], arguments: tuple[str, ...], code: int) -> None:
    assert run(environment, *arguments)[0] == code


def test_a_run_that_times_out_has_an_exit_code_of_its_own(environment: dict[str, str], tmp_path: Path) -> None:
    assert run(environment, "run", "hasty", "--param", f"folder={tmp_path}")[0] == 4


def test_without_a_database_nothing_runs(environment: dict[str, str]) -> None:
    nowhere = {**environment, "DATABASE_URL": "postgresql:///nowhere?host=/nonexistent"}

    code, out, err = run(nowhere, "run", "flaky")

    assert (code, out, err.splitlines()[-1]) == (7, "", "jobs: The store cannot be reached.")
    assert run({"DATABASE_URL": ""}, "list")[0] == 2


def test_runs_are_listed_shown_and_repeated(environment: dict[str, str]) -> None:
    ended = events(run(environment, "run", "flaky", "--json", "--dry-run")[1])[-1]
    run_id = str(ended["id"])

    repeated = events(run(environment, "retry", run_id, "--json")[1])[-1]

    assert (repeated["retry_of"], repeated["trigger"], repeated["dry_run"]) == (ended["id"], "retry", True)
    [newest, first] = events(run(environment, "logs", "--job", "flaky", "--json")[1])
    assert (newest["run_id"], first["run_id"], first["status"]) == (repeated["id"], ended["id"], "success")
    [tree] = events(run(environment, "tree", run_id, "--json")[1])
    assert [child["log"]["log_type"] for child in tree["children"]] == ["retry_attempt", "retry_attempt", "success"]
    assert re.fullmatch(LISTED.format(id=repeated["id"]), run(environment, "logs", "--limit", "1")[1])
    code, out, _ = run(environment, "tree", run_id)
    assert code == 0
    assert "The run succeeded." in out
    assert "wait 3: " in out


def test_the_jobs_of_the_product_are_listed(environment: dict[str, str]) -> None:
    code, out, _ = run(environment, "list", "--json", module=PRODUCT)

    assert code == 0
    assert "check_latest" in [job["name"] for job in events(out)]


def test_a_damaged_job_is_listed_with_its_problem_and_its_run_is_refused(environment: dict[str, str]) -> None:
    run(environment, "list")
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("""update sync_job set retry = '{"max_attempts": "three"}' where name = 'flaky'""")

    listed = {line.split()[0]: line for line in run(environment, "list")[1].splitlines()}
    code, _, err = run(environment, "run", "flaky")

    assert "sync_job.retry has invalid properties: `max_attempts`" in listed["flaky"]
    assert listed["patient"].endswith("A job of the tests.")
    assert code == 3
    assert "refused" in err
    assert "sync_job.retry has invalid properties: `max_attempts`" in err
