"""Tests of the published contract and of its pages."""

import httpx
import pytest
import yaml
from openapi_spec_validator import validate

from arcbeat.api.contract.asyncapi import load_asyncapi
from arcbeat.api.contract.bundle import load_contract
from arcbeat.api.contract.docs import docs
from arcbeat.api.operations import not_found
from tests.support.service import Service


def test_the_published_contract_is_valid_and_keeps_the_names_of_its_components(service: Service) -> None:
    contract = service.anonymous.get("/openapi.json").json()

    validate(contract)
    assert "DeviceRealTimeDataResponse" in contract["components"]["schemas"]
    assert contract["paths"].keys() == load_contract()["paths"].keys()


def test_the_published_contract_does_not_name_handlers(service: Service) -> None:
    assert "handlers." not in service.anonymous.get("/openapi.json").text


def test_the_published_contract_is_not_sent_again_to_a_client_that_has_it(service: Service) -> None:
    etag = service.anonymous.get("/openapi.json").headers["ETag"]

    assert service.anonymous.get("/openapi.json", headers={"If-None-Match": etag}).status_code == 304


async def test_without_a_console_layer_the_root_leads_to_the_docs() -> None:
    transport = httpx.ASGITransport(docs(load_contract(), not_found))
    async with httpx.AsyncClient(transport=transport, base_url="http://function") as client:
        response = await client.get("/")

    assert (response.status_code, response.headers["Location"]) == (307, "/docs")


def test_the_docs_page_loads_nothing_from_other_servers(service: Service) -> None:
    page = service.anonymous.get("/docs")

    assets = [part.split('"')[0] for part in page.text.replace('href="', 'src="').split('src="')[1:]]
    assert all(path.startswith("/docs/") for path in assets)
    assert [service.anonymous.get(path).status_code for path in assets] == [200] * len(assets)


def test_the_contract_of_the_sockets_is_published(service: Service) -> None:
    response = service.anonymous.get("/asyncapi.yaml")
    etag = response.headers["ETag"]

    assert response.headers["Content-Type"] == "application/yaml"
    assert yaml.safe_load(response.content) == load_asyncapi()
    assert service.anonymous.get("/asyncapi.yaml", headers={"If-None-Match": etag}).status_code == 304


def test_a_running_service_has_not_changed_the_contract_that_is_read_once(service: Service) -> None:
    assert load_contract() == load_contract.__wrapped__()


FIXED_PATHS = [path for path in load_contract()["paths"] if "{" not in path]


@pytest.mark.parametrize("path", FIXED_PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_path_with_a_slash_at_the_end_is_redirected_to_the_same_host(
    service: Service, method: str, path: str
) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    url = f"{service.url}{path}/?page=1&keyword=%E7%84%8A"
    response = httpx.request(method, url, headers=headers, trust_env=False)

    assert (response.status_code, response.headers["Location"]) == (307, f"{path}?page=1&keyword=%E7%84%8A")


def test_a_redirection_keeps_the_body(service: Service) -> None:
    credentials = {"username": "nobody", "password": "wrong"}
    direct = service.anonymous.post("/api/v1/auth/token", data=credentials)
    redirected = service.anonymous.post("/api/v1/auth/token/", data=credentials, follow_redirects=True)

    assert redirected.history[0].status_code == 307
    assert (redirected.status_code, redirected.json()["detail"]) == (direct.status_code, direct.json()["detail"])


@pytest.mark.parametrize("path", ["//evil.example/", "/api/v1/nothing/", "//evil.example/api/v1/device/types/"])
def test_another_path_with_a_slash_is_not_redirected_to_another_host(service: Service, path: str) -> None:
    response = httpx.get(f"{service.url}{path}", trust_env=False)

    assert response.status_code == 404
    assert "no slash at the end" in response.json()["detail"]
