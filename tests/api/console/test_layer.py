"""Tests of which requests the console answers, and which remain those of the API."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from arcbeat.api.console.folder import ConsoleFolder
from arcbeat.api.contract.bundle import load_contract
from arcbeat.api.contract.docs import DOCUMENT_PATHS, docs
from arcbeat.api.operations import not_found
from tests.api.console.builds import INDEX
from tests.support.postgres import Server
from tests.support.service import Service

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LONGEST_PATH = "/" + "x" * 3000


def get(service: Service, path: str, accept: str = BROWSER, method: str = "GET") -> httpx.Response:
    return service.anonymous.request(method, path, headers={"Accept": accept})


def send(service: Service, target: bytes) -> bytes:
    """Send a request whose target no client library would send, and return the response."""
    address = urlsplit(service.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=20) as connection:
        request = b"GET %b HTTP/1.1\r\nHost: arcbeat\r\nAccept: text/html\r\nConnection: close\r\n\r\n" % target
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("path", ["/", "/devices", "/jobs/runs/17", "/devices/14412T0001/", "/devices/%2F", "/设备/1"])
def test_a_browser_opens_the_page_at_every_path_of_the_console(with_console: Service, path: str) -> None:
    response = get(with_console, path)

    assert (response.status_code, response.text) == (200, INDEX)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html;q=0", "image/avif,*/*;q=0.8", ""])
def test_what_is_not_a_browser_that_opens_a_page_gets_a_problem(with_console: Service, accept: str) -> None:
    response = get(with_console, "/devices", accept)

    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_a_page_can_only_be_read(with_console: Service, method: str) -> None:
    assert get(with_console, "/devices", method=method).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/v1/nothing",
        "/api/v1/device/data/realtime/",
        "/docs/nothing",
        "/docs/assets/nothing.js",
        "/openapi.json/x",
        "/healthz/x",
        "/metrics/x",
        "/assets",
        "/assets/",
        "/assets/index-Old.js",
        "/assets/devices",
        LONGEST_PATH,
    ],
)
def test_what_the_api_or_a_build_lacks_is_not_found_even_for_a_browser(with_console: Service, path: str) -> None:
    response = get(with_console, path)

    assert response.status_code in {404, 307}
    assert response.headers.get("Content-Type", "application/problem+json") == "application/problem+json"


def test_every_document_and_operation_is_served_beside_the_console(with_console: Service) -> None:
    for path in [*DOCUMENT_PATHS, "/healthz", "/readyz"]:
        assert get(with_console, path).status_code in {200, 503}
        assert get(with_console, path).text != INDEX
    assert get(with_console, "/api/v1/device/types").status_code == 401
    assert get(with_console, "/socket.io").status_code == 400


def test_the_reserved_paths_of_the_documents_are_complete() -> None:
    routes: Any = docs(load_contract(), not_found).routes

    assert {f"/{route.path.split('/')[1]}" for route in routes} - {"/"} == DOCUMENT_PATHS


@pytest.mark.parametrize(
    "target",
    [
        b"/../secret.txt",
        b"/assets/../../secret.txt",
        b"/assets/..%2f..%2fsecret.txt",
        b"/%2e%2e/%2e%2e/etc/passwd",
        b"/..%5c..%5csecret.txt",
        b"/assets%2Findex-B1.js",
        b"/assets/index-B1.js%00",
        b"/assets/index-B1.js%00.html",
        b"/devices%00",
        b"//assets/index-B1.js",
        b"//evil.example/",
        b"/devices\\..\\secret",
        b"/assets/%2e/index-B1.js",
        b"/assets/index-B1.js.br",
        b"/assets/index-B1.js.gz",
        b"/assets/linked/secret.txt",
    ],
)
def test_a_path_that_leads_around_the_index_is_not_found(with_console: Service, target: bytes) -> None:
    head, _, body = send(with_console, target).partition(b"\r\n\r\n")

    assert head.split(b" ")[1] in {b"404", b"400"}
    assert b"secret" not in body or b"application/problem+json" in head


@pytest.mark.parametrize("path", ["/link.txt", "/.hidden.txt", "/.stamp"])
def test_links_and_hidden_files_are_not_served(with_console: Service, path: str) -> None:
    assert get(with_console, path, "*/*").status_code == 404


def test_requests_for_the_console_are_logged_and_measured_under_one_name(with_console: Service) -> None:
    with capture_logs() as logs:
        for path in ("/", "/assets/index-B1.js", "/devices/14412T0001"):
            get(with_console, path)
        with_console.anonymous.get("/assets/missing.js")
        with_console.anonymous.get("/healthz")  # an entry is written after its response

    lines = [(each["operation"], each["path"]) for each in logs if each["event"] == "request"][:4]
    assert lines == [("console", "/"), ("console", "/assets/…"), ("console", "/…/…"), ("none", "/assets/…")]


@pytest.fixture
def limited(postgres_server: Server, template_database: str, build_folder: Path) -> Iterator[Service]:
    url = postgres_server.create_database(template=template_database)
    with Service.running(url, console=ConsoleFolder(build_folder), rate_limit_per_second=0.01) as service:
        yield service
    postgres_server.drop_database(url)


def test_only_requests_for_what_the_console_lacks_count_for_the_rate_limit(limited: Service) -> None:
    files = [limited.anonymous.get("/assets/index-B1.js").status_code for _ in range(30)]
    missing = [httpx.get(f"{limited.url}/assets/missing.js", trust_env=False) for _ in range(2)]

    assert files == [200] * 30
    assert [response.status_code for response in missing] == [404, 429]
