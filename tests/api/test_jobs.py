"""Tests of the operations on jobs."""

from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest

from arcbeat.domain.identity.identity import Role, Scope
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.jobs import JobDefinition
from tests.support.jobs import CHECK, Worker
from tests.support.service import Service

JOBS = "/api/v1/jobs"
PATH = f"{JOBS}/check"


@pytest.fixture(scope="module")
def worker(service: Service) -> Worker:
    worker = Worker(service.database_url)
    worker.register(CHECK, JobDefinition(name="archive", description="Move old rows."))
    return worker


@pytest.fixture(scope="module")
def admin(service: Service, worker: Worker) -> httpx.Client:
    return service.client(*Role.ADMIN.scopes)


def pointers(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 400, answer.text
    return [error["name"] for error in answer.json()["errors"]]


def test_jobs_are_listed_by_name(admin: httpx.Client) -> None:
    page = admin.get(JOBS, params={"page_size": 1, "page": 2}).json()

    assert (page["total"], [each["name"] for each in page["items"]]) == (2, ["check"])


def test_a_job_has_its_schedule_limits_and_parameters(admin: httpx.Client) -> None:
    job = admin.get(PATH).json()

    assert (job["schedule"], job["time_zone"], job["enabled"]) == ("*/15 * * * *", "Asia/Shanghai", True)
    assert job["parameters"] == {"apply": False, "limit": 10, "ratio": 0.5, "only": None}
    assert job["retry"]["strategy"] == "exponential_backoff"
    assert datetime.fromisoformat(job["next_run_at"]) > datetime.now(UTC)
    assert admin.get(f"{JOBS}/archive").json()["next_run_at"] is None


def test_an_unknown_job_is_a_problem_of_its_own(admin: httpx.Client) -> None:
    answers = [admin.get(f"{JOBS}/nothing"), admin.patch(f"{JOBS}/nothing", json={"enabled": False})]

    assert {(each.status_code, each.json()["type"]) for each in answers} == {(404, "urn:arcbeat:problem:unknown-job")}


def test_a_change_keeps_what_it_does_not_name(admin: httpx.Client) -> None:
    before = admin.get(PATH).json()
    body = {"schedule": "30 2 * * *", "timeout_seconds": 60, "retry": {"max_attempts": 5}, "parameters": {"limit": 20}}
    changed = admin.patch(PATH, json=body)

    assert changed.status_code == 200
    assert changed.json() == {
        **before,
        "schedule": "30 2 * * *",
        "timeout_seconds": 60,
        "retry": {**before["retry"], "max_attempts": 5},
        "parameters": {**before["parameters"], "limit": 20},
        "next_run_at": changed.json()["next_run_at"],
        "updated_at": changed.json()["updated_at"],
    }
    assert changed.json()["next_run_at"] != before["next_run_at"]
    assert admin.get(PATH).json() == changed.json()
    assert admin.get(PATH).headers["ETag"] == changed.headers["ETag"]


def test_a_job_that_is_disabled_has_no_next_run(admin: httpx.Client) -> None:
    disabled = admin.patch(PATH, json={"enabled": False}).json()
    enabled = admin.patch(PATH, json={"enabled": True}).json()

    assert disabled["next_run_at"] is None
    assert enabled["next_run_at"] is not None


def test_a_change_of_another_version_is_rejected(admin: httpx.Client) -> None:
    version = admin.get(PATH).headers["ETag"]
    first = admin.patch(PATH, json={"max_resumes": 1}, headers={"If-Match": version})
    second = admin.patch(PATH, json={"max_resumes": 2}, headers={"If-Match": version})

    assert (first.status_code, second.status_code) == (200, 412)
    assert admin.get(PATH).json()["max_resumes"] == 1


def test_the_version_of_a_job_does_not_change_when_it_runs(admin: httpx.Client, service: Service) -> None:
    version = admin.get(PATH).headers["ETag"]
    service.execute("update sync_job set next_run_at = next_run_at + interval '1 day' where name = 'check'")

    assert admin.get(PATH).headers["ETag"] == version


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"schedule": "61 * * * *"}, "/schedule"),
        ({"schedule": "0 0 30 2 *"}, "/schedule"),
        ({"time_zone": "Asia/Atlantis"}, "/time_zone"),
        ({"retry": {"max_attempts": 0}}, "/retry/max_attempts"),
        ({"retry": {"strategy": "quick"}}, "/retry/strategy"),
        ({"timeout_seconds": 0}, "/timeout_seconds"),
        ({"parameters": {"nothing": 1}}, "/parameters/nothing"),
        ({"parameters": {"apply": 1}}, "/parameters/apply"),
        ({"parameters": {"limit": "10"}}, "/parameters/limit"),
    ],
)
def test_an_invalid_change_names_the_property_and_changes_nothing(
    admin: httpx.Client, body: dict[str, Any], pointer: str
) -> None:
    before = admin.get(PATH).json()

    assert pointers(admin.patch(PATH, json=body)) == [pointer]
    assert admin.get(PATH).json() == before


