"""Each operation of the contract answers the same through a function as through a server, in every form of event."""

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from adapters.identity.tokens import JwtTokens
from arcbeat import app
from arcbeat.api.contract.bundle import load_contract
from arcbeat.api.functions.unavailable import NOT_IN_FUNCTIONS
from arcbeat.domain.identity.identity import Role
from arcbeat.domain.identity.sessions import Session
from arcbeat.settings import Settings
from tests.api.contract import known
from tests.jobs.functions.examples import DIFFICULT, READS, WRITES, Example
from tests.jobs.functions.framework import serving
from tests.jobs.functions.invoking import api_function
from tests.jobs.functions.requests import FORMS, Answer, Request, answer_of, send, with_headers
from tests.support.postgres import Server
from tests.support.service import SECRET_KEY, Service, served

ORIGIN = "https://screens.example.com"
SETTINGS = {"SECRET_KEY": SECRET_KEY, "CORS_ORIGINS": ORIGIN, "LOG_LEVEL": "error", "HEAVY_REQUESTS_PER_CALLER": "64"}
CONTRACT = load_contract()
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in CONTRACT["paths"].items()
    for method, operation in item.items()
}
EXAMPLES = {**READS, **WRITES}
OTHERS = [
    Request(method="GET", target="/docs"),
    Request(method="GET", target="/docs/problems/not-found"),
    Request(method="GET", target="/openapi.json"),
    Request(method="GET", target="/no/such/%E8%B7%AF%E5%BE%84"),
    Request(method="GET", target="/api/v1/device/types/?page_size=1"),
    Request(method="POST", target="/api/v1/device/types/welding"),
    Request(method="PATCH", target="/api/v1/device/types"),
]
"""Requests beside the operations."""
WITHOUT_SUCCESS = {"get_snapshot", "get_metrics", "refresh_token", "get_board_statistics"}
"""Operations whose examples fail: a function refuses two of them, one needs a fresh token, one a table."""
HOPS = {"connection", "date", "keep-alive", "server", "transfer-encoding"}
"""Headers of the connection, which a function does not have."""
VOLATILE = {"x-request-id", "content-length"}
SECRETS = {"access_token", "refresh_token", "api_key", "api_key_id", "download_id", "request_id", "url"}
TIMED = {"latency_ms", "duration_ms", "health", "silent_since"}
"""Properties that change with the time, even if nothing happens."""
API_KEY_PATH = re.compile(r"(?<=/api-keys)/[0-9a-f]{16}\Z")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

Call = Callable[[Request], Answer]


def test_every_operation_has_an_example() -> None:
    assert EXAMPLES.keys() == OPERATIONS.keys(), "add examples to tests/jobs/functions/examples.py"


@pytest.fixture(scope="module")
def prepared_database(postgres_server: Server, template_database: str) -> Iterator[str]:
    """The name of a database with data for the examples, to which nothing is connected."""
    url = postgres_server.create_database(template=template_database)
    with Service.running(url) as running:
        known.prepare(running)
        running.register(DIFFICULT, team_name=known.TEAM)
        # Newer readings would be live for the first request, and stale for a later one.
        running.execute("delete from test_db.welding_real_data where ts > now() - interval '1 hour'")
    yield urlsplit(url).path.removeprefix("/")
    postgres_server.drop_database(url)


@pytest.fixture(scope="module")
def tokens() -> Mapping[str, str]:
    """A token per user, of a session that is not stored."""
    now = datetime.now(UTC)
    tokens = JwtTokens(SECRET_KEY, lambda: now, lifetime=timedelta(hours=1))
    scopes, end = frozenset(Role.ADMIN.scopes), now + timedelta(hours=1)
    return {
        username: tokens.issue(
            Session(session_id=0, username=username, role=Role.ADMIN, scopes=scopes, rotation=0, expires_at=end)
        ).access_token
        for username in ("admin", "operator")
    }


@pytest.fixture(scope="module")
def requests(tokens: Mapping[str, str]) -> list[tuple[str, Request]]:
    """The requests of all examples and those beside them, by the name of their operation."""
    examples = [(name, _request(name, each, tokens)) for name, found in EXAMPLES.items() for each in found]
    return [*((each.target, each) for each in OTHERS), *_with_preflights(examples)]


def _request(name: str, example: Example, tokens: Mapping[str, str]) -> Request:
    method, path, _ = OPERATIONS[name]
    credentials = [] if example.anonymous else [("Authorization", f"Bearer {tokens[example.username]}")]
    headers = (*credentials, *example.sent_headers())
    return Request(method=method, target=example.target(path), headers=headers, body=example.body())


def _with_preflights(examples: list[tuple[str, Request]]) -> Iterator[tuple[str, Request]]:
    """Yield the examples, each after the preflight request that a browser sends for it; reads with their HEAD, too."""
    for name, request in examples:
        preflight = Request(method="OPTIONS", target=request.target)
        yield name, with_headers(preflight, Origin=ORIGIN, Access_Control_Request_Method=request.method)
        yield name, with_headers(request, Origin=ORIGIN)
        if request.method == "GET":
            yield name, Request(method="HEAD", target=request.target, headers=request.headers)


