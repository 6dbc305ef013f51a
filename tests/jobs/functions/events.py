"""Events in the shapes that AWS documents, and the context that Lambda passes with them."""

import json
from dataclasses import dataclass
from typing import Any

SCHEDULE_ARN = "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/arcbeat-flaky"
RULE_ARN = "arn:aws:events:eu-central-1:123456789012:rule/arcbeat-flaky"


@dataclass(frozen=True, slots=True)
class Context:
    """The context of an invocation that may take this long."""

    remaining_ms: int = 120_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


def scheduler_event(job: str = "flaky", *, time: str = "2026-03-02T08:00:00Z", **changes: Any) -> dict[str, Any]:
    """Return the input of a schedule, after EventBridge Scheduler has replaced the context attributes."""
    return {"job": job, "schedule_arn": SCHEDULE_ARN, "scheduled_time": time, **changes}


def rule_event(detail: Any, **changes: Any) -> dict[str, Any]:
    """Return an event that a rule of EventBridge matches."""
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-03-02T08:00:00Z",
        "region": "eu-central-1",
        "resources": [RULE_ARN],
        "detail": detail,
        **changes,
    }


def http_api_event(method: str, path: str, headers: dict[str, str] | None = None, query: str = "") -> dict[str, Any]:
    """Return a request in the payload format 2.0 of an HTTP API of API Gateway."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "accept": "*/*",
            "host": "r3pmxmplak.execute-api.eu-central-1.amazonaws.com",
            "x-forwarded-for": "205.255.255.176",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            **(headers or {}),
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "r3pmxmplak",
            "domainName": "r3pmxmplak.execute-api.eu-central-1.amazonaws.com",
            "domainPrefix": "r3pmxmplak",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "205.255.255.176",
                "userAgent": "curl/8.5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "02/Mar/2026:08:00:00 +0000",
            "timeEpoch": 1772438400000,
        },
        "isBase64Encoded": False,
    }


def rest_api_event(method: str, path: str, headers: dict[str, str] | None = None, body: Any = None) -> dict[str, Any]:
    """Return a request of a REST API of API Gateway with proxy integration (payload format 1.0)."""
    sent = {
        "Accept": "*/*",
        "Host": "70ixmpl4fl.execute-api.eu-central-1.amazonaws.com",
        "X-Forwarded-For": "205.255.255.176",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        **(headers or {}),
        **({} if body is None else {"Content-Type": "application/json"}),
    }
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path.removeprefix("/")},
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "70ixmpl4fl",
            "domainName": "70ixmpl4fl.execute-api.eu-central-1.amazonaws.com",
            "httpMethod": method,
            "identity": {"sourceIp": "205.255.255.176", "userAgent": "curl/8.5.0"},
            "path": f"/prod{path}",
            "protocol": "HTTP/1.1",
            "requestId": "66da07c1-fce8-4246-97a2-2a2d1a2a5a3c",
            "resourcePath": "/{proxy+}",
            "stage": "prod",
        },
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }
