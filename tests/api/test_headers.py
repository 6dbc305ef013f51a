"""Tests of the security headers and of CORS."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import Server
from tests.support.service import Service

CONSOLE = "https://console.example"


@pytest.fixture(scope="module")
def with_console_origin(postgres_server: Server, template_database: str) -> Iterator[Service]:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, cors_origins=f"{CONSOLE}, https://other.example") as service:
        yield service
    postgres_server.drop_database(url)


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/device/types", "/nothing"])
def test_a_response_must_not_be_sniffed_framed_or_cached(service: Service, path: str) -> None:
    headers = service.anonymous.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_response_does_not_name_the_server_software(service: Service) -> None:
    assert "uvicorn" not in service.anonymous.get("/healthz").headers.get("Server", "")


def test_by_default_pages_of_other_origins_cannot_call_the_api(service: Service) -> None:
    preflight = service.anonymous.options(
        "/api/v1/device/types", headers={"Origin": CONSOLE, "Access-Control-Request-Method": "GET"}
    )
    answer = service.operator.get("/api/v1/device/types", headers={"Origin": CONSOLE})

    assert "Access-Control-Allow-Origin" not in preflight.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_pages_of_an_allowed_origin_can_call_the_api_and_read_errors(with_console_origin: Service) -> None:
    preflight = with_console_origin.anonymous.options(
        "/api/v1/device/types",
        headers={
            "Origin": CONSOLE,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "Authorization",
        },
    )
    refused = with_console_origin.anonymous.get("/api/v1/device/types", headers={"Origin": CONSOLE})

    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (200, CONSOLE)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, CONSOLE)
    assert "X-Request-ID" in refused.headers["Access-Control-Expose-Headers"]


def test_an_origin_that_is_not_allowed_gets_no_cors_headers(with_console_origin: Service) -> None:
    answer = with_console_origin.anonymous.get("/healthz", headers={"Origin": "https://evil.example"})

    assert "Access-Control-Allow-Origin" not in answer.headers