def test_a_schedule_can_be_removed(admin: httpx.Client) -> None:
    removed = admin.patch(PATH, json={"schedule": None}).json()
    admin.patch(PATH, json={"schedule": CHECK.schedule})

    assert (removed["schedule"], removed["next_run_at"]) == (None, None)


def test_statistics_count_the_runs_of_each_day(admin: httpx.Client, service: Service, worker: Worker) -> None:
    operator = service.client(Scope.JOB_RUN, Scope.JOB_READ)
    for _ in range(2):
        operator.post(f"{JOBS}/archive/runs", json={})
        worker.finish(worker.claim("archive"))
    for category in (ErrorCategory.CONFLICT, ErrorCategory.TIMEOUT, ErrorCategory.TIMEOUT):
        operator.post(f"{JOBS}/archive/runs", json={})
        worker.finish(worker.claim("archive"), RunEvent.FAILED, error_category=category)
    service.execute(
        "insert into sync_job_statistics (job_name, day, state, runs, retries, duration_ms_total, duration_ms_max, "
        "errors) values "
        "('archive', (now() at time zone 'UTC')::date - 1, 'failed', 4, 8, 100, 40, '{\"timeout\": 3, \"odd\": 1}'), "
        "('archive', (now() at time zone 'UTC')::date - 1, 'timed_out', 2, 0, 50, 30, '{\"timeout\": 2}'), "
        "('check', (now() at time zone 'UTC')::date - 40, 'failed', 1, 0, 1, 1, '{}')"
    )

    found = operator.get(f"{JOBS}/statistics", params={"days": 2, "job": "archive"}).json()
    all_jobs = operator.get(f"{JOBS}/statistics", params={"days": 50}).json()

    assert [each["day"] for each in found["items"]] == [found["first_day"], found["last_day"]]
    yesterday, today = found["items"]
    assert yesterday["runs"] == {"failed": 4, "timed_out": 2}
    assert (yesterday["duration_ms_avg"], yesterday["duration_ms_max"]) == (25, 40)
    assert yesterday["errors_by_category"] == {"timeout": 5, "unknown": 1}
    assert (today["runs"], today["total"], today["retries"]) == ({"succeeded": 2, "failed": 3}, 5, 0)
    assert today["errors_by_category"] == {"conflict": 1, "timeout": 2}
    assert [each["job_name"] for each in all_jobs["items"]] == ["check", "archive", "archive"]


def test_a_damaged_job_has_a_problem_and_the_others_are_listed(service: Service, admin: httpx.Client) -> None:
    with psycopg.connect(service.database_url, autocommit=True) as connection:
        connection.execute("update sync_job set parameters = '[]' where name = 'archive'")
        listed = {each["name"]: each["problem"] for each in admin.get(JOBS).json()["items"]}
        shown = admin.get(f"{JOBS}/archive").json()
        rejected = [
            admin.patch(f"{JOBS}/archive", json={"enabled": False}),
            admin.post(f"{JOBS}/archive/runs", json={}),
        ]
        connection.execute("update sync_job set parameters = '{}' where name = 'archive'")

    assert listed["check"] is None
    assert listed["archive"].startswith("sync_job.parameters is not a JSON object")
    assert (shown["problem"], shown["parameters"]) == (listed["archive"], {})
    assert {(each.status_code, each.json()["type"]) for each in rejected} == {(409, "urn:arcbeat:problem:conflict")}
    assert all("sync_job.parameters is not a JSON object" in each.json()["detail"] for each in rejected)
    assert admin.patch(f"{JOBS}/archive", json={"enabled": True}).status_code == 200
