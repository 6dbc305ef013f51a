"""Tests of the list of runs of a job, and of the health of jobs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Scope
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.jobs import OverlapPolicy
from arcbeat.domain.jobs.logs import AdaptiveAdjustments
from arcbeat.domain.time.clock import utc_now
from tests.support.jobs import CHECK, Worker, log_of, retried
from tests.support.service import Service

JOBS = "/api/v1/jobs"
PATH = f"{JOBS}/check"
RUNS = f"{PATH}/runs"


@pytest.fixture(scope="module")
def worker(service: Service) -> Worker:
    worker = Worker(service.database_url)
    worker.register(CHECK, replace(CHECK, name="other", overlap=OverlapPolicy.QUEUE))
    return worker


@pytest.fixture(autouse=True)
def no_runs(service: Service, worker: Worker) -> Iterator[None]:
    yield
    service.execute("delete from sync_job_run; delete from sync_job_log")


@pytest.fixture
def client(service: Service) -> httpx.Client:
    return service.client(Scope.JOB_READ, Scope.JOB_RUN)


def start(client: httpx.Client, job: str = "check") -> Any:
    return client.post(f"{JOBS}/{job}/runs", json={}).json()


def listed(client: httpx.Client, **parameters: Any) -> list[Any]:
    answer = client.get(RUNS, params=parameters)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


def test_runs_are_listed_with_those_that_have_not_begun(client: httpx.Client, worker: Worker) -> None:
    start(client)
    worker.finish(worker.claim())
    queued, skipped, _ = start(client), start(client), start(client, "other")

    first, second, third = listed(client)

    assert (first["state"], second["state"], third["state"]) == ("skipped", "queued", "succeeded")
    assert (first, second) == (skipped, queued)
    assert client.get(f"{JOBS}/nothing/runs").status_code == 404


def test_runs_of_some_states_are_listed_the_newest_first(client: httpx.Client, worker: Worker) -> None:
    for event in (RunEvent.SUCCEEDED, RunEvent.FAILED, RunEvent.SUCCEEDED):
        start(client)
        worker.finish(worker.claim(), event)
    start(client)

    def states(*wanted: str, **more: Any) -> list[str]:
        return [each["state"] for each in listed(client, state=wanted, **more)]

    assert states("succeeded", "failed") == ["succeeded", "failed", "succeeded"]
    assert states("succeeded,queued") == ["queued", "succeeded", "succeeded"]
    assert states("failed", page_size=1) == ["failed"]
    assert states("abandoned") == []
    assert client.get(RUNS, params={"state": "done"}).status_code == 400


def test_pages_do_not_shift_when_runs_are_requested(client: httpx.Client, worker: Worker) -> None:
    started = [start(client)["id"] for _ in range(3)]
    query: dict[str, Any] = {"page_size": 1, "state": ["queued", "skipped"]}
    page = client.get(RUNS, params=query).json()
    found = [page["items"][0]["id"]]
    start(client)
    while page["next_cursor"]:
        page = client.get(RUNS, params={**query, "cursor": page["next_cursor"]}).json()
        found += [each["id"] for each in page["items"]]
    other = client.get(RUNS, params={"cursor": client.get(RUNS, params=query).json()["next_cursor"]})

    assert found == started[::-1]
    assert other.status_code == 400


def test_runs_of_a_range_of_time_are_listed(client: httpx.Client, worker: Worker) -> None:
    first, second = start(client), start(client)

    assert [each["id"] for each in listed(client, to=second["created_at"])] == [first["id"]]
    assert [each["id"] for each in listed(client, **{"from": second["created_at"]})] == [second["id"]]
    backwards = client.get(RUNS, params={"from": second["created_at"], "to": first["created_at"]})
    assert (backwards.status_code, backwards.json()["errors"][0]["name"]) == (400, "from")


def test_the_attempts_of_each_run_are_included_on_request(client: httpx.Client, worker: Worker) -> None:
    start(client)
    run = worker.claim()
    failed_at = utc_now()
    row = retried(run, 2, failed_at)
    worker.append(run, row)
    waiting = listed(client, include="segments")[0]["segments"]
    worker.complete(run, replace(row, ended_at=utc_now()))
    worker.finish(run, attempts=2)
    start(client)

    queued, ended = listed(client, include="segments")

    assert queued["segments"] == []
    assert [(each["kind"], each["attempt_number"], each["status"]) for each in ended["segments"]] == [
        ("attempt", 1, "failed"),
        ("wait", 2, "success"),
        ("attempt", 2, "success"),
    ]
    timeline = client.get(f"{JOBS}/logs/{ended['root_log_id']}/timeline").json()
    assert ended["segments"] == timeline["segments"]
    assert [(each["kind"], each["ended_at"]) for each in waiting][1:] == [("wait", None)]
    assert waiting[1]["planned_end_at"] == ended["segments"][2]["planned_start_at"]
    assert "segments" not in listed(client)[0]


def test_the_timeline_has_the_changes_of_the_strategy(client: httpx.Client, worker: Worker) -> None:
    start(client)
    run = worker.claim()
    failed_at = utc_now()
    row = retried(run, 2, failed_at)
    assert row.retry_context is not None
    adapted = replace(row.retry_context, adaptive_adjustments=AdaptiveAdjustments(2.0, timeout_extended=False))
    change = log_of(run, RunEvent.STRATEGY_CHANGED, started_at=failed_at, attempt_number=2, retry_context=adapted)
    [log_id, _] = worker.append(run, change, replace(row, retry_context=adapted))

    timeline = client.get(f"{JOBS}/logs/{log_id}/timeline").json()

    [found] = timeline["strategy_changes"]
    assert (found["log_id"], found["attempt_number"], found["message"]) == (log_id, 2, "strategy_changed")
    assert found["changed_at"] == timeline["segments"][0]["ended_at"]
    assert found["before"] == {"delay_multiplier": 1.0, "timeout_extended": False}
    assert found["after"] == {"delay_multiplier": 2.0, "timeout_extended": False}


def test_a_run_whose_log_was_archived_has_no_attempts(client: httpx.Client, worker: Worker, service: Service) -> None:
    start(client)
    run = worker.claim()
    worker.append(run, retried(run, 2, utc_now()))
    service.execute("delete from sync_job_log where parent_log_id is null")

    assert [each["segments"] for each in listed(client, include="segments")] == [[]]


def test_a_job_shows_its_run_under_way_and_its_last_run(client: httpx.Client, worker: Worker) -> None:
    before = client.get(PATH).json()
    start(client)
    first = worker.finish(worker.claim())
    start(client)
    failure = {"result": None, "error_category": ErrorCategory.TIMEOUT, "error_message": "It took too long."}
    worker.finish(worker.claim(), RunEvent.FAILED, **failure)
    queued, skipped = start(client), start(client)

    job = client.get(PATH).json()

    assert (before["health"], before["active_run"], before["last_run"]) == ("never_run", None, None)
    assert (skipped["state"], job["active_run"]["id"], job["active_run"]["state"]) == (
        "skipped",
        queued["id"],
        "queued",
    )
    last = job["last_run"]
    assert (last["state"], last["error_category"], last["error_message"]) == ("failed", "timeout", "It took too long.")
    assert last["duration_ms"] >= 0
    assert (job["health"], job["consecutive_failures"], job["silent_since"]) == ("failing", 1, None)
    assert job["last_success_at"] == client.get(f"{JOBS}/runs/{first.id}").json()["finished_at"]
    assert {each["name"]: each for each in client.get(JOBS).json()["items"]}["check"] == job


def test_a_job_whose_run_lost_its_worker_is_stuck(client: httpx.Client, worker: Worker, service: Service) -> None:
    start(client)
    run = worker.claim()
    under_way = client.get(PATH).json()
    service.execute("update sync_job_run set lease_until = now() - interval '1 s'")
    stuck = client.get(PATH).json()

    assert (under_way["health"], under_way["active_run"]["state"]) == ("never_run", "running")
    assert (stuck["health"], stuck["active_run"]["id"]) == ("stuck", run.id)


def test_a_job_whose_moment_passed_without_a_run_is_silent(client: httpx.Client, service: Service) -> None:
    service.execute("update sync_job set next_run_at = now() - interval '59 s' where name = 'check'")
    late = client.get(PATH).json()
    service.execute("update sync_job set next_run_at = now() - interval '1 hour' where name = 'check'")
    silent = client.get(PATH).json()
    service.execute("update sync_job set next_run_at = now() + interval '1 hour' where name = 'check'")

    assert (late["health"], late["silent_since"]) == ("never_run", None)
    assert (silent["health"], silent["silent_since"]) == ("silent", silent["next_run_at"])
