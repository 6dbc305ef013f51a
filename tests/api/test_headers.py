"""The headers of answers: what browsers may do with them, and who may ask."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import Server
from tests.support.service import Service

CONSOLE = "https://console.example"


@pytest.fixture(scope="module")
def open_to_console(postgres_server: Server, template_database: str) -> Iterator[Service]:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, cors_origins=f"{CONSOLE}, https://other.example") as service:
        yield service
    postgres_server.drop_database(url)


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/device/types", "/nothing"])
def test_an_answer_is_neither_sniffed_nor_framed_nor_kept(service: Service, path: str) -> None:
    headers = service.anonymous.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_an_answer_does_not_say_what_serves_it(service: Service) -> None:
    assert "uvicorn" not in service.anonymous.get("/healthz").headers.get("Server", "")


def test_pages_of_other_origins_are_shut_out(service: Service) -> None:
    preflight = service.anonymous.options(
        "/api/v1/device/types", headers={"Origin": CONSOLE, "Access-Control-Request-Method": "GET"}
    )
    answer = service.operator.get("/api/v1/device/types", headers={"Origin": CONSOLE})

    assert "Access-Control-Allow-Origin" not in preflight.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_pages_of_an_origin_that_is_let_in_may_ask_and_read_errors(open_to_console: Service) -> None:
    preflight = open_to_console.anonymous.options(
        "/api/v1/device/types",
        headers={
            "Origin": CONSOLE,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "Authorization",
        },
    )
    refused = open_to_console.anonymous.get("/api/v1/device/types", headers={"Origin": CONSOLE})

    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (200, CONSOLE)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, CONSOLE)
    assert "X-Request-ID" in refused.headers["Access-Control-Expose-Headers"]


def test_an_origin_that_is_not_let_in_gets_nothing(open_to_console: Service) -> None:
    answer = open_to_console.anonymous.get("/healthz", headers={"Origin": "https://evil.example"})

    assert "Access-Control-Allow-Origin" not in answer.headers
