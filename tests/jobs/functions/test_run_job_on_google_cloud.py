"""``run_job`` and ``run_job_of_event`` in the functions-framework of Google, over PostgreSQL."""

import json
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.jobs.functions.framework import Framework, serving
from tests.jobs.functions.google_events import MESSAGE_ID, SCHEDULER, TOPIC, binary, pubsub_data, structured
from tests.support.waiting import eventually

EXAMPLES = """
from cloudevents.http import CloudEvent
from functions_framework import aio
from starlette.requests import Request
from starlette.responses import Response

from jobs.functions.gcp.cloud_events import handle_event
from jobs.functions.gcp.http_requests import answer_request
from tests.jobs.example_jobs import REGISTRY

@aio.http
async def run_job(request: Request) -> Response:
    return await answer_request(request, REGISTRY)

@aio.cloud_event
async def run_job_of_event(event: CloudEvent) -> None:
    await handle_event(event, REGISTRY)
"""
"""The functions of the product, with the jobs of the tests."""


@pytest.fixture
def function(environment: dict[str, str], tmp_path: Path) -> Iterator[Framework]:
    """The HTTP function."""
    with serving(tmp_path, environment, "run_job", EXAMPLES) as framework:
        yield framework


@pytest.fixture
def event_function(environment: dict[str, str], tmp_path: Path) -> Iterator[Framework]:
    """The CloudEvent function."""
    with serving(tmp_path, environment, "run_job_of_event", EXAMPLES) as framework:
        yield framework


