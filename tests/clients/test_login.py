"""The class Login of the client in Python, against the real service."""

import pytest
from arcbeat_client import Login, Rejected
from arcbeat_client.rest import models
from arcbeat_client.rest.api.auth import get_me, log_out

from tests.support.identity import PASSWORD, add_user
from tests.support.service import Service

USERNAME = "vera"
ATTEMPTS_MAX = 30


@pytest.fixture(scope="module")
def login(service: Service) -> Login:
    add_user(service, USERNAME)
    return Login(service.url, USERNAME, PASSWORD)


async def test_it_returns_one_token_until_that_is_rejected(login: Login) -> None:
    first = await login()
    assert await login() == first

    second = await login(first)

    assert second != first
    assert await login(first) == second  # another table has reported the same token


async def test_it_logs_in_again_when_the_session_has_ended(login: Login) -> None:
    token = await login()

    async with login.client() as client:
        await log_out.asyncio_detailed(client=client)
        me = await get_me.asyncio(client=client)

    assert isinstance(me, models.Me)
    assert me.name == USERNAME
    assert await login() != token


async def test_too_many_attempts_are_rejected_with_a_delay(service: Service) -> None:
    add_user(service, "walter")
    login = Login(service.url, "walter", "wrong")
    for _ in range(ATTEMPTS_MAX):
        with pytest.raises(Rejected) as raised:
            await login()
        if raised.value.problem["status"] == 429:
            break

    assert raised.value.problem["type"] == "urn:arcbeat:problem:too-many-requests"
    assert raised.value.problem["retry_after_seconds"] > 0


async def test_a_wrong_password_is_rejected_with_the_problem(service: Service) -> None:
    with pytest.raises(Rejected) as raised:
        await Login(service.url, USERNAME, "wrong")()

    assert raised.value.problem["type"] == "urn:arcbeat:problem:invalid-credentials"
