"""Reads HTTP requests from the events of API Gateway, function URLs and Application Load Balancers."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import quote, unquote, urlencode

from arcbeat.domain.identity.addresses import parse_hop
from jobs.functions.aws.http.paths import RequestPath, path_of_http_api, path_of_rest_api
from jobs.functions.events import InvalidEvent

SOCKET_PATH = "/api/v1/device/realtime-data/ws"
SCHEMES = frozenset({"http", "https"})

Headers = list[tuple[bytes, bytes]]


class Form(Enum):
    """The form of an event, which decides about the form of its response."""

    HTTP_API = "payload 2.0 of HTTP APIs and function URLs"
    REST_API = "payload 1.0 of REST APIs and HTTP APIs"
    LOAD_BALANCER = "an Application Load Balancer"
    LOAD_BALANCER_LISTS = "an Application Load Balancer with multi-value headers"
    SOCKET = "a WebSocket API"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request.

    Attributes:
        client: The address that the platform was connected from. No client can forge it.
    """

    form: Form
    method: str
    path: RequestPath
    query: bytes = b""
    headers: Headers
    client: str
    body: bytes = b""

    def scope(self) -> dict[str, Any]:
        """Return the connection scope of ASGI."""
        scheme = self._header(b"x-forwarded-proto")
        return {
            "type": "http",
            "method": self.method,
            "http_version": "1.1",
            "headers": self.headers,
            "path": self.path.path,
            "raw_path": quote(self.path.path).encode(),
            "root_path": "",
            "scheme": scheme if scheme in SCHEMES else "https",
            "query_string": self.query,
            "server": None,
            "client": (self.client, 0),
            "asgi": {"version": "3.0", "spec_version": "2.0"},
        }

    def _header(self, name: bytes) -> str:
        return next((value.decode() for key, value in self.headers if key == name), "")


def read_request(event: object) -> HttpRequest:
    """Return the request of an event.

    Raises:
        InvalidEvent: The event is no HTTP request.
    """
    context = event.get("requestContext") if isinstance(event, Mapping) else None
    if not isinstance(event, Mapping) or not isinstance(context, Mapping):
        raise InvalidEvent(
            "The event is not an HTTP request of API Gateway (HTTP API, REST API), a function URL or an Application "
            "Load Balancer. To carry out jobs, set `jobs.functions.aws.run_job` as the handler."
        )
    if "elb" in context:
        return _of_load_balancer(event)
    if "connectionId" in context:
        # The application has a response for it: the problem that a function has no sockets.
        path = RequestPath(SOCKET_PATH)
        client = context.get("identity", {}).get("sourceIp", "")
        return HttpRequest(form=Form.SOCKET, method="GET", path=path, headers=_headers(event), client=client)
    return _of_http_api(event) if event.get("version") == "2.0" else _of_rest_api(event)


def _of_http_api(event: Mapping[str, Any]) -> HttpRequest:
    http, cookies = event["requestContext"]["http"], event.get("cookies")
    return HttpRequest(
        form=Form.HTTP_API,
        method=http["method"],
        path=path_of_http_api(event),
        query=event.get("rawQueryString", "").encode(),
        headers=[*_headers(event), *([(b"cookie", "; ".join(cookies).encode())] if cookies else [])],
        client=http["sourceIp"],
        body=_body(event),
    )


def _of_rest_api(event: Mapping[str, Any]) -> HttpRequest:
    return HttpRequest(
        form=Form.REST_API,
        method=event["httpMethod"],
        path=path_of_rest_api(event),
        query=urlencode(list(_query(event))).encode(),
        headers=_headers(event),
        client=event["requestContext"]["identity"]["sourceIp"],
        body=_body(event),
    )


def _of_load_balancer(event: Mapping[str, Any]) -> HttpRequest:
    headers = _headers(event)
    forwarded = [value.decode() for name, value in headers if name == b"x-forwarded-for"]
    # The load balancer appends the address that it was connected from, with the port if it is configured so. Those
    # before it are from the client.
    client = parse_hop(",".join(forwarded).rpartition(",")[2])
    return HttpRequest(
        form=Form.LOAD_BALANCER_LISTS if "multiValueHeaders" in event else Form.LOAD_BALANCER,
        method=event["httpMethod"],
        path=RequestPath(unquote(event["path"])),
        # The load balancer passes the query as it was sent, unlike API Gateway.
        query="&".join(f"{name}={value}" for name, value in _query(event)).encode(),
        headers=headers,
        client=str(client or ""),
        body=_body(event),
    )


def _headers(event: Mapping[str, Any]) -> Headers:
    return [(name.lower().encode(), value.encode()) for name, value in _pairs(event, "headers", "multiValueHeaders")]


def _query(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return _pairs(event, "queryStringParameters", "multiValueQueryStringParameters")


def _pairs(event: Mapping[str, Any], single: str, multiple: str) -> Iterator[tuple[str, str]]:
    """Yield each name with each of its values; the member with lists contains what the other one has."""
    lists = event.get(multiple)
    if lists:
        for name, values in lists.items():
            yield from ((name, value) for value in values)
    else:
        yield from (event.get(single) or {}).items()


def _body(event: Mapping[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
