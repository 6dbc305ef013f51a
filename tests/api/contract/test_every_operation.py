"""Tests every operation of the contract with generated requests (schemathesis) against the real application."""

import itertools
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Response

from arcbeat.domain.identity.identity import Role
from tests.api.contract import known
from tests.api.contract.generation import schema
from tests.support.postgres import Server
from tests.support.service import Service

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "20"))
"""Random requests per operation and role, besides the deterministic ones; `make test-contract` sends more."""
HEAD_BYTES_MAX = 64_000
"""The server rejects a larger head of a request before it knows the operation, with a status that no operation has."""
LATER_SESSION = 2**31
"""A session that survives a change of its user's password, which ends all sessions that have begun."""
WITHOUT_SCOPES = {"issue_token", "refresh_token", "get_metrics"}
"""Operations whose credentials are in the request, or are not those of a user."""
NO_OPERATION = {"urn:arcbeat:problem:not-found", "urn:arcbeat:problem:method-not-allowed"}
"""The problems of requests that reach no operation."""


@pytest.fixture(scope="module")
def service(postgres_server: Server, template_database: str) -> Iterator[Service]:
    """A service behind a proxy on this machine, with all that `known` lists in its database."""
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, forwarded_allow_ips="127.0.0.1") as running:
        known.prepare(running)
        yield running
    postgres_server.drop_database(url)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Keeps connections open, which a new session per request would not."""
    with requests.Session() as session:
        session.headers.clear()
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def addresses() -> Iterator[str]:
    """One client address per request, because the number of failed logins per address is limited."""
    return (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in itertools.count(1))


@pytest.fixture(autouse=True)
def _without_coverage() -> Iterator[None]:
    """Stop measuring coverage in this thread, where it doubles the time to generate requests.

    It continues in the thread of the service.
    """
    trace = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(trace)


# The service runs in a thread of this process, and its jitter uses the random generator that Hypothesis watches.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.parametrize("role", [pytest.param(Role.OPERATOR, marks=pytest.mark.slow), Role.ADMIN])
@schema.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_response_matches_the_contract(
    case: schemathesis.Case[Any], role: Role, service: Service, session: requests.Session, addresses: Iterator[str]
) -> None:
    token = service.token(*role.scopes, username=role.value, session_id=LATER_SESSION)
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": next(addresses)}

    response = case.call(base_url=service.url, headers=headers, session=session)
    if head_bytes(response.request) < HEAD_BYTES_MAX:
        case.validate_response(response)
        assert_access(case, role, response)


def head_bytes(request: requests.PreparedRequest) -> int:
    return len(request.url or "") + sum(len(name) + len(value) for name, value in request.headers.items())


def assert_access(case: schemathesis.Case[Any], role: Role, response: Response) -> None:
    """Assert that exactly the operations that require another scope are denied."""
    definition = case.operation.definition.raw
    if definition["operationId"] in WITHOUT_SCOPES or is_of_no_operation(response):
        return
    required = {scope for each in definition["security"] for scope in each.get("token", [])}
    assert (response.status_code == 403) == (not required <= role.scopes), response.text
    assert response.status_code != 401


def is_of_no_operation(response: Response) -> bool:
    """Return whether there is no such path, which may contain a line break, or it has no such method."""
    return response.status_code in {404, 405} and response.json()["type"] in NO_OPERATION
