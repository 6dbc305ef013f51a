"""Tests of the operations on runs."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.jobs import OverlapPolicy
from tests.support.jobs import CHECK, Worker
from tests.support.service import Service

JOBS = "/api/v1/jobs"
RUNS = f"{JOBS}/runs"
START = f"{JOBS}/check/runs"


@pytest.fixture(scope="module")
def worker(service: Service) -> Worker:
    worker = Worker(service.database_url)
    worker.register(
        CHECK,
        replace(CHECK, name="queueing", overlap=OverlapPolicy.QUEUE),
        replace(CHECK, name="refusing", overlap=OverlapPolicy.REFUSE),
    )
    return worker


@pytest.fixture(autouse=True)
def empty_queue(service: Service, worker: Worker) -> Iterator[None]:
    yield
    service.execute("update sync_job_run set state = 'cancelled', finished_at = now() where finished_at is null")


@pytest.fixture
def operator(service: Service) -> httpx.Client:
    return service.client_of("vera", *Role.OPERATOR.scopes)


def test_a_job_is_started_and_the_run_followed_to_its_end(operator: httpx.Client, worker: Worker) -> None:
    started = operator.post(START, json={"parameters": {"limit": 5}, "dry_run": True})
    queued = operator.get(started.headers["Location"]).json()
    running = worker.claim()
    under_way = operator.get(started.headers["Location"]).json()
    worker.finish(running)
    ended = operator.get(started.headers["Location"]).json()

    assert (started.status_code, started.headers["Location"]) == (202, f"{RUNS}/{queued['id']}")
    assert started.json() == queued
    assert (queued["state"], queued["trigger"], queued["requested_by"]) == ("queued", "http", "vera")
    assert (queued["dry_run"], queued["parameters"]) == (True, {**CHECK.parameters, "limit": 5})
    assert (under_way["state"], under_way["attempts"], under_way["worker"]) == ("running", 1, "test:1:a")
    assert (ended["state"], ended["result"]) == ("succeeded", {"checked": 3})
    assert (ended["rows_read"], ended["rows_written"], ended["rows_skipped"]) == (3, 2, 1)


@pytest.mark.parametrize("content_type", [None, "application/json", "application/x-www-form-urlencoded"])
def test_a_job_is_started_with_its_defaults_by_a_request_without_a_body(
    operator: httpx.Client, content_type: str | None
) -> None:
    started = operator.post(START, headers={"Content-Type": content_type} if content_type else {})

    assert started.status_code == 202
    assert (started.json()["parameters"], started.json()["dry_run"]) == (CHECK.parameters, False)


def test_a_body_of_another_media_type_is_rejected(operator: httpx.Client) -> None:
    assert operator.post(START, content="dry_run=true", headers={"Content-Type": "text/plain"}).status_code == 415
    assert operator.post(START, content=" ", headers={"Content-Type": "application/json"}).status_code == 400


def test_requests_with_the_same_key_make_one_run(operator: httpx.Client, worker: Worker) -> None:
    headers = {"Idempotency-Key": "f81d4fae"}
    first = operator.post(START, json={"dry_run": True}, headers=headers)
    worker.finish(worker.claim())
    second = operator.post(START, json={"dry_run": True}, headers=headers)
    other_job = operator.post(f"{JOBS}/queueing/runs", json={"dry_run": True}, headers=headers)

    assert (second.status_code, second.json()["id"], second.json()["state"]) == (202, first.json()["id"], "succeeded")
    assert other_job.json()["id"] != first.json()["id"]


def test_a_key_that_was_used_for_another_request_is_a_conflict(operator: httpx.Client) -> None:
    headers = {"Idempotency-Key": "0001"}
    operator.post(START, json={}, headers=headers)
    answers = [
        operator.post(START, json={"dry_run": True}, headers=headers),
        operator.post(START, json={"parameters": {"limit": 11}}, headers=headers),
    ]

    assert {(each.status_code, each.json()["type"]) for each in answers} == {(409, "urn:arcbeat:problem:conflict")}
    assert operator.post(START, json={"parameters": {"limit": 10}}, headers=headers).status_code == 202


@pytest.mark.parametrize("key", ["", "a b", "ü", "k" * 201])
def test_an_invalid_key_is_rejected(operator: httpx.Client, key: str) -> None:
    answer = operator.post(START, json={}, headers={b"Idempotency-Key": key.encode()})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["name"] == "Idempotency-Key"


def test_an_unknown_parameter_and_one_of_another_type_are_rejected(operator: httpx.Client) -> None:
    answer = operator.post(
        START, json={"parameters": {"nothing": 1, "apply": "yes", "limit": None, "only": "W1", "ratio": 1}}
    )

    assert answer.status_code == 400
    errors = {each["name"]: each["detail"] for each in answer.json()["errors"]}
    assert errors.keys() == {"/parameters/nothing", "/parameters/apply", "/parameters/limit"}
    assert errors["/parameters/limit"] == "must be a number, like its default 10"
    assert "apply, limit, only, ratio" in errors["/parameters/nothing"]


def test_the_overlap_policy_decides_about_a_second_run(operator: httpx.Client) -> None:
    states = {}
    for name in ("check", "queueing", "refusing"):
        operator.post(f"{JOBS}/{name}/runs", json={})
        second = operator.post(f"{JOBS}/{name}/runs", json={})
        states[name] = second.json()["state"] if second.status_code == 202 else second.json()

    refused = states.pop("refusing")
    assert states == {"check": "skipped", "queueing": "queued"}
    assert (refused["status"], refused["type"]) == (409, "urn:arcbeat:problem:conflict")
    refused_run = refused["detail"].rpartition(" ")[2].rstrip(".")
    assert operator.get(f"{RUNS}/{refused_run}").json()["state"] == "refused"


def test_a_queued_run_is_cancelled_at_once_and_a_running_one_is_asked_to_end(
    operator: httpx.Client, worker: Worker
) -> None:
    first = operator.post(START, json={}).json()["id"]
    cancelled = operator.post(f"{RUNS}/{first}/cancel")
    second = operator.post(START, json={}).json()["id"]
    run = worker.claim()
    asked = operator.post(f"{RUNS}/{second}/cancel")
    worker.finish(run)
    too_late = operator.post(f"{RUNS}/{second}/cancel")

    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert (asked.json()["state"], asked.json()["cancel_requested"]) == ("running", True)
    assert (too_late.status_code, too_late.json()["state"]) == (202, "succeeded")


def test_a_run_that_has_ended_is_repeated_with_its_parameters(operator: httpx.Client, worker: Worker) -> None:
    first = operator.post(START, json={"parameters": {"limit": 7}, "dry_run": True}).json()
    too_early = operator.post(f"{RUNS}/{first['id']}/retry")
    worker.finish(worker.claim(), RunEvent.FAILED, result=None)
    headers = {"Idempotency-Key": "again"}
    repeated = operator.post(f"{RUNS}/{first['id']}/retry", headers=headers)
    once_more = operator.post(f"{RUNS}/{first['id']}/retry", headers=headers)

    assert too_early.status_code == 409
    run = repeated.json()
    assert (repeated.status_code, repeated.headers["Location"]) == (202, f"{RUNS}/{run['id']}")
    assert (run["retry_of"], run["trigger"], run["state"]) == (first["id"], "retry", "queued")
    assert (run["parameters"], run["dry_run"]) == (first["parameters"], True)
    assert once_more.json()["id"] == run["id"]


def test_a_run_whose_parameters_were_damaged_is_shown_and_not_repeated(
    operator: httpx.Client, service: Service, worker: Worker
) -> None:
    run = operator.post(START).json()
    worker.finish(worker.claim())
    service.execute("update sync_job_run set parameters = '[3]' where id = %s", run["id"])

    shown = operator.get(f"{RUNS}/{run['id']}")
    repeated = operator.post(f"{RUNS}/{run['id']}/retry")

    assert (shown.status_code, shown.json()["parameters"]) == (200, {})
    assert repeated.status_code == 409
    assert "The run cannot be repeated: sync_job_run.parameters is not a JSON object" in repeated.json()["detail"]


def test_unknown_jobs_and_runs_are_problems_of_their_own(operator: httpx.Client) -> None:
    unknown = [
        operator.get(f"{RUNS}/999999"),
        operator.post(f"{RUNS}/999999/cancel"),
        operator.post(f"{RUNS}/999999/retry"),
    ]

    assert {(each.status_code, each.json()["type"]) for each in unknown} == {(404, "urn:arcbeat:problem:unknown-run")}
    assert operator.post(f"{JOBS}/nothing/runs", json={}).json()["type"] == "urn:arcbeat:problem:unknown-job"
