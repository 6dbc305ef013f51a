"""What a function cannot do is refused with a problem that says so."""

import json
import re
from typing import Any

import pytest

from arcbeat.api.contract.bundle import load_contract, resolved
from arcbeat.api.functions.unavailable import NOT_IN_FUNCTIONS
from jobs.functions.events import InvalidEvent
from tests.jobs.functions.events import rule_event
from tests.jobs.functions.invoking import Invoke
from tests.jobs.functions.requests import FORMS, Request, answer_of, http_api, rest_api

PROBLEM = "urn:arcbeat:problem:not-available-in-functions"
CONTRACT = load_contract()
REFUSED = [
    (method.upper(), path, operation)
    for path, item in CONTRACT["paths"].items()
    for method, operation in item.items()
    if operation.get(NOT_IN_FUNCTIONS)
]
SECURED = [
    (method.upper(), re.sub(r"\{\w+\}", "1", path))
    for path, item in CONTRACT["paths"].items()
    for method, operation in item.items()
    if operation["security"] and not operation.get(NOT_IN_FUNCTIONS)
]


@pytest.mark.parametrize("form", FORMS)
def test_every_operation_that_needs_credentials_is_refused_without_them(shared_invoke: Invoke, form: str) -> None:
    claims = (
        ("Authorization", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."),
        ("X-CloudScheduler-JobName", "arcbeat-check"),
        ("X-Forwarded-User", "admin"),
    )
    answers = {
        (method, path, len(headers)): answer_of(
            shared_invoke(FORMS[form](Request(method=method, target=path, headers=headers)))
        ).status
        for method, path in SECURED
        for headers in ((), claims)
    }

    assert len(answers) == 2 * len(SECURED) > 100
    assert set(answers.values()) == {401}


@pytest.mark.parametrize(
    "target",
    [
        "/socket.io/?EIO=4&transport=polling",
        "/socket.io/?EIO=4&transport=websocket",
        "/realtime",
        "/api/v1/device/realtime-data/ws?type_code=welding",
    ],
)
def test_sockets_are_refused(shared_invoke: Invoke, target: str) -> None:
    answer = answer_of(shared_invoke(http_api(Request(method="GET", target=target))))

    problem = json.loads(answer.body)
    assert (answer.status, problem["status"], problem["type"]) == (501, 501, PROBLEM)
    assert "`arcbeat serve`" in problem["detail"]
    assert problem["request_id"] == answer.header("x-request-id")


def test_a_message_of_socket_io_is_refused(shared_invoke: Invoke) -> None:
    request = Request(
        method="POST", target="/socket.io/?EIO=4&transport=polling&sid=a", headers=(("Content-Type", "text/plain"),),
        body=b"40/realtime,",
    )  # fmt: skip

    assert {answer_of(shared_invoke(form(request))).status for form in FORMS.values()} == {501}


def test_the_contract_marks_the_operations_that_are_refused() -> None:
    assert {operation["operationId"] for _, _, operation in REFUSED} == {"get_snapshot", "get_metrics"}


@pytest.mark.parametrize(("method", "path", "operation"), REFUSED)
def test_an_operation_that_needs_a_process_is_refused_as_its_contract_says(
    shared_invoke: Invoke, credentials: dict[str, str], method: str, path: str, operation: dict[str, Any]
) -> None:
    headers = (*credentials.items(), ("Accept-Language", "zh-CN"))

    answer = answer_of(
        shared_invoke(rest_api(Request(method=method, target=f"{path}?type_code=welding", headers=headers)))
    )

    assert (answer.status, answer.header("content-language")) == (501, "zh")
    assert (json.loads(answer.body)["type"], json.loads(answer.body)["title"]) == (PROBLEM, "函数中不可用")
    assert "application/problem+json" in resolved(CONTRACT, operation["responses"]["501"])["content"]
    other = answer_of(shared_invoke(rest_api(Request(method="PATCH", target=path, headers=headers))))
    assert (other.status, other.header("allow")) == (405, "GET, HEAD")
    head = answer_of(shared_invoke(rest_api(Request(method="HEAD", target=path, headers=headers))))
    assert (head.status, head.body) == (501, b"")


@pytest.mark.parametrize("event_type", ["CONNECT", "MESSAGE", "DISCONNECT"])
def test_events_of_a_websocket_api_are_refused(shared_invoke: Invoke, event_type: str) -> None:
    route = {"CONNECT": "$connect", "MESSAGE": "$default", "DISCONNECT": "$disconnect"}[event_type]
    event = {
        **({"headers": {"Host": "wabc.execute-api.eu-central-1.amazonaws.com"}} if event_type != "MESSAGE" else {}),
        "requestContext": {
            "routeKey": route,
            "eventType": event_type,
            "connectionId": "L0SM9cOFvHcCIhw=",
            "messageDirection": "IN",
            "apiId": "wabc",
            "stage": "prod",
            "identity": {"sourceIp": "203.0.113.7"},
            "domainName": "wabc.execute-api.eu-central-1.amazonaws.com",
        },
        **({"body": "{}"} if event_type == "MESSAGE" else {}),
        "isBase64Encoded": False,
    }

    answer = answer_of(shared_invoke(event))

    assert (answer.status, json.loads(answer.body)["type"]) == (501, PROBLEM)


@pytest.mark.parametrize("event", [{}, [], "GET /", rule_event({"job": "check_latest"}), {"Records": [{"cf": {}}]}])
def test_an_event_that_is_no_request_is_rejected(shared_invoke: Invoke, event: Any) -> None:
    with pytest.raises(InvalidEvent, match=r"not an HTTP request .* `jobs\.functions\.aws\.run_job`"):
        shared_invoke(event)
