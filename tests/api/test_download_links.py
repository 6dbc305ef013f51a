"""Links that download an export once, without other credentials."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from arcbeat.domain.identity.download_links import LINKS_PER_OWNER_MAX, hash_token
from arcbeat.domain.identity.identity import Role, Scope
from tests.support.identity import add_api_key, add_user, bearer, key, tokens_of
from tests.support.service import Service
from tests.support.waiting import eventually

PATH = "/api/v1/downloads"
EXPORT = "/api/v1/device/info-export?format=csv&team_name=" + quote("班组一")
HOURS = "from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z"
T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", team_name="班组一")
    service.append("W1", ts=T0, weld_current=1.5)


def make(service: Service, url: str = EXPORT, headers: dict[str, str] | None = None) -> str:
    """Return the URL of a new link."""
    client = service.operator if headers is None else service.anonymous
    answer = client.post(PATH, json={"url": url}, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    made: str = answer.json()["url"]
    return made


def download(service: Service, url: str) -> httpx.Response:
    return service.anonymous.get(url)


def token_of(url: str) -> str:
    return url.rpartition("=")[2]


@pytest.mark.parametrize(
    "url",
    [
        EXPORT,
        "/api/v1/device/info-export",
        "/api/v1/device/data/history/export?device_code=W1&from=2026-03-02T00:00:00%2B08:00&to=2026-03-03T00:00:00Z",
        f"/api/v1/device/data/windows/export?device_code=W1&{HOURS}&interval=1h&fields=weld_current",
    ],
)
def test_a_link_downloads_the_export_without_other_credentials(service: Service, url: str) -> None:
    answer = download(service, make(service, url))

    assert answer.status_code == 200, answer.text
    assert "W1" in answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content == service.operator.get(url).content


def test_a_link_works_once(service: Service) -> None:
    url = make(service)
    answers = [download(service, url) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 401]
    assert "POST /api/v1/downloads" in answers[1].json()["detail"]


def test_a_link_works_in_another_process(service: Service) -> None:
    url = make(service)
    with Service.running(service.settings.database_url.get_secret_value()) as other:
        assert download(other, url).status_code == 200
    assert download(service, url).status_code == 401


def test_a_link_leads_only_where_it_was_made_for_and_is_not_used_up_by_another_request(service: Service) -> None:
    url = make(service)
    others = [
        url.replace("format=csv", "format=ndjson"),
        url.replace("&team_name", "&locked=false&team_name"),
        url.replace("/api/v1/device/info-export?", "/api/v1/device/info?"),
        f"/api/v1/device/data/history/export?link_token={token_of(url)}",
        f"{url}&link_token={token_of(url)}",
        url.replace(token_of(url), "x" * 43),
    ]

    assert [download(service, each).status_code for each in others] == [401] * len(others)
    assert download(service, url).status_code == 200


def test_a_browser_may_escape_and_order_the_parameters_as_it_likes(service: Service) -> None:
    url = make(service)
    path, _, query = url.partition("?")
    pairs = query.replace("%E7%8F%AD", "%e7%8f%ad").split("&")

    assert download(service, f"{path}?{'&'.join(reversed(pairs))}").status_code == 200


def test_a_link_is_ignored_beside_other_credentials_and_stays_unused(service: Service) -> None:
    url = make(service)

    assert service.operator.get(url).status_code == 200
    assert service.operator.get(f"{EXPORT}&link_token=x").status_code == 200
    assert download(service, url).status_code == 200


def test_a_link_expires(service: Service) -> None:
    answer = service.operator.post(PATH, json={"url": EXPORT}).json()
    expires_in = datetime.fromisoformat(answer["expires_at"]) - datetime.now(UTC)
    token_hash = hash_token(token_of(answer["url"]))
    statement = "update t_download_link set expires_at = now() - interval '1 second' where token_hash = %s"
    service.execute(statement, token_hash)

    assert timedelta(seconds=30) < expires_in <= timedelta(seconds=61)
    assert download(service, answer["url"]).status_code == 401
    make(service)
    assert service.fetch_value("select count(*) from t_download_link where token_hash = %s", token_hash) == 0


def test_a_link_ends_with_the_session_of_its_user(service: Service) -> None:
    add_user(service, "linker", Role.VIEWER)
    tokens = tokens_of(service, "linker")
    headers = bearer(tokens["access_token"])
    url = make(service, headers=headers)
    assert service.anonymous.post("/api/v1/auth/logout", headers=headers).status_code == 204

    answer = download(service, url)

    assert (answer.status_code, "revoked" in answer.json()["detail"]) == (401, True)


def test_a_link_ends_with_a_disabled_user(service: Service) -> None:
    add_user(service, "leaver", Role.VIEWER)
    url = make(service, headers=bearer(tokens_of(service, "leaver")["access_token"]))
    admin = service.client(Scope.ADMIN)
    assert admin.patch("/api/v1/users/leaver", json={"enabled": False}).status_code == 200

    assert download(service, url).status_code == 401


def test_a_link_ends_with_its_api_key(service: Service) -> None:
    api_key = add_api_key(service, "exporter", Scope.DEVICE_READ)
    urls = [make(service, headers=key(api_key)) for _ in range(2)]
    first = download(service, urls[0])
    key_id = api_key.split("_")[1]
    assert service.client(Scope.ADMIN).delete(f"/api/v1/api-keys/{key_id}").status_code == 204

    assert (first.status_code, download(service, urls[1]).status_code) == (200, 401)


def test_a_link_has_the_scopes_of_its_caller(service: Service) -> None:
    api_key = add_api_key(service, "reader", Scope.TELEMETRY_READ)
    url = make(service, headers=key(api_key))

    assert download(service, url).status_code == 403


def test_unused_links_are_limited_per_caller(service: Service) -> None:
    api_key = add_api_key(service, "collector", Scope.DEVICE_READ)
    for _ in range(LINKS_PER_OWNER_MAX):
        make(service, headers=key(api_key))
    answer = service.anonymous.post(PATH, json={"url": EXPORT}, headers=key(api_key))

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert make(service)


def test_the_secret_is_stored_as_a_hash_and_not_logged(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    url = make(service)
    stored = service.fetch_value("select string_agg(t::text, ' ') from t_download_link t")
    download(service, url)
    download(service, url)
    printed = ""

    def both_are_logged() -> bool:
        nonlocal printed
        printed += "".join(capfd.readouterr())
        return len(re.findall("request .*operation=export_devices", printed)) >= 2

    # A request is logged when its download has been recorded, which may be after its response.
    eventually("both requests are in the log", both_are_logged)
    assert token_of(url) not in f"{stored}{printed}"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "https://example.com/api/v1/device/info-export"},
        {"url": "//example.com/api/v1/device/info-export"},
        {"url": "/api/v1/users"},
        {"url": "/api/v1/device/data/history?device_code=W1"},
        {"url": "/api/v1/device/info-export#x"},
        {"url": "/api/v1/device/info-export?team_name=班组一"},
        {"url": f"{EXPORT}&link_token=x"},
    ],
)
def test_only_exports_of_this_server_have_links(service: Service, body: dict[str, Any]) -> None:
    answer = service.operator.post(PATH, json=body)

    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (400, "body")


def test_a_link_needs_credentials_to_be_made(service: Service) -> None:
    assert service.anonymous.post(PATH, json={"url": EXPORT}).status_code == 401
