"""Requests of API destinations of Amazon EventBridge, which start jobs with an API key.

The headers are those that the user guide of EventBridge lists for each request, and those of the target: the
Idempotency-Key with the id of the event. EventBridge opens a connection per request.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from arcbeat.domain.identity.identity import Scope
from arcbeat.domain.jobs.jobs import OverlapPolicy
from tests.support.identity import add_api_key
from tests.support.jobs import CHECK, Worker
from tests.support.service import Service

START = "/api/v1/jobs/check/runs"
EVENT_ID = "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa"
TRANSFORMED = '{"parameters": {"limit": 5}, "dry_run": true}'
"""What an input transformer makes of an event."""
UNTRANSFORMED = json.dumps(
    {
        "version": "0",
        "id": EVENT_ID,
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-03-02T08:00:00Z",
        "region": "eu-central-1",
        "resources": ["arn:aws:events:eu-central-1:123456789012:rule/nightly"],
        "detail": {},
    }
)


@pytest.fixture(scope="module")
def worker(service: Service) -> Worker:
    worker = Worker(service.database_url)
    worker.register(CHECK, replace(CHECK, name="refusing", overlap=OverlapPolicy.REFUSE))
    return worker


@pytest.fixture(autouse=True)
def empty_queue(service: Service, worker: Worker) -> Iterator[None]:
    yield
    service.execute("delete from sync_job_run")


@pytest.fixture(scope="module")
def api_key(service: Service) -> str:
    return add_api_key(service, "eventbridge", Scope.JOB_RUN)


def _send(
    service: Service, api_key: str, *, path: str = START, body: str = TRANSFORMED, event_id: str = EVENT_ID
) -> httpx.Response:
    headers = {
        "X-API-Key": api_key,
        "User-Agent": "Amazon/EventBridge/ApiDestinations",
        "Content-Type": "application/json; charset=utf-8",
        "Range": "bytes=0-1048575",
        "Accept-Encoding": "gzip,deflate",
        "Connection": "close",
        "Idempotency-Key": event_id,
    }
    return httpx.post(f"{service.url}{path}", content=body, headers=headers, trust_env=False, timeout=5)


def _runs(service: Service) -> int:
    count: int = service.fetch_value("select count(*) from sync_job_run")
    return count


def test_an_event_starts_a_run(service: Service, api_key: str) -> None:
    started = _send(service, api_key)

    run = started.json()
    assert (started.status_code, run["state"], run["requested_by"]) == (202, "queued", "eventbridge")
    assert (run["dry_run"], run["parameters"]["limit"], run["idempotency_key"]) == (True, 5, EVENT_ID)
    assert started.headers["Location"] == f"/api/v1/jobs/runs/{run['id']}"
    assert "Content-Range" not in started.headers  # the answer is whole, whatever Range says


def test_an_event_that_is_sent_again_makes_one_run(service: Service, worker: Worker, api_key: str) -> None:
    first, again = _send(service, api_key), _send(service, api_key)
    worker.finish(worker.claim())
    afterwards = _send(service, api_key)

    assert (first.status_code, again.status_code, afterwards.status_code) == (202, 202, 202)
    assert first.json()["id"] == again.json()["id"] == afterwards.json()["id"]
    assert _runs(service) == 1


def test_the_next_event_makes_another_run(service: Service, api_key: str) -> None:
    _send(service, api_key)
    _send(service, api_key, event_id="0e2b5a8e-0d1c-4d53-9f0b-0d9f8a3f7c11")

    assert _runs(service) == 2


@pytest.mark.parametrize("body", ["", "{}"])
def test_without_a_transformer_that_sets_parameters_those_of_the_job_apply(
    service: Service, api_key: str, body: str
) -> None:
    assert _send(service, api_key, body=body).json()["parameters"] == CHECK.parameters


def test_an_event_that_is_not_transformed_is_rejected_and_not_sent_again(service: Service, api_key: str) -> None:
    rejected = _send(service, api_key, body=UNTRANSFORMED)

    assert (rejected.status_code, rejected.headers.get("Retry-After")) == (400, None)
    assert "detail-type" in rejected.text
    assert _runs(service) == 0


def test_a_key_that_is_unknown_revoked_or_lacks_the_scope_is_rejected(service: Service) -> None:
    revoked = add_api_key(service, "eventbridge-before", Scope.JOB_RUN)
    admin = service.client(Scope.ADMIN)
    [key_id] = [each["api_key_id"] for each in admin.get("/api/v1/api-keys").json()["items"]
                if each["name"] == "eventbridge-before"]  # fmt: skip
    assert admin.delete(f"/api/v1/api-keys/{key_id}").status_code == 204
    narrow = add_api_key(service, "reader", Scope.JOB_READ)

    statuses = [_send(service, key).status_code for key in ("no-such-key", revoked, narrow)]

    assert statuses == [401, 401, 403]
    assert _runs(service) == 0


def test_a_run_that_is_refused_is_not_sent_again(service: Service, worker: Worker, api_key: str) -> None:
    path = "/api/v1/jobs/refusing/runs"
    _send(service, api_key, path=path)
    refused = _send(service, api_key, path=path, event_id="another")

    assert refused.status_code == 409  # EventBridge repeats 429 and 5xx only
