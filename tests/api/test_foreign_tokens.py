"""Tokens of another issuer, through the whole service."""

from collections.abc import Iterator

import pytest

from arcbeat.domain.identity.identity import Scope
from tests.support.identity import bearer, get_me
from tests.support.jwks import AUDIENCE, Key, issuing
from tests.support.postgres import Server
from tests.support.service import Service

TYPES = "/api/v1/device/types"
KEY = Key("first")


@pytest.fixture(scope="module")
def trusting(postgres_server: Server, template_database: str) -> Iterator[Service]:
    """A service that trusts another issuer."""
    url = postgres_server.create_database(template=template_database)
    with issuing(KEY) as issuer, Service.running(url, jwks_url=issuer.url, jwt_audience=AUDIENCE) as service:
        yield service
    postgres_server.drop_database(url)


def test_who_another_issuer_knows_may_do_what_its_scopes_say(trusting: Service) -> None:
    headers = bearer(KEY.sign(scope="device:read openid"))

    me = get_me(trusting, headers).json()
    opened = trusting.nobody.get(TYPES, headers=headers)
    refused = trusting.nobody.get("/api/v1/users", headers=headers)

    assert (me["kind"], me["name"], me["role"], me["scopes"]) == ("external", "somebody", None, ["device:read"])
    assert (opened.status_code, refused.status_code) == (200, 403)


def test_our_own_tokens_go_on(trusting: Service) -> None:
    assert trusting.client(Scope.DEVICE_READ).get(TYPES).status_code == 200


@pytest.mark.parametrize("path", ["logout", "password"])
def test_who_is_no_user_here_has_no_session_and_no_password_here(trusting: Service, path: str) -> None:
    body = {"old_password": "x", "new_password": "a new long password"} if path == "password" else None

    answer = trusting.nobody.post(f"/api/v1/auth/{path}", json=body, headers=bearer(KEY.sign()))

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:not-a-user")


def test_where_no_other_issuer_is_trusted_its_tokens_open_nothing(service: Service) -> None:
    assert get_me(service, bearer(KEY.sign())).status_code == 401
