"""Tests of logging in and of access tokens."""

import asyncio
from datetime import timedelta

import httpx
import jwt
import pytest

from arcbeat import app
from arcbeat.domain.identity.identity import Role, Scope
from tests.support.service import SECRET_KEY, Service

TOKEN = "/api/v1/auth/token"
GUARDED = "/api/v1/device/types"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module", autouse=True)
def users(service: Service) -> None:
    async def add() -> None:
        async with app.open_administration(service.database_url) as administration:
            await administration.put_user("vera", Role.VIEWER, PASSWORD)
            await administration.put_user("otto", Role.OPERATOR, PASSWORD)

    asyncio.run(add())


def log_in(service: Service, username: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    form = {"grant_type": "password", "username": username, "password": password, **more}
    return service.anonymous.post(TOKEN, data=form)


def test_a_login_returns_a_token_with_the_scopes_of_the_role(service: Service) -> None:
    answer = log_in(service, "vera")
    token = answer.json()

    opened = service.anonymous.get(GUARDED, headers={"Authorization": f"Bearer {token['access_token']}"})

    assert opened.status_code == 200
    assert (token["token_type"], token["scope"]) == ("Bearer", "device:read job:read telemetry:read")
    assert token["expires_in"] > 0
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_login_returns_the_expiry_and_the_scopes(service: Service) -> None:
    token = log_in(service, "otto").json()

    claims = jwt.decode(token["access_token"], SECRET_KEY, algorithms=["HS256"])

    assert claims["exp"] - claims["iat"] == token["expires_in"]
    assert claims["scope"].split() == token["scope"].split()
    assert claims["sub"] == "otto"


def test_a_login_can_request_fewer_scopes_but_not_more(service: Service) -> None:
    assert log_in(service, "vera", scope="device:read admin").json()["scope"] == "device:read"


def test_an_unknown_scope_is_rejected(service: Service) -> None:
    answer = log_in(service, "vera", scope="everything")

    assert answer.json()["errors"][0]["name"] == "/scope"


@pytest.mark.parametrize(("username", "password"), [("vera", "wrong"), ("unknown", PASSWORD)])
def test_a_wrong_password_and_an_unknown_user_are_answered_alike(
    service: Service, username: str, password: str
) -> None:
    answer = log_in(service, username, password)

    problem = answer.json()
    assert answer.status_code == 401
    assert problem["type"] == "urn:arcbeat:problem:invalid-credentials"
    assert problem["detail"] == "The user name or the password is wrong."


def test_a_missing_property_of_the_form_is_named(service: Service) -> None:
    answer = service.anonymous.post(TOKEN, data={"grant_type": "password", "username": "vera"})

    assert answer.status_code == 400
    assert "password" in answer.json()["errors"][0]["detail"]


def test_a_json_body_is_rejected(service: Service) -> None:
    assert service.anonymous.post(TOKEN, json={}).status_code == 415


def foreign(claims: dict[str, object], key: str = SECRET_KEY, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, key, algorithm=algorithm)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer not.a.token",
        "Basic dmVyYTp2ZXJh",
        f"Bearer {foreign({'sub': 'x', 'scope': 'device:read'}, 'another key of thirty-two bytes!')}",
        f"Bearer {foreign({'sub': 'x', 'scope': 'device:read'})}",
        f"Bearer {jwt.encode({'sub': 'x', 'scope': 'device:read'}, '', algorithm='none')}",
    ],
)
def test_an_invalid_token_is_rejected(service: Service, header: str) -> None:
    answer = service.anonymous.get(GUARDED, headers={"Authorization": header})

    assert (answer.status_code, answer.json()["type"]) == (401, "urn:arcbeat:problem:unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_token_is_rejected(service: Service) -> None:
    token = service.token(Scope.DEVICE_READ, lifetime=timedelta(seconds=-1))

    answer = service.anonymous.get(GUARDED, headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()["detail"]) == (401, "The token is expired.")


def test_only_health_and_login_are_public(service: Service) -> None:
    statuses = {path: service.anonymous.get(path).status_code for path in ("/healthz", "/readyz", GUARDED)}

    assert statuses == {"/healthz": 200, "/readyz": 200, GUARDED: 401}
