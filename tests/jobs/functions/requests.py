"""A request, sent to a server, or passed to a function as the event of each service of AWS that can call one.

The events have the members that AWS documents, and decode and encode as the services do: HTTP APIs decode the path,
REST APIs decode the query, load balancers decode neither.
"""

import base64
import http.client
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

CLIENT = "203.0.113.7"
TEXT_TYPES = ("text/", "application/json", "application/x-www-form-urlencoded", "application/xml")

Event = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as a client sends it.

    Attributes:
        target: The path and the query, percent-encoded.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; the names of its headers are in lower case."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


def send(url: str, request: Request) -> Answer:
    """Send a request to a server."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.putrequest(request.method, request.target, skip_accept_encoding=True)
        for name, value in request.headers:
            connection.putheader(name, value.encode())
        if request.body or request.method in {"POST", "PUT", "PATCH"}:
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders(request.body)
        with connection.getresponse() as response:
            return Answer(response.status, [(n.lower(), v) for n, v in response.getheaders()], response.read())
    finally:
        connection.close()


def _sent_headers(request: Request, host: str, forwarded_for: str = "") -> list[tuple[str, str]]:
    """Return the headers with those that the service adds."""
    given = [(name, value) for name, value in request.headers if name.lower() != "x-forwarded-for"]
    hops = [value for name, value in request.headers if name.lower() == "x-forwarded-for"]
    return [
        ("Host", host),
        *given,
        *([("Content-Length", str(len(request.body)))] if request.body else []),
        ("X-Amzn-Trace-Id", "Root=1-69a5a5a5-0123456789abcdef01234567"),
        ("X-Forwarded-For", ", ".join([*hops, forwarded_for or CLIENT])),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ]


def _lists(pairs: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


def _body(request: Request, *, always_base64: bool = False) -> Event:
    if not request.body:
        return {"isBase64Encoded": False}
    content_type = next((v for n, v in request.headers if n.lower() == "content-type"), "")
    is_coded = any(name.lower() == "content-encoding" for name, _ in request.headers)
    if always_base64 or is_coded or not content_type.startswith(TEXT_TYPES):
        return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}
    return {"body": request.body.decode(), "isBase64Encoded": False}


def http_api(request: Request, *, stage: str = "$default", domain: str = "") -> Event:
    """Return the event of an HTTP API, payload 2.0: the path is decoded, and begins with a named stage."""
    host = domain or "r3pmxmplak.execute-api.eu-central-1.amazonaws.com"
    path = unquote(request.path) if stage == "$default" else f"/{stage}{unquote(request.path)}"
    return _payload_2(request, host, path, stage)


def function_url(request: Request) -> Event:
    """Return the event of a function URL: payload 2.0 with the path as it was sent."""
    return _payload_2(request, "abcdefghij.lambda-url.eu-central-1.on.aws", request.path, "$default")


def _payload_2(request: Request, host: str, path: str, stage: str) -> Event:
    headers = [(n.lower(), v) for n, v in _sent_headers(request, host) if n.lower() != "cookie"]
    cookies = [v for n, value in request.headers if n.lower() == "cookie" for v in value.split("; ")]
    query = _lists(parse_qsl(request.query, keep_blank_values=True))
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": request.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": {name: ",".join(values) for name, values in _lists(headers).items()},
        **({"queryStringParameters": {n: ",".join(v) for n, v in query.items()}} if query else {}),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": host.partition(".")[0],
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": CLIENT,
                "userAgent": "curl/8.5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": stage,
            "time": "02/Mar/2026:08:00:00 +0000",
            "timeEpoch": 1772438400000,
        },
        **_body(request),
    }


def rest_api(request: Request, *, mapping: str = "") -> Event:
    """Return the event of a REST API with the stage ``prod``, or of one with a custom domain name and a mapping."""
    host = "plants.example.com" if mapping else "70ixmpl4fl.execute-api.eu-central-1.amazonaws.com"
    path, prefix = f"{mapping}{request.path}", "" if mapping else "/prod"
    return {
        "resource": "/{proxy+}",
        "path": path,
        **_payload_1(request, host),
        "pathParameters": {"proxy": request.path.removeprefix("/")},
        "stageVariables": None,
        "requestContext": {**_context_1(request, host), "path": f"{prefix}{path}", "stage": "prod"},
        "body": None,
        **_body(request, always_base64=True),
    }


def http_api_payload_1(request: Request) -> Event:
    """Return the event of an HTTP API, payload 1.0."""
    host = "r3pmxmplak.execute-api.eu-central-1.amazonaws.com"
    path = unquote(request.path)
    return {
        "version": "1.0",
        "resource": "$default",
        "path": path,
        **_payload_1(request, host),
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {**_context_1(request, host), "path": path, "stage": "$default"},
        "body": None,
        **_body(request),
    }


def _payload_1(request: Request, host: str) -> Event:
    headers = _lists(_sent_headers(request, host))
    query = _lists(parse_qsl(request.query, keep_blank_values=True))
    return {
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
    }


def _context_1(request: Request, host: str) -> Event:
    return {
        "accountId": "123456789012",
        "apiId": "70ixmpl4fl",
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "httpMethod": request.method,
        "identity": {"sourceIp": CLIENT, "userAgent": "curl/8.5.0"},
        "protocol": "HTTP/1.1",
        "requestId": "66da07c1-fce8-4246-97a2-2a2d1a2a5a3c",
        "resourcePath": "/{proxy+}",
    }


def load_balancer(request: Request, *, lists: bool = False) -> Event:
    """Return the event of an Application Load Balancer: the path and the query as they were sent."""
    headers = [(name.lower(), value) for name, value in _sent_headers(request, "plant.example.com")]
    query = [each.partition("=")[::2] for each in request.query.split("&") if each]
    members = (
        {"multiValueHeaders": _lists(headers), "multiValueQueryStringParameters": _lists(query)}
        if lists
        else {"headers": dict(headers), "queryStringParameters": dict(query)}
    )
    return {
        "requestContext": {
            "elb": {
                "targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/arcbeat/49e9d6"
            }
        },
        "httpMethod": request.method,
        "path": request.path,
        **members,
        "body": "",
        **_body(request),
    }


FORMS: Mapping[str, Callable[[Request], Event]] = {
    "HTTP API": http_api,
    "HTTP API, stage": lambda request: http_api(request, stage="prod"),
    "HTTP API, payload 1.0": http_api_payload_1,
    "REST API": rest_api,
    "REST API, mapping": lambda request: rest_api(request, mapping="/plant1"),
    "function URL": function_url,
    "load balancer, lists": lambda request: load_balancer(request, lists=True),
}
"""Every form that can carry any request; a load balancer without multi-value headers loses repeated parameters."""


def answer_of(response: Event) -> Answer:
    """Return the response that the service sends to the client for what the function returned."""
    body = response["body"]
    content = base64.b64decode(body) if response["isBase64Encoded"] else body.encode()
    headers = [(name, value) for name, value in (response.get("headers") or {}).items()]
    headers += [(n, value) for n, values in (response.get("multiValueHeaders") or {}).items() for value in values]
    headers += [("set-cookie", value) for value in response.get("cookies", ())]
    return Answer(response["statusCode"], headers, content)


def with_headers(request: Request, **headers: str) -> Request:
    """Return a request with further headers; ``_`` in a name is a hyphen."""
    more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return replace(request, headers=(*request.headers, *more))
