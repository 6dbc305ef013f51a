"""Compression of the responses of the whole service."""

from collections.abc import Iterator

import httpx
import pytest

from arcbeat.api.compression.codings import CODINGS
from tests.support.service import Service

CODING_NAMES = [coding.name for coding in CODINGS]
PATHS = [
    "/openapi.json",
    "/asyncapi.yaml",
    "/docs/assets/swagger-ui.css",
    "/api/v1/device/info?page_size=100",
    "/api/v1/device/info-export",
]


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register(*(f"W{number}" for number in range(60)))


@pytest.fixture
def plain(service: Service) -> Iterator[httpx.Client]:
    """A client of an operator that accepts no coding unless a request says so."""
    with httpx.Client(base_url=service.url, headers=dict(service.operator.headers), trust_env=False) as client:
        client.headers["Accept-Encoding"] = "identity"
        yield client


@pytest.mark.parametrize("name", CODING_NAMES)
@pytest.mark.parametrize("path", PATHS)
def test_every_kind_of_response_is_compressed(plain: httpx.Client, path: str, name: str) -> None:
    expected = plain.get(path)
    response = plain.get(path, headers={"Accept-Encoding": name})

    assert (response.status_code, response.headers["Content-Encoding"]) == (200, name)
    assert "Accept-Encoding" in response.headers["Vary"]
    assert response.content == expected.content
    assert response.num_bytes_downloaded < expected.num_bytes_downloaded / 2


@pytest.mark.parametrize("name", [*CODING_NAMES, "identity"])
@pytest.mark.parametrize("path", PATHS[:4])
def test_the_etag_of_each_coding_is_recognised(plain: httpx.Client, path: str, name: str) -> None:
    etag = plain.get(path, headers={"Accept-Encoding": name}).headers["ETag"]
    response = plain.get(path, headers={"Accept-Encoding": name, "If-None-Match": etag})

    assert (response.status_code, response.headers["ETag"]) == (304, etag)


def test_each_coding_has_its_own_etag(plain: httpx.Client) -> None:
    etags = {plain.get("/openapi.json", headers={"Accept-Encoding": name}).headers["ETag"] for name in CODING_NAMES}

    assert len(etags | {plain.get("/openapi.json").headers["ETag"]}) == 1 + len(CODINGS)


def test_responses_with_secrets_are_not_compressed(service: Service) -> None:
    response = service.anonymous.get("/api/v1/auth/me", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in response.headers
