"""``run_job``, called with the events of EventBridge, over PostgreSQL."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from arcbeat.domain.errors import Conflict, InvalidValue, StoreError
from jobs.functions.aws import run_job
from jobs.functions.events import InvalidEvent
from jobs.functions.execution import DEADLINE_MARGIN_SECONDS
from tests.jobs.example_jobs import REGISTRY
from tests.jobs.functions.events import RULE_ARN, SCHEDULE_ARN, Context, rule_event, scheduler_event


@pytest.fixture(autouse=True)
def _environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def _runs(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        [count] = connection.execute("select count(*) from sync_job_run").fetchone() or (None,)
    assert isinstance(count, int)
    return count


def _run(event: Any, context: Context | None = None) -> dict[str, Any]:
    return run_job(event, context or Context(), REGISTRY)


def test_an_event_of_a_schedule_makes_one_run_however_often_it_is_delivered(database_url: str) -> None:
    event = scheduler_event(parameters={"succeeds_at": 2})

    first, again = _run(event), _run(event)

    assert first == again
    assert (first["state"], first["attempts"], first["result"]) == ("succeeded", 2, {"attempt": 2})
    assert (first["trigger"], first["requested_by"]) == ("function", SCHEDULE_ARN)
    assert first["idempotency_key"] == f"{SCHEDULE_ARN} 2026-03-02T08:00:00+00:00"
    assert _runs(database_url) == 1


def test_the_next_moment_of_a_schedule_makes_another_run(database_url: str) -> None:
    first = _run(scheduler_event())
    second = _run(scheduler_event(time="2026-03-02T09:00:00Z", dry_run=True))

    assert (first["dry_run"], second["dry_run"]) == (False, True)
    assert _runs(database_url) == 2


def test_an_event_of_a_rule_names_the_job_in_its_detail(database_url: str) -> None:
    event = rule_event({"job": "flaky", "parameters": {"succeeds_at": 1}})

    first, again = _run(event), _run({**event, "id": "another delivery"})

    assert first == again
    assert first["idempotency_key"] == f"{RULE_ARN} 2026-03-02T08:00:00+00:00"
    assert _runs(database_url) == 1


def test_a_moment_that_was_requested_differently_is_a_conflict(database_url: str) -> None:
    _run(scheduler_event(dry_run=True))

    with pytest.raises(Conflict, match="was requested differently"):
        _run(scheduler_event())
    assert _runs(database_url) == 1


def test_a_run_that_fails_is_returned() -> None:
    ended = _run(scheduler_event("rejected"))

    assert (ended["state"], ended["error_category"]) == ("failed", "data_error")


def test_a_run_is_cancelled_before_the_function_times_out(tmp_path: Path) -> None:
    margin_ms = int(DEADLINE_MARGIN_SECONDS * 1000)

    ended = _run(scheduler_event("patient", parameters={"folder": str(tmp_path)}), Context(margin_ms + 1500))

    assert (ended["state"], (tmp_path / "begun-1").exists()) == ("cancelled", True)


def test_without_time_for_a_run_none_is_stored(database_url: str) -> None:
    with pytest.raises(TimeoutError, match="at least 60 s"):
        _run(scheduler_event(), Context(3000))

    assert _runs(database_url) == 0


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ("flaky", "is not a JSON object"),
        ({}, "`job`: Field required"),
        ({"job": "flaky"}, "`schedule_arn`: Field required; `scheduled_time`: Field required"),
        (scheduler_event("no_such_job"), "no job is named 'no_such_job'; there are: alternating, broken, flaky, "),
        (scheduler_event(time="<aws.scheduler.scheduled-time>"), "`scheduled_time`: "),
        (scheduler_event(time="2026-03-02T08:00:00"), "`scheduled_time`: "),
        (scheduler_event(schedule_arn="<aws.scheduler.schedule-arn>"), "`schedule_arn`: "),
        (scheduler_event(parameter={}), "`parameter`: Extra inputs are not permitted"),
        (scheduler_event(parameters={"folder": ["a"]}), "`parameters/folder"),
        (
            scheduler_event(parameters={"succeeds_at": "a\x00b"}),
            "`parameters/succeeds_at`: Value error, must not contain",
        ),
        (scheduler_event(parameters={"succeeds_at": float("nan")}), "must be a finite number"),
        (scheduler_event(dry_run="no"), "`dry_run`: "),
        (rule_event({}), "`job`: Field required"),
        (rule_event(None), "`job`: Field required"),
        (rule_event({"job": "flaky"}, resources=[]), "`schedule_arn`: Field required"),
        (rule_event({"job": "flaky"}, time=None), "`scheduled_time`: "),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_invalid_event_is_rejected_and_makes_no_run(database_url: str, event: Any, problem: str) -> None:
    with pytest.raises(InvalidEvent) as raised:
        _run(event)

    assert problem in str(raised.value)
    assert _runs(database_url) == 0


def test_an_unknown_parameter_is_rejected() -> None:
    with pytest.raises(InvalidValue, match="unknown is not a parameter of flaky"):
        _run(scheduler_event(parameters={"unknown": 1}))


def test_without_a_database_the_error_is_raised_so_that_the_event_is_delivered_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///nowhere?host=/nonexistent")

    with pytest.raises(StoreError):
        _run(scheduler_event())
