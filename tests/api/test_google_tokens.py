"""Tests of the requests of Cloud Scheduler: ID tokens of service accounts, and the headers that it adds."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from arcbeat.domain.identity.identity import Scope
from tests.realtime.support.sockets import SocketIo
from tests.support.identity import bearer, get_me
from tests.support.jobs import CHECK, Worker
from tests.support.jwks import AUDIENCE, GOOGLE_AUDIENCE, ISSUER, SERVICE_ACCOUNT, Key, issuing
from tests.support.postgres import Server
from tests.support.service import Service

JOBS = "/api/v1/jobs"
START = f"{JOBS}/check/runs"
GOOGLE, EXTERNAL = Key("google"), Key("external")
OTHER_ACCOUNT = "workflow@my-project.iam.gserviceaccount.com"
SCHEDULED = {
    "User-Agent": "Google-Cloud-Scheduler",
    "X-CloudScheduler": "true",
    "X-CloudScheduler-JobName": "arcbeat-check",
    "X-CloudScheduler-ScheduleTime": "2026-03-02T08:00:00Z",
}
"""The headers that Cloud Scheduler adds to each request."""


@pytest.fixture(scope="module")
def trusting(postgres_server: Server, template_database: str) -> Iterator[Service]:
    """A service that trusts Google and another issuer."""
    url = postgres_server.create_database(template=template_database)
    with issuing(GOOGLE) as google, issuing(EXTERNAL) as external:
        settings = {
            "google_audience": GOOGLE_AUDIENCE,
            "google_service_accounts": f"{SERVICE_ACCOUNT}, {OTHER_ACCOUNT}",
            "google_jwks_url": google.url,
            "jwks_url": external.url,
            "jwt_issuer": ISSUER,
            "jwt_audience": AUDIENCE,
        }
        with Service.running(url, **settings) as service:
            Worker(url).register(CHECK)
            yield service
    postgres_server.drop_database(url)


@pytest.fixture
def scheduler(trusting: Service) -> Iterator[httpx.Client]:
    """Cloud Scheduler, which authenticates as a service account."""
    trusting.execute("delete from sync_job_run")
    headers = {**SCHEDULED, **bearer(GOOGLE.sign_as_google())}
    with httpx.Client(base_url=trusting.url, trust_env=False, headers=headers) as client:
        yield client


def test_a_service_account_starts_a_run_and_follows_it(trusting: Service, scheduler: httpx.Client) -> None:
    me = get_me(trusting, bearer(GOOGLE.sign_as_google())).json()
    started = scheduler.post(START, json={"dry_run": True})
    followed = scheduler.get(started.headers["Location"])

    assert (me["kind"], me["name"], me["role"]) == ("google", SERVICE_ACCOUNT, None)
    assert me["scopes"] == ["job:read", "job:run"]
    assert (started.status_code, followed.status_code) == (202, 200)
    assert (followed.json()["requested_by"], followed.json()["trigger"]) == (SERVICE_ACCOUNT, "http")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/device/types"),
        ("GET", "/api/v1/users"),
        ("PATCH", f"{JOBS}/check"),
        ("POST", "/api/v1/device/data"),
    ],
)
def test_a_service_account_may_do_nothing_else(scheduler: httpx.Client, method: str, path: str) -> None:
    answer = scheduler.request(method, path, json={} if method != "GET" else None)

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:arcbeat:problem:forbidden")


def test_a_token_of_the_other_issuer_keeps_its_own_rules(trusting: Service) -> None:
    me = get_me(trusting, bearer(EXTERNAL.sign(sub=SERVICE_ACCOUNT))).json()

    assert (me["kind"], me["scopes"]) == ("external", ["device:read"])


@pytest.mark.parametrize(
    "changed", [{"email": "other@my-project.iam.gserviceaccount.com"}, {"aud": AUDIENCE}, {"email_verified": False}]
)
def test_a_token_that_is_not_valid_is_rejected_like_any_other(trusting: Service, changed: dict[str, Any]) -> None:
    answer = get_me(trusting, bearer(GOOGLE.sign_as_google(**changed)))

    assert (answer.status_code, answer.json()["detail"]) == (401, "The token is not valid.")
    assert answer.json()["type"] == "urn:arcbeat:problem:unauthenticated"


def test_without_the_settings_no_token_of_google_is_accepted(service: Service) -> None:
    assert get_me(service, bearer(GOOGLE.sign_as_google())).status_code == 401


def test_a_request_of_a_service_account_is_audited_with_its_address(trusting: Service, scheduler: httpx.Client) -> None:
    with capture_logs() as logs:
        scheduler.post(START, json={"dry_run": True})
        trusting.anonymous.get("/healthz")  # when it is answered, the line of the request before is written

    (line,) = (each for each in logs if each["event"] == "audit")
    assert (line["actor"], line["actor_kind"], line["action"]) == (SERVICE_ACCOUNT, "google", "start_run")


def test_requests_are_limited_per_service_account(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    with issuing(GOOGLE) as google:
        settings = {
            "google_audience": GOOGLE_AUDIENCE,
            "google_service_accounts": f"{SERVICE_ACCOUNT},{OTHER_ACCOUNT}",
            "google_jwks_url": google.url,
            "rate_limit_per_second": 0.001,
        }
        with Service.running(url, **settings) as service:
            first = get_me(service, bearer(GOOGLE.sign_as_google()))
            second = get_me(service, bearer(GOOGLE.sign_as_google(sub="1", azp="1")))
            other = get_me(service, bearer(GOOGLE.sign_as_google(email=OTHER_ACCOUNT)))
    postgres_server.drop_database(url)

    assert (first.status_code, second.status_code, other.status_code) == (200, 429, 200)


async def test_a_service_account_follows_runs_over_a_socket(trusting: Service, scheduler: httpx.Client) -> None:
    async with SocketIo.connected(trusting.url, {"token": GOOGLE.sign_as_google()}) as client:
        await client.call("subscribe_jobs", {})
        started = await asyncio.to_thread(scheduler.post, START)
        items = (await client.next("job_runs"))["items"]

    assert [each["id"] for each in items] == [started.json()["id"]]


def test_a_retry_of_cloud_scheduler_makes_no_second_run(scheduler: httpx.Client) -> None:
    first = scheduler.post(START, json={"dry_run": True})
    again = scheduler.post(START, json={"dry_run": True})
    written_differently = {"X-CloudScheduler-ScheduleTime": "2026-03-02T16:00:00+08:00"}
    same_moment = scheduler.post(START, json={"dry_run": True}, headers=written_differently)

    assert (first.status_code, first.json()["id"]) == (202, again.json()["id"])
    assert same_moment.json()["id"] == first.json()["id"]
    assert first.json()["idempotency_key"] == "cloud-scheduler/arcbeat-check 2026-03-02T08:00:00+00:00"


@pytest.mark.parametrize(
    "other",
    [
        {"X-CloudScheduler-ScheduleTime": "2026-03-02T09:00:00Z"},
        {"X-CloudScheduler-JobName": "arcbeat-check-2"},
        {"Idempotency-Key": "given"},
    ],
)
def test_another_moment_schedule_or_key_makes_another_run(scheduler: httpx.Client, other: dict[str, str]) -> None:
    first = scheduler.post(START, json={"dry_run": True}).json()
    scheduler.post(f"{JOBS}/runs/{first['id']}/cancel")
    second = scheduler.post(START, json={"dry_run": True}, headers=other).json()

    assert second["id"] != first["id"]


@pytest.mark.parametrize("omitted", ["X-CloudScheduler-JobName", "X-CloudScheduler-ScheduleTime"])
def test_one_header_without_the_other_makes_no_key(scheduler: httpx.Client, omitted: str) -> None:
    del scheduler.headers[omitted]

    assert scheduler.post(START, json={"dry_run": True}).json()["idempotency_key"] is None


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-CloudScheduler-ScheduleTime", "yesterday"),
        ("X-CloudScheduler-ScheduleTime", "2026-03-02T08:00:00"),
        ("X-CloudScheduler-ScheduleTime", "0000-01-01T00:00:00Z"),
        ("X-CloudScheduler-ScheduleTime", "0001-01-01T00:00:00+14:00"),
        ("X-CloudScheduler-ScheduleTime", ""),
        ("X-CloudScheduler-JobName", "j" * 201),
        ("X-CloudScheduler-JobName", "a b"),
        ("X-CloudScheduler-JobName", ""),
    ],
)
def test_an_invalid_header_is_rejected(scheduler: httpx.Client, header: str, value: str) -> None:
    answer = scheduler.post(START, json={"dry_run": True}, headers={header: value})

    assert answer.status_code == 400
    assert {(each["location"], each["name"]) for each in answer.json()["errors"]} == {("header", header)}


def test_the_error_of_a_moment_without_an_offset_says_what_is_right(scheduler: httpx.Client) -> None:
    answer = scheduler.post(START, headers={"X-CloudScheduler-ScheduleTime": "2026-03-02T08:00:00"})

    (error,) = answer.json()["errors"]
    assert error["detail"] == "the timestamp has no offset; add one, for example 2026-03-02T08:00:00+08:00"


@pytest.mark.parametrize("content_type", [None, "application/octet-stream"])
def test_a_job_of_cloud_scheduler_needs_no_body(scheduler: httpx.Client, content_type: str | None) -> None:
    answer = scheduler.post(START, headers={"Content-Type": content_type} if content_type else {})

    assert answer.status_code == 202


def test_other_credentials_may_send_the_headers_too(trusting: Service) -> None:
    operator = trusting.client(Scope.JOB_RUN)
    headers = {**SCHEDULED, "X-CloudScheduler-ScheduleTime": "2026-04-01T00:00:00Z"}

    first, again = (operator.post(START, json={"dry_run": True}, headers=headers).json() for _ in range(2))

    assert first["id"] == again["id"]
