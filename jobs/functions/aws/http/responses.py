"""Writes HTTP responses in the form that the sender of an event expects, and knows how large they may be."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from jobs.functions.aws.http.requests import Form, Headers, HttpRequest

LAMBDA_BYTES_MAX = 6 * 1024 * 1024
"""The response of a synchronous invocation, as JSON."""
LOAD_BALANCER_BYTES_MAX = 1_000_000
"""The same behind an Application Load Balancer."""
SMALL_SHARE = 1 / 8
"""A body below this share of the limit fits in any encoding: a byte becomes at most 6 characters."""
TEXT_TYPES = ("text/", "application/json", "application/problem+json", "application/x-ndjson", "application/yaml")

Answer = dict[str, Any]


def bytes_max(request: HttpRequest) -> int:
    """Return the size limit of the response to a request, in bytes of JSON."""
    is_balanced = request.form in {Form.LOAD_BALANCER, Form.LOAD_BALANCER_LISTS}
    return LOAD_BALANCER_BYTES_MAX if is_balanced else LAMBDA_BYTES_MAX


def size_of(request: HttpRequest, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> int:
    """Return the size of a response as JSON, or that of its body if it is small enough anyway."""
    if len(body) < bytes_max(request) * SMALL_SHARE:
        return len(body)
    return len(json.dumps(write_response(request, status, headers, body)))


def write_response(request: HttpRequest, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Answer:
    """Return the answer to an event. A response to HEAD has no body, whatever is passed."""
    if request.method == "HEAD":
        body = b""
    written = [(name.lower(), _location(request, name, value)) for name, value in headers]
    text, is_base64 = _encoded(dict(written), body, bytes_max(request))
    return {
        "statusCode": status,
        **_WRITERS[request.form](written, status),
        "body": text,
        "isBase64Encoded": is_base64,
    }


def _location(request: HttpRequest, name: bytes, value: bytes) -> bytes:
    """Return a value; that of Location begins with the stage, because the client needs it."""
    is_path = name.lower() == b"location" and value.startswith(b"/")
    return request.path.prefix.encode() + value if is_path else value


def _encoded(headers: Mapping[bytes, bytes], body: bytes, size_max: int) -> tuple[str, bool]:
    """Return the body as text, or else as Base64, and whether it is Base64.

    In JSON, Chinese text takes six bytes per character, but four in Base64: a large text is Base64.
    """
    is_text = headers.get(b"content-type", b"").decode("latin-1").startswith(TEXT_TYPES)
    if is_text and b"content-encoding" not in headers and len(body) < size_max * SMALL_SHARE:
        with suppress(UnicodeDecodeError):  # a text in another encoding is Base64, too
            return body.decode(), False
    return base64.b64encode(body).decode(), bool(body)


def _lists(headers: Headers) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in headers:
        lists.setdefault(name.decode(), []).append(value.decode("latin-1"))
    return lists


def _joined(headers: Headers) -> dict[str, str]:
    return {name: ", ".join(values) for name, values in _lists(headers).items()}


def _for_http_api(headers: Headers, _: int) -> Answer:
    # API Gateway would add a Content-Type to a response without one, for example to a 204.
    cookies = [value.decode("latin-1") for name, value in headers if name == b"set-cookie"]
    others = [(name, value) for name, value in headers if name != b"set-cookie"]
    return {"headers": _joined(others), **({"cookies": cookies} if cookies else {})}


def _for_rest_api(headers: Headers, _: int) -> Answer:
    return {"multiValueHeaders": _lists(headers)}


def _for_load_balancer(headers: Headers, status: int) -> Answer:
    return {"statusDescription": _description(status), "headers": _joined(headers)}


def _for_load_balancer_lists(headers: Headers, status: int) -> Answer:
    return {"statusDescription": _description(status), "multiValueHeaders": _lists(headers)}


def _description(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


_WRITERS: Mapping[Form, Callable[[Headers, int], Answer]] = {
    Form.HTTP_API: _for_http_api,
    Form.REST_API: _for_rest_api,
    Form.LOAD_BALANCER: _for_load_balancer,
    Form.LOAD_BALANCER_LISTS: _for_load_balancer_lists,
    Form.SOCKET: _for_http_api,
}
