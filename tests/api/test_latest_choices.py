"""Pages of newest readings of chosen devices, with chosen fields, in a chosen order, and with master data."""

from typing import Any

import pytest

from tests.support.service import Service
from tests.support.waiting import eventually

PATH = "/api/v1/device/data/realtime"
CURRENTS = {"W01": 30.0, "W02": 10.0, "W03": None, "W04": 30.0, "W05": 20.0}


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register(*CURRENTS, "W06", device_type="welding", team_name="班组一")
    service.register("C1", device_type="cutting")
    for code, current in CURRENTS.items():
        service.append(code, device_status="焊接", team_name="报告的班组", weld_current=current)


@pytest.fixture(params=["stores", "snapshot"])
def get(service: Service, request: pytest.FixtureRequest) -> Any:
    """Return a function that requests a page from the stores, or from the snapshot."""
    if request.param == "snapshot":
        eventually("the type is sampled", lambda: service.operator.get(PATH).json()["source"] == "snapshot")

    def page(**params: Any) -> Any:
        max_age = {"max_age": 0} if request.param == "stores" else {}
        answer = service.operator.get(PATH, params={**params, **max_age})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return page


def codes(answer: Any) -> list[str]:
    return [row["device_code"] for row in answer["items"]]


def test_chosen_devices_are_returned_in_the_order_of_their_codes(get: Any) -> None:
    answer = get(device_code=["W04", "W01", "C1", "unknown"])

    assert (codes(answer), answer["total"]) == (["W01", "W04"], 2)


def test_five_hundred_devices_may_be_chosen(get: Any) -> None:
    answer = get(device_code=["W02", "W06", *(f"X{number}" for number in range(498))])

    assert codes(answer) == ["W02", "W06"]


def test_chosen_devices_are_filtered_by_state(get: Any) -> None:
    answer = get(device_code=["W01", "W06"], device_status="焊接")

    assert (codes(answer), answer["total"]) == (["W01"], 1)


def test_pages_are_ordered_by_a_value_with_nulls_last(get: Any) -> None:
    assert codes(get(sort="-weld_current")) == ["W01", "W04", "W05", "W02", "W03", "W06"]
    assert codes(get(sort="weld_current")) == ["W02", "W05", "W01", "W04", "W03", "W06"]


def test_an_order_continues_on_the_next_page(get: Any) -> None:
    pages = [get(sort="-weld_current", page_size=4, page=number) for number in (1, 2)]

    assert [codes(page) for page in pages] == [["W01", "W04", "W05", "W02"], ["W03", "W06"]]
    assert {page["total"] for page in pages} == {6}


def test_chosen_devices_have_the_chosen_order(get: Any) -> None:
    assert codes(get(sort="weld_current", device_code=["W01", "W05", "W02"])) == ["W02", "W05", "W01"]


def test_chosen_fields_are_returned_in_the_order_of_the_request(get: Any) -> None:
    answer = get(use_dynamic_fields="true", fields=["weld_current", "device_status"], page_size=1)

    assert list(answer["items"][0]["values"].items()) == [("weld_current", 30.0), ("device_status", "焊接")]
    assert [field["name"] for field in answer["fields"]] == ["weld_current", "device_status"]


def test_master_data_is_included_on_request(get: Any) -> None:
    row = get(include="device", page_size=1)["items"][0]

    assert row["device"] == {
        "device_name": "name of W01",
        "team_name": "班组一",
        "is_locked": False,
        "install_location": None,
    }
    assert row["team_name"] == "报告的班组"
    assert "device" not in get(page_size=1)["items"][0]


def test_one_device_has_its_master_data_on_request(service: Service) -> None:
    answer = service.operator.get(f"{PATH}/W01", params={"include": "device", "use_dynamic_fields": "true"}).json()

    assert answer["item"]["device"]["team_name"] == "班组一"


def test_a_changed_master_datum_changes_the_version_of_the_page(service: Service) -> None:
    def version() -> str | None:
        headers = service.operator.get(PATH, params={"include": "device", "device_code": "W06"}).headers
        return str(headers["ETag"]) if "ETag" in headers else None

    service.operator.patch("/api/v1/device/info/W06", json={"team_name": "班组二"})
    row = service.operator.get(PATH, params={"include": "device", "device_code": "W06", "max_age": 0}).json()

    assert row["items"][0]["device"]["team_name"] == "班组二"
    eventually("pages have a version", lambda: version() is not None)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("fields=weld_current", "fields"),
        ("fields=nothing&use_dynamic_fields=true", "fields"),
        ("fields=weld_current&fields=x&use_dynamic_fields=true", "fields"),
        ("sort=nothing", "sort"),
        ("sort=", "sort"),
        ("sort=weld_current;drop", "sort"),
        ("include=user", "include"),
        ("include=device&include=device", "include"),
        ("device_code=W01&keyword=W", "device_code"),
        ("device_code=W01&team_name=x", "device_code"),
        ("device_code=W01&device_code=W01", "device_code"),
        ("&".join(f"device_code={number}" for number in range(501)), "device_code"),
    ],
)
def test_an_invalid_choice_is_reported_by_name(service: Service, query: str, name: str) -> None:
    answer = service.operator.get(f"{PATH}?{query}")

    assert answer.status_code == 400
    assert [(each["location"], each["name"]) for each in answer.json()["errors"]] == [("query", name)]
