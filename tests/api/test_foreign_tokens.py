"""Tests of the tokens of another issuer."""

from collections.abc import Iterator

import pytest

from arcbeat.domain.identity.identity import Scope
from tests.support.identity import bearer, get_me
from tests.support.jwks import AUDIENCE, ISSUER, Key, issuing
from tests.support.postgres import Server
from tests.support.service import Service

TYPES = "/api/v1/device/types"
KEY = Key("first")


@pytest.fixture(scope="module")
def trusting(postgres_server: Server, template_database: str) -> Iterator[Service]:
    """Run a service that trusts another issuer."""
    url = postgres_server.create_database(template=template_database)
    with issuing(KEY) as issuer:
        settings = {"jwks_url": issuer.url, "jwt_issuer": ISSUER, "jwt_audience": AUDIENCE}
        with Service.running(url, **settings) as service:
            yield service
    postgres_server.drop_database(url)


def test_a_token_of_a_trusted_issuer_permits_the_operations_of_its_scopes(trusting: Service) -> None:
    headers = bearer(KEY.sign(scope="device:read openid"))

    me = get_me(trusting, headers).json()
    opened = trusting.anonymous.get(TYPES, headers=headers)
    refused = trusting.anonymous.get("/api/v1/users", headers=headers)

    assert (me["kind"], me["name"], me["role"], me["scopes"]) == ("external", "external-user", None, ["device:read"])
    assert (opened.status_code, refused.status_code) == (200, 403)


def test_tokens_of_this_service_stay_valid(trusting: Service) -> None:
    assert trusting.client(Scope.DEVICE_READ).get(TYPES).status_code == 200


@pytest.mark.parametrize("path", ["logout", "password"])
def test_an_external_identity_cannot_log_out_or_change_a_password(trusting: Service, path: str) -> None:
    body = {"old_password": "x", "new_password": "a new long password"} if path == "password" else None

    answer = trusting.anonymous.post(f"/api/v1/auth/{path}", json=body, headers=bearer(KEY.sign()))

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:not-a-user")


def test_a_token_of_an_untrusted_issuer_is_rejected(service: Service) -> None:
    assert get_me(service, bearer(KEY.sign())).status_code == 401
