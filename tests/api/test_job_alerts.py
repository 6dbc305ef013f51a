"""Tests of the alerts about jobs: their list, one of them with its notices, and acknowledgements."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Scope
from arcbeat.domain.jobs.alerts import AlertSeverity, JobProblem
from tests.support.job_alerts import TARGET, AlertWatch, finding
from tests.support.jobs import CHECK, Worker
from tests.support.service import Service

ALERTS = "/api/v1/jobs/alerts"
OTHER = "other"


@pytest.fixture(scope="module")
def watch(service: Service) -> AlertWatch:
    Worker(service.database_url).register(CHECK)
    return AlertWatch(service.database_url, CHECK.name, OTHER)


@pytest.fixture(autouse=True)
def no_alerts(service: Service, watch: AlertWatch) -> Iterator[None]:
    yield
    service.execute("delete from sync_job_alert")


@pytest.fixture(scope="module")
def operator(service: Service) -> httpx.Client:
    return service.client(Scope.JOB_READ, Scope.JOB_RUN)


def page_of(client: httpx.Client, **query: Any) -> Any:
    return client.get(ALERTS, params=query).raise_for_status().json()


def ids(client: httpx.Client, **query: Any) -> list[int]:
    return [each["id"] for each in page_of(client, **query)["items"]]


def test_an_alert_has_its_problem_with_its_figures(operator: httpx.Client, watch: AlertWatch) -> None:
    opened = watch.opened(finding(CHECK.name, severity=AlertSeverity.CRITICAL))
    watch.look(finding(CHECK.name))

    [alert] = page_of(operator)["items"]

    assert datetime.fromisoformat(alert.pop("opened_at")) == opened.opened_at
    assert datetime.fromisoformat(alert.pop("last_found_at")) > opened.opened_at
    assert alert == {
        "id": opened.id,
        "job_name": CHECK.name,
        "problem": "failing",
        "severity": "critical",
        "open": True,
        "message": "failing was found in check.",
        "first_message": "failing was found in check.",
        "findings": 2,
        "gone_since": None,
        "closed_at": None,
        "escalated_at": None,
        "acknowledgement": None,
    }


def test_alerts_are_filtered_and_the_newest_come_first(operator: httpx.Client, watch: AlertWatch) -> None:
    first = watch.opened(finding(CHECK.name))
    second = watch.opened(finding(CHECK.name, JobProblem.SLOW, AlertSeverity.CRITICAL))  # the first one is gone
    slow = finding(CHECK.name, JobProblem.SLOW)
    [third] = watch.look(slow, finding(OTHER)).opened

    assert ids(operator) == [third.id, second.id, first.id]
    assert ids(operator, state="open") == [third.id, second.id]
    assert ids(operator, state="closed") == [first.id]
    assert ids(operator, job=CHECK.name) == [second.id, first.id]
    assert ids(operator, problem="failing") == [third.id, first.id]
    assert ids(operator, severity="critical", state="open") == [second.id]
    assert ids(operator, severity="critical", problem="failing") == []
    [closed] = page_of(operator, state="closed")["items"]
    assert (closed["open"], closed["closed_at"] is None) == (False, False)


@pytest.mark.parametrize("query", [{"state": "gone"}, {"problem": "bad"}, {"severity": "high"}, {"page_size": 101}])
def test_a_filter_that_does_not_exist_is_rejected(operator: httpx.Client, query: dict[str, Any]) -> None:
    answer = operator.get(ALERTS, params=query)

    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, next(iter(query)))


def test_pages_do_not_shift_when_alerts_are_opened(operator: httpx.Client, watch: AlertWatch) -> None:
    problems = [finding(CHECK.name, problem) for problem in (JobProblem.FAILING, JobProblem.SLOW, JobProblem.MEMORY)]
    opened = sorted((each.id for each in watch.look(*problems).opened), reverse=True)

    page = page_of(operator, page_size=1, state="open")
    found = [each["id"] for each in page["items"]]
    watch.look(*problems, finding(OTHER))
    while page["next_cursor"]:
        page = page_of(operator, page_size=1, state="open", cursor=page["next_cursor"])
        found += [each["id"] for each in page["items"]]

    assert found == opened
    cursor = page_of(operator, page_size=1)["next_cursor"]
    for invalid in ({"cursor": cursor, "job": OTHER}, {"cursor": "nonsense"}):
        assert operator.get(ALERTS, params=invalid).status_code == 400


def test_an_alert_shows_what_became_of_its_notices(operator: httpx.Client, watch: AlertWatch) -> None:
    alert = watch.opened(finding(CHECK.name))
    watch.send()

    found = operator.get(f"{ALERTS}/{alert.id}").raise_for_status().json()

    [listed] = page_of(operator)["items"]
    [notice] = found.pop("notices")
    assert found == listed
    assert (notice["kind"], datetime.fromisoformat(notice["created_at"])) == ("opened", alert.opened_at)
    [delivery] = notice["deliveries"]
    assert datetime.fromisoformat(delivery.pop("sent_at")) >= alert.opened_at
    assert delivery == {"target": TARGET, "state": "sent", "attempts": 1, "next_attempt_at": None, "error": None}


def test_the_first_acknowledgement_stays(operator: httpx.Client, watch: AlertWatch, service: Service) -> None:
    path = f"{ALERTS}/{watch.opened(finding(CHECK.name)).id}"

    first = operator.post(f"{path}/acknowledge", json={"note": "正在重启"}).raise_for_status().json()
    again = operator.post(f"{path}/acknowledge").raise_for_status().json()
    watch.look()
    closed = operator.post(f"{path}/acknowledge", json={}).raise_for_status().json()

    assert first["open"] is True
    assert first["acknowledgement"]["note"] == "正在重启"
    assert first["acknowledgement"]["acknowledged_by"]
    assert again == first
    assert (closed["open"], closed["acknowledgement"]) == (False, first["acknowledgement"])
    assert service.fetch_value("select escalated_at is null from sync_job_alert") is True


def test_a_closed_alert_cannot_be_acknowledged(operator: httpx.Client, watch: AlertWatch) -> None:
    alert = watch.opened(finding(CHECK.name))
    watch.look()

    answer = operator.post(f"{ALERTS}/{alert.id}/acknowledge")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:conflict")
    assert operator.get(f"{ALERTS}/{alert.id}").json()["acknowledgement"] is None


@pytest.mark.parametrize("note", ["x" * 1001, "a\x00b", 5])
def test_a_note_that_cannot_be_stored_is_rejected(operator: httpx.Client, watch: AlertWatch, note: Any) -> None:
    alert = watch.opened(finding(CHECK.name))

    answer = operator.post(f"{ALERTS}/{alert.id}/acknowledge", json={"note": note})

    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "/note")


def test_an_unknown_alert_is_a_problem_of_its_own(operator: httpx.Client) -> None:
    answers = [operator.get(f"{ALERTS}/99"), operator.post(f"{ALERTS}/99/acknowledge")]

    assert [(each.status_code, each.json()["type"]) for each in answers] == [
        (404, "urn:arcbeat:problem:unknown-alert")
    ] * 2


def test_reading_does_not_allow_to_acknowledge(service: Service, watch: AlertWatch) -> None:
    reader = service.client(Scope.JOB_READ)
    alert = watch.opened(finding(CHECK.name))

    assert ids(reader) == [alert.id]
    assert reader.post(f"{ALERTS}/{alert.id}/acknowledge").status_code == 403
