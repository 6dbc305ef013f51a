"""What the events of each service mean: paths and stages, client addresses, cookies, encodings."""

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any

import brotli
import psycopg
import pytest
import structlog

from jobs.functions.aws.http.paths import RequestPath
from jobs.functions.aws.http.requests import read_request
from jobs.functions.aws.http.responses import write_response
from tests.jobs.functions.examples import DIFFICULT
from tests.jobs.functions.invoking import Invoke, api_function
from tests.jobs.functions.requests import (
    CLIENT,
    FORMS,
    Request,
    answer_of,
    function_url,
    http_api,
    http_api_payload_1,
    load_balancer,
    rest_api,
    with_headers,
)
from tests.support.service import SECRET_KEY

TYPES = Request(method="GET", target="/api/v1/device/types")
DEVICE = Request(method="GET", target="/api/v1/device/info/%E7%84%8A%E6%9C%BA%2F1%20%2541+2")
PATH = "/api/v1/device/info/焊机/1 %41+2"
DOMAIN = "plants.example.com"


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (http_api(DEVICE), RequestPath(PATH)),
        (http_api(DEVICE, stage="prod"), RequestPath(PATH, "/prod")),
        (http_api(DEVICE, stage="prod", domain=DOMAIN), RequestPath(PATH)),
        (http_api(Request(method="GET", target=""), stage="prod"), RequestPath("/", "/prod")),
        (http_api(Request(method="GET", target="/products"), stage="$default"), RequestPath("/products")),
        (http_api_payload_1(DEVICE), RequestPath(PATH)),
        (rest_api(DEVICE), RequestPath(PATH, "/prod")),
        (rest_api(DEVICE, mapping="/plant1/api"), RequestPath(PATH, "/plant1/api")),
        (function_url(DEVICE), RequestPath(PATH)),
        (load_balancer(DEVICE), RequestPath(PATH)),
    ],
)
def test_the_path_is_decoded_once_and_has_no_stage(event: dict[str, Any], path: RequestPath) -> None:
    assert read_request(event).path == path


def test_a_stage_that_is_named_like_a_path_is_removed_once() -> None:
    request = Request(method="GET", target="/api/v1/device/types")

    assert read_request(http_api(request, stage="api")).path == RequestPath("/api/v1/device/types", "/api")
    assert read_request(rest_api(request)).path.path == "/api/v1/device/types"


def test_a_rest_api_passes_its_greedy_parameter_decoded_or_not() -> None:
    event = rest_api(DEVICE, mapping="/plant1")
    decoded = {**event, "pathParameters": {"proxy": PATH.removeprefix("/")}}

    assert read_request(decoded).path == RequestPath(PATH, "/plant1")


def test_the_location_of_what_was_created_begins_with_the_stage() -> None:
    headers = [(b"location", b"/api/v1/jobs/runs/1"), (b"content-type", b"application/json")]
    request = Request(method="POST", target="/api/v1/jobs/check/runs")
    prefixes = {
        name: write_response(read_request(form(request)), 202, headers, b"{}") for name, form in FORMS.items()
    }  # fmt: skip

    locations = {name: answer_of(answer).header("location") for name, answer in prefixes.items()}
    assert locations == {
        "HTTP API": "/api/v1/jobs/runs/1",
        "HTTP API, stage": "/prod/api/v1/jobs/runs/1",
        "HTTP API, payload 1.0": "/api/v1/jobs/runs/1",
        "REST API": "/prod/api/v1/jobs/runs/1",
        "REST API, mapping": "/plant1/api/v1/jobs/runs/1",
        "function URL": "/api/v1/jobs/runs/1",
        "load balancer, lists": "/api/v1/jobs/runs/1",
    }


@pytest.mark.parametrize("form", FORMS)
def test_the_client_is_the_address_that_the_service_was_connected_from(form: str) -> None:
    forged = with_headers(TYPES, X_Forwarded_For="10.0.0.1, 198.51.100.9")

    assert read_request(FORMS[form](forged)).scope()["client"] == (CLIENT, 0)