def _ask_all(call: Call, requests: list[tuple[str, Request]]) -> list[tuple[Answer, ...]]:
    return [tuple(_ask(call, request)) for _, request in requests]


def _ask(call: Call, request: Request) -> Iterator[Answer]:
    """Yield the response, and that to the same request with the ETag of the first one."""
    first = call(request)
    yield first
    tag = first.header("etag")
    if tag and request.method == "GET":
        yield call(with_headers(request, If_None_Match=tag))


@pytest.fixture(scope="module")
def of_server(
    postgres_server: Server, prepared_database: str, requests: list[tuple[str, Request]]
) -> list[tuple[Answer, ...]]:
    """What a server answers that samples no device type."""
    url = postgres_server.create_database(template=prepared_database)
    settings = Settings.from_environment({**SETTINGS, "DATABASE_URL": url, "RETENTION_HOURS": "0"})
    with served(app.build(settings, samplers_max=0)) as address:
        answers = _ask_all(lambda request: send(address, request), requests)
    postgres_server.drop_database(url)
    return answers


def test_an_example_of_each_operation_succeeds(
    requests: list[tuple[str, Request]], of_server: list[tuple[Answer, ...]]
) -> None:
    asked = zip(requests, of_server, strict=True)
    succeeded = {name for (name, request), found in asked if request.method not in {"OPTIONS", "HEAD"}
                 if found[0].status < 300}  # fmt: skip

    assert OPERATIONS.keys() - succeeded == WITHOUT_SUCCESS


@pytest.mark.parametrize("form", FORMS)
def test_a_function_answers_as_a_server_does(
    form: str,
    postgres_server: Server,
    prepared_database: str,
    requests: list[tuple[str, Request]],
    of_server: list[tuple[Answer, ...]],
) -> None:
    url, event = postgres_server.create_database(template=prepared_database), FORMS[form]
    prefix = "/prod" if form in {"REST API", "HTTP API, stage"} else "/plant1" if form == "REST API, mapping" else ""
    with api_function({**SETTINGS, "DATABASE_URL": url}) as invoke:
        of_function = _ask_all(lambda request: answer_of(invoke(event(request))), requests)
    postgres_server.drop_database(url)

    _assert_equal(requests, of_server, of_function, prefix)


def test_functions_framework_answers_as_a_server_does(
    tmp_path: Path,
    postgres_server: Server,
    prepared_database: str,
    requests: list[tuple[str, Request]],
    of_server: list[tuple[Answer, ...]],
) -> None:
    url = postgres_server.create_database(template=prepared_database)
    with serving(tmp_path, {**SETTINGS, "DATABASE_URL": url}, "serve_api") as framework:
        address = str(framework.client.base_url)
        of_function = _ask_all(lambda request: send(address, request), requests)
    postgres_server.drop_database(url)

    _assert_equal(requests, of_server, of_function)


def _assert_equal(
    requests: list[tuple[str, Request]],
    of_server: list[tuple[Answer, ...]],
    of_function: list[tuple[Answer, ...]],
    prefix: str = "",
) -> None:
    for (name, request), expected, found in zip(requests, of_server, of_function, strict=True):
        if OPERATIONS.get(name, ("", "", {}))[2].get(NOT_IN_FUNCTIONS) and request.method != "OPTIONS":
            assert found[0].status == 501
        else:
            assert [_comparable(each, request, prefix) for each in found] == [
                _comparable(each, request) for each in expected
            ], request


def _comparable(answer: Answer, request: Request, prefix: str = "") -> tuple[int, dict[str, str], Any]:
    # The ETag of what was just changed depends on the moment.
    left_out = HOPS | VOLATILE | (set() if request.method in {"GET", "HEAD"} else {"etag"})
    headers: dict[str, str] = {}
    for name, value in sorted(answer.headers):
        if name not in left_out:
            given = API_KEY_PATH.sub("/…", value.removeprefix(prefix)) if name == "location" else value
            headers[name] = ", ".join([*([headers[name]] if name in headers else []), given])
    return answer.status, headers, _content(answer)


def _content(answer: Answer) -> Any:
    """Return the body without what differs between two runs: secrets, and moments of the last minutes."""
    content_type = answer.header("content-type") or ""
    if answer.body.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(answer.body)) as file:
            return {name: _stable(file.read(name).decode()) for name in sorted(file.namelist())}
    if not answer.body or "json" not in content_type or "ndjson" in content_type:
        return _stable(answer.body.decode())
    return json.loads(_stable(answer.body.decode()), object_pairs_hook=_without_secrets)


def _without_secrets(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    return {name: "…" if name in SECRETS | TIMED else value for name, value in pairs}


def _stable(text: str) -> str:
    return MOMENT.sub(lambda found: "now" if _is_recent(found[0]) else found[0], text)


def _is_recent(text: str) -> bool:
    moment = datetime.fromisoformat(text)
    return abs(datetime.now(UTC) - moment) < timedelta(minutes=30)
