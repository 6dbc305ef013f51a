"""Tests of the published contract and of its pages."""

from openapi_spec_validator import validate

from arcbeat.api.contract.bundle import load_contract
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


def test_the_root_leads_to_the_docs(service: Service) -> None:
    response = service.anonymous.get("/")

    assert (response.status_code, response.headers["Location"]) == (307, "/docs")


def test_the_docs_page_loads_nothing_from_other_servers(service: Service) -> None:
    page = service.anonymous.get("/docs")

    assets = [part.split('"')[0] for part in page.text.replace('href="', 'src="').split('src="')[1:]]
    assert all(path.startswith("/docs/") for path in assets)
    assert [service.anonymous.get(path).status_code for path in assets] == [200] * len(assets)
