"""Tests of the rate limit per identity and per client address."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from arcbeat.api.access.rates import RateLimit, RateLimits
from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.identity.identity import Scope as AccessScope
from tests.support.identity import TOKEN
from tests.support.postgres import Server
from tests.support.service import Service

PROXY = "10.0.0.9"
PAGE = "/api/v1/device/types"


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


def rate_limit(per_second: float, clock: Clock) -> RateLimit:
    return RateLimit(nothing, RateLimits(per_second, lambda address: address == PROXY, clock))


async def request(rates: RateLimit, client: str = "10.0.0.1", path: str = "/api") -> None:
    scope = {"type": "http", "path": path, "client": (client, 1), "headers": [], "state": {}}
    await rates(scope, silence, nowhere)


async def test_a_client_may_send_as_many_requests_as_the_limit_and_more_after_a_while() -> None:
    clock = Clock()
    rates = rate_limit(3, clock)
    for _ in range(3):
        await request(rates)
    with pytest.raises(TooManyRequests) as refused:
        await request(rates)
    clock.now = 0.34
    await request(rates)

    assert refused.value.retry_after_seconds == 1


async def test_clients_have_separate_limits_and_health_checks_have_none() -> None:
    rates = rate_limit(1, Clock())
    await request(rates, "10.0.0.1")
    await request(rates, "10.0.0.2")
    for _ in range(5):
        await request(rates, "10.0.0.1", "/healthz")

    with pytest.raises(TooManyRequests):
        await request(rates, "10.0.0.2")


async def test_a_limit_of_0_means_no_limit() -> None:
    rates = rate_limit(0, Clock())

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


async def test_a_trusted_proxy_has_no_limit() -> None:
    rates = rate_limit(1, Clock())

    for _ in range(5):
        await request(rates, PROXY)


@pytest.fixture
def narrow(postgres_server: Server, template_database: str) -> Iterator[Service]:
    """A service that allows one request per caller."""
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, rate_limit_per_second=0.001) as service:
        yield service
    postgres_server.drop_database(url)


def statuses(client: httpx.Client, count: int) -> list[int]:
    return [client.get(PAGE).status_code for _ in range(count)]


def test_users_behind_one_address_have_separate_limits(narrow: Service) -> None:
    wang = narrow.client_of("wang", AccessScope.DEVICE_READ)
    zhao = narrow.client_of("zhao", AccessScope.DEVICE_READ)

    assert statuses(narrow.anonymous, 2) == [401, 429]
    assert statuses(wang, 2) == [200, 429]
    assert statuses(zhao, 2) == [200, 429]


def test_requests_with_invalid_credentials_count_for_the_address(narrow: Service) -> None:
    invalid = {"Authorization": "Bearer invalid"}

    answers = [narrow.anonymous.get(PAGE, headers=invalid).status_code for _ in range(3)]

    assert answers == [401, 429, 429]


def test_credentials_on_a_public_operation_do_not_evade_the_limit(narrow: Service) -> None:
    form = {"grant_type": "password", "username": "wang", "password": "wrong"}
    headers = {"Authorization": "Bearer invalid"}

    answers = [narrow.anonymous.post(TOKEN, data=form, headers=headers).status_code for _ in range(2)]

    assert answers == [401, 429]