def _runs(database_url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(
            "select job_name, state, requested_by, idempotency_key from sync_job_run order by id"
        ).fetchall()


def _scheduled(function: Framework, body: object, **headers: str) -> httpx.Response:
    return function.client.post("/", content=json.dumps(body), headers={**SCHEDULER, **headers})


def _published(function: Framework, content: object, **changes: str) -> httpx.Response:
    return function.client.post("/", **binary(pubsub_data(json.dumps(content).encode()), **changes))


def test_a_request_of_cloud_scheduler_makes_one_run_however_often_it_is_sent(
    function: Framework, database_url: str
) -> None:
    body = {"job": "flaky", "parameters": {"succeeds_at": 2}}

    first, again = _scheduled(function, body), _scheduled(function, body)

    run = first.json()
    assert (first.status_code, again.json()) == (200, run)
    assert (run["state"], run["attempts"], run["result"], run["trigger"]) == (
        "succeeded",
        2,
        {"attempt": 2},
        "function",
    )
    source = "cloud-scheduler/arcbeat-flaky"
    assert _runs(database_url) == [("flaky", "succeeded", source, f"{source} 2026-03-02T08:00:00+00:00")]


def test_requests_at_the_same_time_make_one_run_of_the_same_moment(function: Framework, database_url: str) -> None:
    with ThreadPoolExecutor(4) as executor:
        body = {"job": "flaky", "parameters": {"succeeds_at": 1}}
        answers = list(executor.map(lambda _: _scheduled(function, body), range(4)))

    assert {each.status_code for each in answers} == {200}
    assert len({each.json()["id"] for each in answers}) == 1
    assert [state for _, state, _, _ in _runs(database_url)] == ["succeeded"]


def test_a_given_key_precedes_the_headers_of_cloud_scheduler(function: Framework) -> None:
    body = {"job": "flaky", "parameters": {"succeeds_at": 1}}

    given = _scheduled(function, body, **{"Idempotency-Key": "audit-1"}).json()
    again = function.client.post("/", json=body, headers={"Idempotency-Key": "audit-1"}).json()
    without_a_key = [function.client.post("/", json=body).json() for _ in range(2)]

    assert (given["idempotency_key"], given["id"]) == ("audit-1", again["id"])
    assert len({given["id"], *(each["id"] for each in without_a_key)}) == 3
    assert {each["requested_by"] for each in without_a_key} == {"google-cloud-function"}


def test_a_key_of_a_different_request_is_a_conflict(function: Framework, database_url: str) -> None:
    body = {"job": "flaky", "parameters": {"succeeds_at": 1}, "dry_run": True}
    run = _scheduled(function, body).json()

    answers = [_scheduled(function, {**body, "dry_run": False}), _scheduled(function, {**body, "parameters": {}})]

    assert [each.status_code for each in answers] == [409, 200]
    assert f"Run {run['id']} has this Idempotency-Key and was requested differently" in answers[0].json()["detail"]
    assert len(_runs(database_url)) == 1


def test_a_run_that_fails_is_returned(function: Framework) -> None:
    answer = _scheduled(function, {"job": "rejected", "dry_run": True})

    run = answer.json()
    assert (answer.status_code, run["state"], run["error_category"]) == (200, "failed", "data_error")
    assert run["dry_run"] is True


@pytest.mark.parametrize(
    ("content", "headers", "problem"),
    [
        (b"", {}, "The body is not JSON"),
        (b"\xff", {}, "The body is not JSON"),
        (b"[]", {}, "The body is not a JSON object"),
        (b"[" * 60_000, {}, "The body is not JSON"),
        (b"{}", {}, "`job`: Field required"),
        (b'{"job": "none"}', {}, "no job is named 'none'; there are: alternating, broken, flaky, "),
        (b'{"job": "flaky", "parameter": {}}', {}, "`parameter`: Extra inputs are not permitted"),
        (b'{"job": "flaky", "parameters": {"succeeds_at": [1]}}', {}, "`parameters/succeeds_at"),
        (b'{"job": "flaky", "parameters": {"unknown": 1}}', {}, "unknown is not a parameter of flaky"),
        (b'{"job": "flaky", "dry_run": "yes"}', {}, "`dry_run`: "),
        (b'{"job": "flaky"}' + b" " * 70_000, {}, "more than 65536 bytes"),
        (b'{"job": "flaky"}', {"X-CloudScheduler-ScheduleTime": "now"}, "`X-CloudScheduler-ScheduleTime`: "),
        (b'{"job": "flaky"}', {"X-CloudScheduler-JobName": "a b"}, "`X-CloudScheduler-JobName` must have"),
        (b'{"job": "flaky"}', {"Idempotency-Key": "k" * 201}, "`Idempotency-Key` must have"),
    ],
)
def test_an_invalid_request_is_rejected_and_makes_no_run(
    shared_function: Framework, content: bytes, headers: dict[str, str], problem: str
) -> None:
    answer = shared_function.client.post("/", content=content, headers=headers)

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert problem in answer.json()["detail"]
    assert answer.json()["title"] == "Bad Request"


@pytest.mark.parametrize("value", ["a\x00b", "\ud800", float("nan"), float("inf"), 2**63, -(2**63) - 1])
def test_a_parameter_that_cannot_be_stored_is_rejected_and_not_sent_again(
    shared_function: Framework, value: object
) -> None:
    for body in (
        {"job": "patient", "parameters": {"folder": value}},
        {"job": "patient", "parameters": {f"folder{value}": ""}},
        {"job": f"patient{value}"},
        {"job": "patient", f"other{value}": 1},
    ):
        assert shared_function.client.post("/", content=json.dumps(body)).status_code == 400, body


def test_other_methods_are_not_allowed(shared_function: Framework) -> None:
    answer = shared_function.client.get("/")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.fixture(scope="module")
def shared_function(shared_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Framework]:
    """The HTTP function, shared by tests that make no run."""
    folder = tmp_path_factory.mktemp("function")
    environment = {"DATABASE_URL": shared_database, "JOB_SPOOL_FOLDER": str(folder / "spool"), "LOG_LEVEL": "error"}
    with serving(folder, environment, "run_job", EXAMPLES) as framework:
        yield framework
    assert _runs(shared_database) == []


def test_a_run_is_cancelled_before_the_function_times_out(
    environment: dict[str, str], tmp_path: Path, database_url: str
) -> None:
    environment["FUNCTION_TIMEOUT_SECONDS"] = "20"  # and so 5 seconds for the run
    with serving(tmp_path, environment, "run_job", EXAMPLES) as function:
        answer = _scheduled(function, {"job": "patient", "parameters": {"folder": str(tmp_path)}})

    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert (tmp_path / "begun-1").exists()


def test_sigterm_in_the_middle_of_a_run_cancels_it_and_stores_its_outcome(
    function: Framework, tmp_path: Path, database_url: str
) -> None:
    body = {"job": "patient", "parameters": {"folder": str(tmp_path)}}
    with ThreadPoolExecutor(1) as executor:
        answer = executor.submit(_scheduled, function, body)
        eventually("the run has begun", (tmp_path / "begun-1").exists)
        exit_code = function.terminate()

        assert (answer.result().status_code, answer.result().json()["state"]) == (200, "cancelled")
    assert exit_code == 0
    assert [state for _, state, _, _ in _runs(database_url)] == ["cancelled"]


def test_a_request_that_is_sent_again_during_the_run_is_answered_at_once(
    function: Framework, tmp_path: Path, database_url: str
) -> None:
    body = {"job": "patient", "parameters": {"folder": str(tmp_path)}}
    with ThreadPoolExecutor(1) as executor:
        first = executor.submit(_scheduled, function, body)
        eventually("the run has begun", (tmp_path / "begun-1").exists)
        again = _scheduled(function, body)
        (tmp_path / "end").touch()

        assert (again.status_code, again.json()["state"]) == (200, "running")
        assert (first.result().json()["id"], first.result().json()["state"]) == (again.json()["id"], "succeeded")
    assert len(_runs(database_url)) == 1


def test_a_run_of_an_instance_that_was_killed_is_resumed_by_a_later_request(
    environment: dict[str, str], tmp_path: Path, database_url: str
) -> None:
    body = {"job": "patient", "parameters": {"folder": str(tmp_path)}}
    with ThreadPoolExecutor(1) as executor:
        with serving(tmp_path, environment, "run_job", EXAMPLES) as killed:
            lost = executor.submit(_scheduled, killed, body)
            eventually("the run has begun", (tmp_path / "begun-1").exists)
            killed.kill()
            assert isinstance(lost.exception(), httpx.TransportError)
        (tmp_path / "end").touch()
        with serving(tmp_path, environment, "run_job", EXAMPLES) as function:
            eventually("the lease has ended", lambda: _scheduled(function, body).json()["state"] == "succeeded")

    assert [state for _, state, _, _ in _runs(database_url)] == ["succeeded"]


def test_a_damaged_job_is_refused_and_the_run_says_why(function: Framework, database_url: str) -> None:
    function.client.post("/", json={"job": "flaky", "dry_run": True})  # registers the job
    with psycopg.connect(database_url) as connection:
        connection.execute("update sync_job set retry = '[3]' where name = 'flaky'")

    answer = function.client.post("/", json={"job": "flaky"})

    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    assert "sync_job.retry is not a JSON object" in answer.json()["error_message"]


def test_an_instance_that_has_lost_its_run_says_so(
    environment: dict[str, str], tmp_path: Path, database_url: str
) -> None:
    body = {"job": "patient", "parameters": {"folder": str(tmp_path)}}
    for name in ("frozen", "other"):
        (tmp_path / name).mkdir()
    with (
        ThreadPoolExecutor(2) as executor,
        serving(tmp_path / "frozen", environment, "run_job", EXAMPLES) as frozen,
        serving(tmp_path / "other", environment, "run_job", EXAMPLES) as other,
    ):
        lost = executor.submit(_scheduled, frozen, body)
        eventually("the run has begun", (tmp_path / "begun-1").exists)
        frozen.signal(signal.SIGSTOP)
        taken_over = executor.submit(
            eventually, "the lease has ended", lambda: _scheduled(other, body).json()["state"] == "succeeded"
        )
        eventually("the run has been taken over", (tmp_path / "begun-2").exists)
        frozen.signal(signal.SIGCONT)

        assert (lost.result().status_code, lost.result().headers["Retry-After"]) == (503, "10")
        (tmp_path / "end").touch()
        taken_over.result()
    assert [state for _, state, _, _ in _runs(database_url)] == ["succeeded"]


def test_without_a_database_a_request_is_to_be_sent_again(environment: dict[str, str], tmp_path: Path) -> None:
    environment["DATABASE_URL"] = "postgresql:///nowhere?host=/nonexistent"
    with serving(tmp_path, environment, "run_job", EXAMPLES) as function:
        answer = _scheduled(function, {"job": "flaky"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("mode", [binary, structured])
def test_an_event_makes_one_run_however_often_it_is_delivered(
    event_function: Framework, database_url: str, mode: Callable[..., dict[str, Any]]
) -> None:
    event = mode(pubsub_data(b'{"job": "flaky", "parameters": {"succeeds_at": 2}}'))

    statuses = [event_function.client.post("/", **event).status_code for _ in range(2)]

    assert statuses == [200, 200]
    assert _runs(database_url) == [("flaky", "succeeded", TOPIC, f"{TOPIC} {MESSAGE_ID}")]


def test_an_event_with_the_id_of_a_different_one_is_logged_and_acknowledged(
    event_function: Framework, database_url: str
) -> None:
    _published(event_function, {"job": "flaky", "parameters": {"succeeds_at": 1}, "dry_run": True})

    answer = _published(event_function, {"job": "flaky", "parameters": {"succeeds_at": 1}})

    line = json.loads(event_function.logged.splitlines()[-1])
    assert (answer.status_code, line["event"]) == (200, "event_rejected")
    assert "was requested differently" in line["detail"]
    assert len(_runs(database_url)) == 1


def test_another_message_makes_another_run(event_function: Framework, database_url: str) -> None:
    body = {"job": "flaky", "parameters": {"succeeds_at": 1}}

    _published(event_function, body)
    _published(event_function, body, id="1096434104173401")
    _published(event_function, body, source=f"{TOPIC}-2")

    assert [state for _, state, _, _ in _runs(database_url)] == ["succeeded"] * 3


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (binary(pubsub_data(b"{}")), "`job`: Field required"),
        (binary(pubsub_data(b"[1]")), "is not a JSON object"),
        (binary(pubsub_data(b"\xff")), "is not JSON in base64"),
        (binary(pubsub_data(b"[" * 60_000)), "is not JSON in base64"),
        (binary(pubsub_data(b'{"job": "none"}')), "no job is named"),
        (binary(pubsub_data(b'{"job": "flaky", "parameters": {"unknown": 1}}')), "unknown is not a parameter"),
        (binary(pubsub_data(b'{"job": "patient", "parameters": {"folder": "\\u0000"}}')), "folder"),
        (binary({"message": {"data": "%%%"}}), "is not JSON in base64"),
        (binary({"message": {"attributes": {}}}), "is not a message of Pub/Sub"),
        (binary({"bucket": "b", "name": "file.csv"}, type="google.cloud.storage.object.v1.finalized"), "not a message"),
        (binary([1]), "is not a message of Pub/Sub"),
        ({**binary(None), "content": b"{"}, "is not a message of Pub/Sub"),
        ({**binary(None), "content": b""}, "is not a message of Pub/Sub"),
        (binary(pubsub_data(b'{"job": "flaky"}'), id="x" * 255), "together at most 254"),
        (structured(pubsub_data(b'{"job": "flaky"}'), id="a\x00b"), "must be visible ASCII characters"),
        (structured(pubsub_data(b'{"job": "flaky"}'), source="a b"), "must be visible ASCII characters"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_invalid_event_is_logged_and_acknowledged(
    shared_event_function: Framework, event: dict[str, Any], problem: str
) -> None:
    before = len(shared_event_function.logged)

    answer = shared_event_function.client.post("/", **event)

    line = json.loads(shared_event_function.logged[before:].splitlines()[0])
    assert (answer.status_code, line["event"]) == (200, "event_rejected")
    assert problem in line["detail"]


@pytest.fixture(scope="module")
def shared_event_function(shared_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Framework]:
    """The CloudEvent function, shared by tests that make no run."""
    folder = tmp_path_factory.mktemp("event-function")
    environment = {"DATABASE_URL": shared_database, "JOB_SPOOL_FOLDER": str(folder / "spool"), "LOG_LEVEL": "error"}
    with serving(folder, environment, "run_job_of_event", EXAMPLES) as framework:
        yield framework
    assert _runs(shared_database) == []


def test_without_a_database_an_event_is_to_be_delivered_again(environment: dict[str, str], tmp_path: Path) -> None:
    environment["DATABASE_URL"] = "postgresql:///nowhere?host=/nonexistent"
    with serving(tmp_path, environment, "run_job_of_event", EXAMPLES) as function:
        answer = _published(function, {"job": "flaky"})

    assert answer.status_code == 500


def test_the_functions_of_the_product_know_its_jobs(environment: dict[str, str], tmp_path: Path) -> None:
    with serving(tmp_path, environment, "run_job") as function:
        answer = _scheduled(function, {"job": "check_latest", "dry_run": True})
        unknown = _scheduled(function, {"job": "flaky"})

    assert (answer.status_code, answer.json()["state"]) == (200, "succeeded")
    assert (unknown.status_code, "there are: check_latest, " in unknown.text) == (400, True)


def test_without_settings_the_log_names_what_is_missing(environment: dict[str, str], tmp_path: Path) -> None:
    environment["DATABASE_URL"] = ""
    with serving(tmp_path, environment, "run_job") as function:
        answer = _scheduled(function, {"job": "check_latest"})

        assert (answer.status_code, "DATABASE_URL is not set" in function.logged) == (500, True)