@pytest.mark.parametrize(
    ("appended", "client"),
    [(f"{CLIENT}:52100", CLIENT), ("[2001:db8::1]:52100", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"), ("x", "")],
)
def test_the_client_of_a_load_balancer_has_no_port(appended: str, client: str) -> None:
    event = load_balancer(TYPES)
    event["headers"]["x-forwarded-for"] = f"10.0.0.1, {appended}"

    assert read_request(event).scope()["client"] == (client, 0)


@pytest.mark.parametrize("form", FORMS)
def test_repeated_headers_and_cookies_arrive(form: str) -> None:
    event = FORMS[form](with_headers(TYPES, Cookie="a=1; b=2", If_None_Match='"x"'))

    headers = read_request(event).scope()["headers"]
    assert (b"cookie", b"a=1; b=2") in headers
    assert (b"if-none-match", b'"x"') in headers


@pytest.mark.parametrize("form", FORMS)
def test_a_response_may_set_several_cookies(form: str) -> None:
    event = FORMS[form](TYPES)
    cookies = [(b"set-cookie", b"a=1; Secure"), (b"set-cookie", b"b=2; Expires=Mon, 02 Mar 2026 08:00:00 GMT")]

    answer = answer_of(write_response(read_request(event), 204, cookies, b""))

    assert answer.headers == [("set-cookie", value.decode()) for _, value in cookies]
    assert (answer.status, answer.body) == (204, b"")


def test_a_load_balancer_without_lists_gets_one_value_per_header() -> None:
    event = load_balancer(with_headers(TYPES, Accept="application/json"))

    answer = write_response(read_request(event), 404, [(b"vary", b"Origin"), (b"vary", b"Accept-Encoding")], b"x")

    assert answer["headers"] == {"vary": "Origin, Accept-Encoding"}
    assert (answer["statusDescription"], answer["isBase64Encoded"]) == ("404 Not Found", True)


@pytest.mark.parametrize("host", ["[2001:db8::1]:8443", "a:b:c", "", "plant.example.com:port"])
def test_any_host_header_is_accepted(shared_invoke: Invoke, host: str) -> None:
    event = load_balancer(Request(method="GET", target="/healthz"), lists=True)
    event["multiValueHeaders"]["host"] = [host]
    event["multiValueHeaders"]["x-forwarded-port"] = ["not a port"]
    event["multiValueHeaders"]["x-forwarded-proto"] = ["gopher"]

    assert answer_of(shared_invoke(event)).status == 200


def test_the_test_button_of_api_gateway_and_health_checks_of_load_balancers_are_answered(shared_invoke: Invoke) -> None:
    tested = rest_api(TYPES)
    tested |= {"headers": None, "multiValueHeaders": None}
    tested["requestContext"]["identity"]["sourceIp"] = "test-invoke-source-ip"
    checked = load_balancer(Request(method="GET", target="/readyz"))
    checked["headers"] = {"user-agent": "ELB-HealthChecker/2.0"}

    assert [answer_of(shared_invoke(event)).status for event in (tested, checked)] == [401, 200]


@pytest.mark.parametrize(
    ("coding", "decompress"),
    [("gzip", gzip.decompress), ("br", brotli.decompress), ("zstd", None), ("identity", bytes)],
)
@pytest.mark.parametrize("form", FORMS)
def test_compressed_responses_are_base64(shared_invoke: Invoke, form: str, coding: str, decompress: Any) -> None:
    request = Request(method="GET", target="/openapi.json", headers=(("Accept-Encoding", coding),))

    answer = answer_of(shared_invoke(FORMS[form](request)))

    assert (answer.status, answer.header("content-encoding")) == (200, None if coding == "identity" else coding)
    assert answer.header("content-length") == str(len(answer.body))
    assert answer.body.startswith(b"\x28\xb5\x2f\xfd") if decompress is None else json.loads(decompress(answer.body))


@pytest.fixture
def invoke_with(database_url: str) -> Iterator[Any]:
    """Return a function with further settings."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "insert into t_device_info (device_code, device_name, device_type) values (%s, 'x', 'welding')",
            (DIFFICULT,),
        )
    open_functions = []

    def opened(**more: str) -> Invoke:
        settings = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY, "LOG_LEVEL": "info", **more}
        open_functions.append(api_function(settings))
        return open_functions[-1].__enter__()

    yield opened
    for each in open_functions:
        each.__exit__(None, None, None)


def _addresses(capsys: pytest.CaptureFixture[str]) -> set[str]:
    structlog.get_logger()  # the log is configured by the function
    out = capsys.readouterr()
    lines = [json.loads(line) for line in (out.out + out.err).splitlines() if line.startswith("{")]
    return {line["address"] for line in lines if line["event"] == "audit"}


def test_the_audit_log_and_the_rate_limit_use_the_address_of_the_event(
    invoke_with: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke: Invoke = invoke_with(RATE_LIMIT_PER_SECOND="0.001")
    forged = [with_headers(TYPES, X_Forwarded_For=f"10.0.0.{number}") for number in range(5)]

    answers = [answer_of(invoke(rest_api(each))).status for each in forged]

    assert answers[0] == 401
    assert 429 in answers
    assert _addresses(capsys) == {CLIENT}


def test_a_trusted_proxy_in_front_of_the_function_names_the_client(
    invoke_with: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke: Invoke = invoke_with(FORWARDED_ALLOW_IPS=CLIENT)

    assert answer_of(invoke(http_api(with_headers(TYPES, X_Forwarded_For="198.51.100.9")))).status == 401

    assert _addresses(capsys) == {"198.51.100.9"}


def test_a_body_that_is_not_deflated_properly_is_a_problem(shared_invoke: Invoke, credentials: dict[str, str]) -> None:
    headers = (*credentials.items(), ("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    body = zlib.compress(b"{}")
    request = Request(method="POST", target="/api/v1/device/info", headers=headers, body=body)

    assert {answer_of(shared_invoke(form(request))).status for form in FORMS.values()} == {400}
