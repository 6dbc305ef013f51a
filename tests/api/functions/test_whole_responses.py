"""Responses that are collected before they are sent: a problem replaces one that breaks off or is too large."""

from typing import Any

import httpx
import orjson
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arcbeat.api.functions.whole_responses import BodyLimit, WholeResponses


class Base64Limit(BodyLimit):
    """A platform that encodes bodies as Base64."""

    def size(self, scope: Scope, start: Message, body: bytes) -> int:
        return super().size(scope, start, body) * 4 // 3


def _client(app: ASGIApp, limit: BodyLimit) -> httpx.AsyncClient:
    whole = WholeResponses(app, limit)

    async def with_request_id(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"request_id": "r1"}
        await whole(scope, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(with_request_id), base_url="http://function")


def _streaming(*chunks: bytes, error: Exception | None = None) -> tuple[ASGIApp, list[bytes]]:
    """Return an application that sends chunks and then raises an error, and the list of those that were taken."""
    taken: list[bytes] = []

    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/csv")]})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            taken.append(chunk)
        if error:
            raise error
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return app, taken


def _problem(response: httpx.Response) -> dict[str, Any]:
    problem: dict[str, Any] = orjson.loads(response.content)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (problem["status"], problem["request_id"]) == (response.status_code, "r1")
    return problem


async def test_a_stream_is_sent_in_one_part() -> None:
    app, _ = _streaming(b"a,b\n", b"1,2\n")

    response = await _client(app, BodyLimit(8)).get("/")

    assert (response.status_code, response.content) == (200, b"a,b\n1,2\n")
    assert response.headers["Content-Type"] == "text/csv"


async def test_a_response_that_is_too_large_becomes_a_problem_before_it_is_complete() -> None:
    app, taken = _streaming(*[b"x" * 1_000_000] * 10)

    response = await _client(app, BodyLimit(2_500_000)).get("/", headers={"Accept-Language": "zh"})

    problem = _problem(response)
    assert (problem["status"], problem["title"]) == (501, "函数中不可用")
    assert "2.5 MB" in problem["detail"]
    assert len(taken) == 2


async def test_the_encoding_of_the_platform_counts() -> None:
    app, _ = _streaming(b"x" * 900)

    assert (await _client(app, Base64Limit(1200)).get("/")).status_code == 200
    assert _problem(await _client(app, Base64Limit(1199)).get("/"))["status"] == 501


@pytest.mark.parametrize("error", [RuntimeError("the store hangs up"), ConnectionResetError()])
async def test_a_response_that_breaks_off_becomes_a_problem(error: Exception) -> None:
    app, taken = _streaming(b"a,b\n", error=error)

    response = await _client(app, BodyLimit()).get("/")

    assert _problem(response)["type"] == "urn:arcbeat:problem:internal-error"
    assert (b"a,b" not in response.content, taken) == (True, [b"a,b\n"])


async def test_an_application_that_does_not_respond_becomes_a_problem() -> None:
    async def silent(_: Scope, __: Receive, ___: Send) -> None:
        return

    assert _problem(await _client(silent, BodyLimit()).get("/"))["status"] == 500


async def test_another_kind_of_connection_passes() -> None:
    passed: list[Scope] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        passed.append(scope)

    await WholeResponses(app, BodyLimit())({"type": "lifespan"}, None, None)  # type: ignore[arg-type] # it uses neither

    assert passed == [{"type": "lifespan"}]


async def test_a_small_response_is_sent_as_it_is() -> None:
    response = await _client(PlainTextResponse("ok", headers={"ETag": '"1"'}), BodyLimit()).get("/")

    assert (response.text, response.headers["ETag"]) == ("ok", '"1"')
