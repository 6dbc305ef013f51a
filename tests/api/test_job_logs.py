"""Tests of the operations on the logs of runs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Scope
from arcbeat.domain.jobs.errors import ErrorCategory
from arcbeat.domain.jobs.events import RunEvent
from arcbeat.domain.jobs.retry import RetryStats
from arcbeat.domain.jobs.runs import Run
from tests.support.jobs import CHECK, Worker, retried
from tests.support.service import Service

LOGS = "/api/v1/jobs/logs"


@pytest.fixture(scope="module")
def worker(service: Service) -> Worker:
    worker = Worker(service.database_url)
    worker.register(CHECK, replace(CHECK, name="other"))
    return worker


@pytest.fixture(scope="module")
def operator(service: Service, worker: Worker) -> httpx.Client:
    return service.client(Scope.JOB_READ, Scope.JOB_RUN)


@pytest.fixture(scope="module")
def recovered(operator: httpx.Client, worker: Worker) -> Run:
    """A run that failed twice and succeeded at its third attempt."""
    operator.post("/api/v1/jobs/check/runs", json={})
    run = worker.claim()
    began = run.started_at or run.created_at
    for number in (2, 3):
        row = retried(run, number, began + timedelta(seconds=2 * number))
        worker.append(run, row)
        worker.complete(run, replace(row, ended_at=began + timedelta(seconds=2 * number, milliseconds=1100)))
    errors = {ErrorCategory.NETWORK_ERROR: 2}
    statistics = RetryStats(attempts=3, retries=2, wait_seconds=2.2, errors_by_category=errors)
    return worker.finish(run, attempts=3, retry_statistics=statistics)


@pytest.fixture(scope="module")
def failed(operator: httpx.Client, worker: Worker, recovered: Run) -> Run:
    """A run that failed, of another job."""
    operator.post("/api/v1/jobs/other/runs", json={})
    more: dict[str, Any] = {"error_category": ErrorCategory.DATA_ERROR, "error_message": "100% _wrong_", "result": None}
    return worker.finish(worker.claim("other"), RunEvent.FAILED, **more)


@pytest.fixture(scope="module", autouse=True)
def old_program(service: Service, failed: Run) -> None:
    """Rows of a program that knows nothing of runs."""
    service.execute(
        "insert into sync_job_log (job_id, job_name, run_started_at, log_type, execution_phase, status, message) "
        "select id, name, now() - make_interval(secs => 60 + n), 'execution_start', 'final', 'success', 'old ' || n "
        "  from sync_job, generate_series(1, 5) as n where name = 'other'"
    )


def listed(client: httpx.Client, **params: Any) -> list[dict[str, Any]]:
    answer = client.get(LOGS, params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_the_list_has_one_row_per_run_and_the_newest_runs_first(
    operator: httpx.Client, recovered: Run, failed: Run
) -> None:
    rows = listed(operator)

    assert [each["run_id"] for each in rows] == [failed.id, recovered.id, None, None, None, None, None]
    assert {each["parent_log_id"] for each in rows} == {None}
    assert [each["status"] for each in rows[:3]] == ["failed", "success", "success"]
    assert rows[1]["retry_statistics"] == {
        "attempts": 3,
        "retries": 2,
        "wait_seconds": 2.2,
        "strategy_changes": 0,
        "errors_by_category": {"network_error": 2},
    }
    assert rows[1]["performance_metrics"]["memory_usage_mb"] == 99.5
    assert rows[1]["performance_metrics"]["cpu_usage_percent"] is None


def test_the_filters_select_rows_of_all_levels(operator: httpx.Client, recovered: Run, failed: Run) -> None:
    retries = listed(operator, log_type="retry_attempt")

    assert [each["attempt_number"] for each in retries] == [3, 2]
    assert retries[0]["retry_context"] == {
        "strategy_name": "exponential_backoff",
        "delay_seconds": 1.0,
        "attempt_number": 3,
        "max_attempts": 3,
        "error_category": "network_error",
        "adaptive_adjustments": {"delay_multiplier": 1.0, "timeout_extended": False},
    }
    assert len(listed(operator, execution_phase="final")) == 7
    assert len(listed(operator, execution_phase="final", roots_only=True)) == 5
    assert len(listed(operator, run_id=recovered.id)) == 4
    assert len(listed(operator, run_id=recovered.id, roots_only=True)) == 1
    assert [each["run_id"] for each in listed(operator, status="failed")] == [failed.id]
    assert [each["run_id"] for each in listed(operator, error_category="data_error")] == [failed.id]
    assert {each["job_name"] for each in listed(operator, job="other")} == {"other"}
    assert listed(operator, job="nothing") == []
    assert listed(operator, log_type="retry_attempt", roots_only=True) == []


def test_the_range_of_time_includes_its_start_and_not_its_end(operator: httpx.Client, recovered: Run) -> None:
    at = recovered.run_started_at.isoformat()
    later = (recovered.run_started_at + timedelta(microseconds=1)).isoformat()

    assert [each["run_id"] for each in listed(operator, **{"from": at, "to": later, "job": "check"})] == [recovered.id]
    assert listed(operator, **{"from": later, "job": "check"}) == []
    assert listed(operator, to=at, job="check") == []


@pytest.mark.parametrize("roots_only", [True, False])
def test_pages_follow_each_other_without_gaps(operator: httpx.Client, *, roots_only: bool) -> None:
    whole = listed(operator, roots_only=roots_only)
    paged: list[dict[str, Any]] = []
    params: dict[str, Any] = {"roots_only": roots_only, "page_size": 2}
    while params:
        page = operator.get(LOGS, params=params).json()
        assert len(page["items"]) <= 2
        paged += page["items"]
        params = {**params, "cursor": page["next_cursor"]} if page["next_cursor"] else {}

    assert paged == whole


def test_a_cursor_of_another_request_and_a_forged_one_are_rejected(operator: httpx.Client) -> None:
    cursor = operator.get(LOGS, params={"page_size": 1}).json()["next_cursor"]
    answers = [
        operator.get(LOGS, params={"page_size": 1, "cursor": cursor, "job": "check"}),
        operator.get(LOGS, params={"cursor": "AAAA"}),
    ]

    assert [(each.status_code, each.json()["errors"][0]["name"]) for each in answers] == [(400, "cursor")] * 2


def test_a_text_is_found_in_messages_and_errors_literally(operator: httpx.Client, failed: Run) -> None:
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat()

    def found(text: str) -> list[str]:
        return [each["message"] for each in listed(operator, job="other", text=text, **{"from": since})]

    assert found("OLD 3") == ["old 3"]
    assert len(found("0% _WRONG")) == 1
    assert found("1%0") == []
    assert found("o_d") == []
    assert failed.error_message == "100% _wrong_"


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"text": "a"}, "text"),
        ({"text": "a", "job": "check"}, "text"),
        ({"text": "a", "from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"}, "text"),
        ({"text": "a", "job": "check", "from": "2026-03-01T00:00:00Z", "to": "2026-04-02T00:00:00Z"}, "text"),
        ({"text": "a", "job": "check", "from": "2020-03-01T00:00:00Z"}, "text"),
        ({"from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, "from"),
        ({"from": "2026-03-02T00:00:00"}, "from"),
        ({"status": "done"}, "status"),
    ],
)
def test_an_invalid_filter_names_its_parameter(operator: httpx.Client, params: dict[str, str], name: str) -> None:
    answer = operator.get(LOGS, params=params)

    assert answer.status_code == 400
    assert [each["name"] for each in answer.json()["errors"]] == [name]


def test_a_row_is_found_by_its_id_with_and_without_its_month(operator: httpx.Client, recovered: Run) -> None:
    path = f"{LOGS}/{recovered.root_log_id}"
    row = operator.get(path).json()

    assert (row["run_id"], row["log_type"]) == (recovered.id, "execution_start")
    assert operator.get(path, params={"run_started_at": row["run_started_at"]}).json() == row
    another = operator.get(path, params={"run_started_at": "2026-01-01T00:00:00Z"})
    assert (another.status_code, another.json()["type"]) == (404, "urn:arcbeat:problem:unknown-job-log")
    assert operator.get(f"{LOGS}/999999/tree").json()["type"] == "urn:arcbeat:problem:unknown-job-log"


def test_the_tree_has_the_rows_of_the_run_below_its_root(operator: httpx.Client, recovered: Run) -> None:
    tree = operator.get(f"{LOGS}/{recovered.root_log_id}/tree").json()
    child = tree["children"][1]["log"]["id"]

    assert (tree["log"]["id"], tree["log"]["status"]) == (recovered.root_log_id, "success")
    assert [
        (each["log"]["log_type"], each["log"]["attempt_number"], each["children"]) for each in tree["children"]
    ] == [
        ("retry_attempt", 2, []),
        ("retry_attempt", 3, []),
        ("success", 3, []),
    ]
    assert operator.get(f"{LOGS}/{child}/tree").json() == tree


def test_a_row_of_another_program_has_a_tree_and_a_timeline_too(operator: httpx.Client) -> None:
    row = next(each for each in listed(operator, job="other") if each["message"] == "old 1")
    tree = operator.get(f"{LOGS}/{row['id']}/tree").json()
    timeline = operator.get(f"{LOGS}/{row['id']}/timeline").json()

    assert tree == {"log": row, "children": []}
    assert (timeline["run_id"], timeline["started_at"]) == (None, row["run_started_at"])
    assert [(each["kind"], each["status"]) for each in timeline["segments"]] == [("attempt", "success")]


def test_the_timeline_has_attempts_and_waits_with_planned_and_actual_times(
    operator: httpx.Client, recovered: Run
) -> None:
    timeline = operator.get(f"{LOGS}/{recovered.root_log_id}/timeline").json()
    began = datetime.fromisoformat(timeline["started_at"])

    def seconds(moment: str | None) -> float | None:
        return None if moment is None else round((datetime.fromisoformat(moment) - began).total_seconds(), 3)

    *earlier, last = [
        (
            each["kind"],
            each["attempt_number"],
            seconds(each["planned_start_at"]),
            seconds(each["started_at"]),
            seconds(each["planned_end_at"]),
            seconds(each["ended_at"]),
            each["status"],
            each["error_category"],
        )
        for each in timeline["segments"]
    ]
    assert earlier == [
        ("attempt", 1, None, 0.0, None, 4.0, "failed", "network_error"),
        ("wait", 2, None, 4.0, 5.0, 5.1, "success", "network_error"),
        ("attempt", 2, 5.0, 5.1, None, 6.0, "failed", "network_error"),
        ("wait", 3, None, 6.0, 7.0, 7.1, "success", "network_error"),
    ]
    assert last[:5] == ("attempt", 3, 7.0, 7.1, None)
    assert last[6:] == ("success", None)
    assert timeline["segments"][1]["duration_ms"] == 1100
    assert (timeline["run_id"], timeline["status"]) == (recovered.id, "success")
