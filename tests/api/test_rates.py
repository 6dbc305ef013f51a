"""Tests of the rate limit per client address."""

import pytest
from starlette.types import Message, Receive, Scope, Send

from arcbeat.api.access.rates import RateLimit
from arcbeat.domain.errors import TooManyRequests
from tests.support.postgres import Server
from tests.support.service import Service


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    pass


async def silence() -> Message:
    return {"type": "http.disconnect"}


async def nowhere(message: Message) -> None:
    pass


async def request(rates: RateLimit, client: str = "10.0.0.1", path: str = "/api") -> None:
    await rates({"type": "http", "path": path, "client": (client, 1)}, silence, nowhere)


async def test_a_client_may_send_as_many_requests_as_the_limit_and_more_after_a_while() -> None:
    clock = Clock()
    rates = RateLimit(nothing, 3, clock)
    for _ in range(3):
        await request(rates)
    with pytest.raises(TooManyRequests) as refused:
        await request(rates)
    clock.now = 0.34
    await request(rates)

    assert refused.value.retry_after_seconds == 1


async def test_clients_have_separate_limits_and_health_checks_have_none() -> None:
    rates = RateLimit(nothing, 1, Clock())
    await request(rates, "10.0.0.1")
    await request(rates, "10.0.0.2")
    for _ in range(5):
        await request(rates, "10.0.0.1", "/healthz")

    with pytest.raises(TooManyRequests):
        await request(rates, "10.0.0.2")


async def test_a_limit_of_0_means_no_limit() -> None:
    rates = RateLimit(nothing, 0, Clock())

    for _ in range(100):
        await request(rates)


def test_a_client_above_its_limit_is_rejected_with_retry_after(postgres_server: Server, template_database: str) -> None:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, rate_limit_per_second=0.001) as service:
        allowed = service.anonymous.get("/api/v1/device/types")
        answer = service.anonymous.get("/api/v1/device/types")
    postgres_server.drop_database(url)

    assert allowed.status_code == 401
    assert (answer.status_code, answer.json()["type"]) == (429, "urn:arcbeat:problem:too-many-requests")
    assert int(answer.headers["Retry-After"]) > 1
    assert answer.headers["X-Request-ID"] == answer.json()["request_id"]
