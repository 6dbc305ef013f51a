"""Tests of responses whose body is sent while it is produced."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.api.access.audit import AuditLog
from arcbeat.api.logged_paths import LoggedPaths
from arcbeat.api.operations import to_response
from arcbeat.api.problems import ProblemResponses
from arcbeat.api.requests import RequestContext
from arcbeat.domain.errors import StoreTimeout
from arcbeat.observability.metrics import Metrics, no_span
from tests.support.service import served

Chunks = Callable[[], AsyncIterator[bytes]]
CSV = {"Content-Type": "text/csv"}


def answering(chunks: Chunks) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await to_response((chunks(), 200, CSV))(scope, receive, send)

    paths = LoggedPaths({})
    return RequestContext(AuditLog(ProblemResponses(app), paths), paths, Metrics(no_span))


async def three() -> AsyncIterator[bytes]:
    for chunk in (b"a", b"b", b"c"):
        yield chunk


async def none() -> AsyncIterator[bytes]:
    return
    yield b""


async def failing_at_once() -> AsyncIterator[bytes]:
    raise StoreTimeout
    yield b""


async def failing_later() -> AsyncIterator[bytes]:
    yield b"a" * 100
    raise StoreTimeout


@pytest.mark.parametrize(("chunks", "content"), [(three, b"abc"), (none, b"")])
def test_the_chunks_form_one_body(chunks: Chunks, content: bytes) -> None:
    with served(answering(chunks)) as url:
        answer = httpx.get(url, trust_env=False)

    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "text/csv", content)


def test_an_error_before_the_first_chunk_becomes_a_problem() -> None:
    with served(answering(failing_at_once)) as url:
        answer = httpx.get(url, trust_env=False)

    assert (answer.status_code, answer.json()["type"]) == (504, "urn:arcbeat:problem:store-timeout")


def test_a_later_error_cuts_the_connection_so_that_the_client_sees_an_incomplete_body() -> None:
    with served(answering(failing_later)) as url, pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url, trust_env=False)


def test_the_generator_is_closed_when_the_client_disconnects() -> None:
    closed = []

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"a" * 65536
        finally:
            closed.append(True)

    with served(answering(endless)) as url, httpx.stream("GET", url, trust_env=False) as answer:
        next(answer.iter_bytes())

    assert closed == [True]
