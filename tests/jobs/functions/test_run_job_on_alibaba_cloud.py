"""``run_job`` of Function Compute, called with the events of time triggers, over PostgreSQL."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from arcbeat.domain.errors import InvalidValue, StoreError
from jobs.functions.alibaba import run_job
from jobs.functions.events import InvalidEvent
from jobs.functions.execution import DEADLINE_MARGIN_SECONDS
from tests.jobs.example_jobs import REGISTRY

SOURCE = "cn-shanghai/arcbeat-jobs/nightly"


# The classes of the Python 3.12 runtime, as its documentation prints them.
@dataclass
class FunctionMeta:
    name: str = "arcbeat-jobs"
    handler: str = "main.run_job"
    memory: int = 512
    timeout: int = 120
    version_id: str = ""
    qualifier: str = "LATEST"


@dataclass
class FCContext:
    account_id: str = "1234567890123456"
    request_id: str = "1-69a5a5a5-0123456789abcdef"
    function: FunctionMeta = field(default_factory=FunctionMeta)
    logger: object = None
    log_project: str = "project"
    log_store: str = "store"
    region: str = "cn-shanghai"


@dataclass
class ServiceMeta:
    name: str


@dataclass
class ContextOfEarlierRuntimes(FCContext):
    """Of Python 3.10 and before, where a function belongs to a service."""

    service: ServiceMeta = field(default_factory=lambda: ServiceMeta("plant"))


@pytest.fixture(autouse=True)
def _environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def _event(payload: Any, *, time: str = "2026-03-02T00:00:00Z", name: str = "nightly") -> bytes:
    message = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"triggerTime": time, "triggerName": name, "payload": message}).encode()


def _run(event: bytes, context: FCContext | None = None) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(run_job(event, context or FCContext(), REGISTRY))
    return run


def _runs(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        [count] = connection.execute("select count(*) from sync_job_run").fetchone() or (None,)
    assert isinstance(count, int)
    return count


def test_an_event_of_a_time_trigger_makes_one_run_however_often_it_is_delivered(database_url: str) -> None:
    event = _event({"job": "flaky", "parameters": {"succeeds_at": 2}})

    first, again = _run(event), _run(event)

    assert first == again
    assert (first["state"], first["attempts"], first["result"]) == ("succeeded", 2, {"attempt": 2})
    assert (first["trigger"], first["requested_by"]) == ("function", SOURCE)
    assert first["idempotency_key"] == f"{SOURCE} 2026-03-02T00:00:00+00:00"
    assert _runs(database_url) == 1


def test_the_next_moment_and_another_trigger_make_other_runs(database_url: str) -> None:
    message = {"job": "flaky", "parameters": {"succeeds_at": 1}, "dry_run": True}

    runs = [
        _run(_event(message)),
        _run(_event(message, time="2026-03-03T00:00:00Z")),
        _run(_event(message, name="hourly")),
        _run(_event(message), FCContext(region="cn-beijing")),
    ]

    assert all(run["dry_run"] for run in runs)
    assert _runs(database_url) == 4


def test_a_time_with_an_offset_is_the_same_moment() -> None:
    message = {"job": "flaky", "parameters": {"succeeds_at": 1}}

    assert _run(_event(message))["id"] == _run(_event(message, time="2026-03-02T08:00:00+08:00"))["id"]


def test_functions_of_two_services_may_have_one_name() -> None:
    run = _run(_event({"job": "flaky", "parameters": {"succeeds_at": 1}}), ContextOfEarlierRuntimes())

    assert run["requested_by"] == "cn-shanghai/plant/arcbeat-jobs/nightly"


def test_a_run_that_fails_is_returned() -> None:
    assert _run(_event({"job": "rejected"}))["state"] == "failed"


def test_a_run_is_cancelled_before_the_function_times_out(tmp_path: Path) -> None:
    timeout = int(DEADLINE_MARGIN_SECONDS) + 2
    event = _event({"job": "patient", "parameters": {"folder": str(tmp_path)}})

    ended = _run(event, FCContext(function=FunctionMeta(timeout=timeout)))

    assert (ended["state"], (tmp_path / "begun-1").exists()) == ("cancelled", True)


def test_with_a_timeout_that_is_too_short_no_run_is_stored(database_url: str) -> None:
    with pytest.raises(TimeoutError, match="at least 60 s"):
        _run(_event({"job": "flaky"}), FCContext(function=FunctionMeta(timeout=3)))

    assert _runs(database_url) == 0


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (b"", "The event is not one of a time trigger"),
        (b"awesome-fc", "The event is not one of a time trigger"),
        (b"\xff\xfe", "The event is not one of a time trigger"),
        (b"[]", "The event is not one of a time trigger"),
        (b'{"key": "value"}', "The event is not one of a time trigger: Field required"),
        (_event("awesome-fc"), "The message of the time trigger nightly is not a JSON object"),
        (_event("[]"), "The message of the time trigger nightly is not a JSON object"),
        (_event("[" * 60_000), "The message of the time trigger nightly is not a JSON object"),
        (_event(""), "The message of the time trigger nightly is not a JSON object"),
        (_event({}), "`job`: Field required"),
        (_event({"job": "no_such_job"}), "no job is named 'no_such_job'; there are: alternating, broken, flaky, "),
        (_event({"job": "flaky", "parameter": {}}), "`parameter`: Extra inputs are not permitted"),
        (_event({"job": "flaky", "dry_run": "no"}), "`dry_run`: "),
        (_event({"job": "flaky"}, time="2026-03-02T00:00:00"), "The event is not one of a time trigger"),
        (_event({"job": "flaky"}, name="n" * 220), "Choose a shorter name for the trigger"),
    ],
)
def test_an_invalid_event_is_rejected_and_makes_no_run(database_url: str, event: bytes, problem: str) -> None:
    with pytest.raises(InvalidEvent) as raised:
        _run(event)

    assert problem in str(raised.value)
    assert _runs(database_url) == 0


def test_an_unknown_parameter_is_rejected() -> None:
    with pytest.raises(InvalidValue, match="unknown is not a parameter of flaky"):
        _run(_event({"job": "flaky", "parameters": {"unknown": 1}}))


def test_without_a_database_the_error_is_raised_so_that_the_event_is_delivered_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///nowhere?host=/nonexistent")

    with pytest.raises(StoreError):
        _run(_event({"job": "flaky"}))
