"""Fixtures: functions that serve the API, and the credentials of a user."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.identity.tokens import JwtTokens
from arcbeat.domain.identity.identity import Role
from arcbeat.domain.identity.sessions import Session
from tests.jobs.functions.invoking import Invoke, api_function
from tests.support.postgres import Server
from tests.support.service import SECRET_KEY


@pytest.fixture
def settings(environment: dict[str, str]) -> dict[str, str]:
    return {**environment, "SECRET_KEY": SECRET_KEY}


@pytest.fixture
def invoke(settings: dict[str, str]) -> Iterator[Invoke]:
    with api_function(settings) as invoke:
        yield invoke


@pytest.fixture(scope="module")
def shared_database(postgres_server: Server, template_database: str) -> Iterator[str]:
    """The URL of a database that the tests of a module share."""
    url = postgres_server.create_database(template=template_database)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(scope="module")
def shared_invoke(shared_database: str) -> Iterator[Invoke]:
    """A function that the tests of a module share, because it takes a second to open."""
    settings = {"DATABASE_URL": shared_database, "SECRET_KEY": SECRET_KEY, "LOG_LEVEL": "error"}
    with api_function(settings) as invoke:
        yield invoke


@pytest.fixture
def credentials() -> dict[str, str]:
    now = datetime.now(UTC)
    session = Session(
        session_id=0,
        username="tester",
        role=Role.ADMIN,
        scopes=frozenset(Role.OPERATOR.scopes),
        rotation=0,
        expires_at=now + timedelta(hours=1),
    )
    token = JwtTokens(SECRET_KEY, lambda: now, lifetime=timedelta(minutes=5)).issue(session).access_token
    return {"authorization": f"Bearer {token}"}
