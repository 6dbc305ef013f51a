"""Tests of the files of the console: types, codings, caches and headers."""

import gzip

import brotli
import httpx
import pytest

from tests.api.console.builds import ICON, INDEX, SCRIPT
from tests.support.service import Service

SCRIPT_PATH = "/assets/index-B1.js"


def get(service: Service, path: str, **headers: str) -> httpx.Response:
    return service.anonymous.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def raw(service: Service, path: str, accept_encoding: str) -> tuple[httpx.Response, bytes]:
    """Return a response and its body as it was sent."""
    headers = {"Accept-Encoding": accept_encoding}
    with httpx.stream("GET", f"{service.url}{path}", headers=headers, trust_env=False) as response:
        return response, b"".join(response.iter_raw())


@pytest.mark.parametrize(
    ("path", "media_type", "cache_control"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        (SCRIPT_PATH, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/index-C2.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/favicon.png", "image/png", "no-cache"),
    ],
)
def test_a_file_has_its_type_and_only_hashed_ones_are_cached_without_asking(
    with_console: Service, path: str, media_type: str, cache_control: str
) -> None:
    response = get(with_console, path)

    assert (response.status_code, response.headers["Content-Type"]) == (200, media_type)
    assert response.headers["Cache-Control"] == cache_control


@pytest.mark.parametrize(
    ("accept_encoding", "coding", "decoded"),
    [
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("br;q=0.5, gzip;q=0.8", "gzip", gzip.decompress),
        ("*", "gzip", gzip.decompress),
        ("zstd", None, bytes),
        ("identity", None, bytes),
        ("br;q=0, gzip;q=0", None, bytes),
    ],
)
def test_the_form_that_the_build_has_compressed_is_sent_as_the_client_prefers(
    with_console: Service, accept_encoding: str, coding: str | None, decoded: type
) -> None:
    response, body = raw(with_console, SCRIPT_PATH, accept_encoding)

    assert response.headers.get("Content-Encoding") == coding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert int(response.headers["Content-Length"]) == len(body)
    assert decoded(body) == SCRIPT.encode()


def test_a_file_without_compressed_forms_is_sent_as_it_is(with_console: Service) -> None:
    response, body = raw(with_console, "/favicon.png", "br, gzip")

    assert ("Content-Encoding" in response.headers, body) == (False, ICON)


@pytest.mark.parametrize("path", ["/", SCRIPT_PATH])
def test_a_client_that_has_a_form_of_a_file_receives_only_its_headers(with_console: Service, path: str) -> None:
    tags = {coding: get(with_console, path, Accept_Encoding=coding).headers["ETag"] for coding in ("br", "identity")}
    same = get(with_console, path, Accept_Encoding="br", If_None_Match=f'"other", W/{tags["br"]}')
    other = get(with_console, path, Accept_Encoding="br", If_None_Match=tags["identity"])

    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tags["br"])
    assert {"Cache-Control", "Vary"} <= {name.title() for name in same.headers}
    assert (other.status_code, len(set(tags.values()))) == (200, 2)


@pytest.mark.parametrize("path", ["/", SCRIPT_PATH, "/favicon.png"])
def test_head_has_the_headers_of_get_without_a_body(with_console: Service, path: str) -> None:
    read, head = with_console.anonymous.get(path), with_console.anonymous.head(path)

    own = {"x-request-id", "date"}
    assert head.content == b""
    assert {k: v for k, v in head.headers.items() if k not in own} == {
        k: v for k, v in read.headers.items() if k not in own
    }


@pytest.mark.parametrize("path", ["/", SCRIPT_PATH])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_file_supports_no_other_method(with_console: Service, method: str, path: str) -> None:
    response = with_console.anonymous.request(method, path, headers={"Accept-Language": "zh-CN"})

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["request_id"] == response.headers["X-Request-ID"]


@pytest.mark.parametrize("path", ["/", "/devices", SCRIPT_PATH, "/favicon.png"])
def test_the_policy_allows_nothing_from_other_servers_and_nothing_inline(with_console: Service, path: str) -> None:
    headers = get(with_console, path, Accept="text/html").headers

    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy.pop("default-src") == "'none'"
    assert set(policy.values()) == {"'self'", "'none'"}
    assert {policy[name] for name in ("script-src", "style-src", "connect-src", "img-src", "font-src")} == {"'self'"}
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_page_is_the_file_of_the_build(with_console: Service) -> None:
    assert get(with_console, "/").text == INDEX
