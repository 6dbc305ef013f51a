"""The readings of several devices in which a field has one value."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.service import Service

PATH = "/api/v1/device/data/history/by-value"
T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
RANGE = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", "W2", "W3", device_type="welding")
    service.register("C1", device_type="cutting")
    for number in range(4):
        for code in ("W1", "W2"):
            ts = T0 + timedelta(seconds=number)
            service.append(
                code, ts=ts, workpiece_id="WP'1" if number % 2 else "WP2", ip_quality=number, weld_current=1.5
            )
    service.append("C1", type_code="cutting", ts=T0, device_status="切割", pulses=9007199254740993)


def search(service: Service, **params: Any) -> Any:
    answer = service.operator.get(PATH, params={**RANGE, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(answer: Any) -> list[tuple[str, str]]:
    return [(item["device_code"], item["ts"][17:19]) for item in answer["items"]]


def test_the_readings_of_a_workpiece_are_found_on_all_devices(service: Service) -> None:
    answer = search(service, field="workpiece_id", value="WP'1", fields=["workpiece_id", "weld_current"])

    assert rows(answer) == [("W1", "01"), ("W2", "01"), ("W1", "03"), ("W2", "03")]
    assert answer["items"][0]["values"] == {"workpiece_id": "WP'1", "weld_current": 1.5}
    assert (answer["type_code"], answer["next_cursor"]) == ("welding", None)


def test_a_search_can_be_limited_to_devices_and_be_newest_first(service: Service) -> None:
    answer = search(service, field="workpiece_id", value="WP2", device_code=["W2", "W3"], order="desc")

    assert rows(answer) == [("W2", "02"), ("W2", "00")]


@pytest.mark.parametrize("page_size", [1, 2, 3])
def test_pages_follow_each_other_without_gaps(service: Service, page_size: int) -> None:
    params = {"field": "workpiece_id", "value": "WP'1", "page_size": page_size}
    page = search(service, **params)
    found = rows(page)
    while page["next_cursor"]:
        page = search(service, **params, cursor=page["next_cursor"])
        found += rows(page)

    assert found == [("W1", "01"), ("W2", "01"), ("W1", "03"), ("W2", "03")]


def test_values_are_compared_in_the_type_of_their_field(service: Service) -> None:
    big = search(service, type_code="cutting", field="pulses", value="9007199254740993")

    assert rows(search(service, field="ip_quality", value="2")) == [("W1", "02"), ("W2", "02")]
    assert rows(big) == [("C1", "00")]
    assert big["items"][0]["values"]["pulses"] == "9007199254740993"


def test_readings_of_devices_that_are_not_registered_are_left_out(service: Service) -> None:
    service.register("W9", device_type="welding")
    for number in range(10):
        service.append("W9", ts=T0 + timedelta(seconds=number), workpiece_id="WP3")
    service.append("W1", ts=T0 + timedelta(minutes=1), workpiece_id="WP3")
    assert service.operator.delete("/api/v1/device/info/W9").status_code == 204
    first = search(service, field="workpiece_id", value="WP3", page_size=1)
    params = {"field": "workpiece_id", "value": "WP3", "page_size": 1}
    second = search(service, **params, cursor=first["next_cursor"])
    third = search(service, **params, cursor=second["next_cursor"])

    assert [rows(page) for page in (first, second, third)] == [[], [], [("W1", "00")]]
    assert third["next_cursor"] is None


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"field": "nothing", "value": "1"}, "field"),
        ({"field": "weld_current", "value": "1.5"}, "field"),
        ({"field": "device_code", "value": "W1"}, "field"),
        ({"field": "ip_quality", "value": "1_0"}, "value"),
        ({"field": "ip_quality", "value": "9999999999"}, "value"),
        ({"field": "lock_status", "value": "yes"}, "value"),
        ({"field": "workpiece_id", "value": ""}, "value"),
        ({"field": "workpiece_id", "value": "x" * 500}, "value"),
        ({"field": "workpiece_id"}, "value"),
        ({"field": "workpiece_id", "value": "WP1", "from": "2026-01-02T00:00:00Z"}, "from"),
        ({"field": "workpiece_id", "value": "WP1", "cursor": "eyJhc2tlZCI6MX0"}, "cursor"),
        ({"field": "workpiece_id", "value": "WP1", "fields": "nothing"}, "fields"),
        ({"field": "workpiece_id", "value": "WP1", "device_code": "W1", "type_code": "cutting"}, "type_code"),
    ],
)
def test_an_invalid_search_is_reported_by_name(service: Service, params: dict[str, str], name: str) -> None:
    answer = service.operator.get(PATH, params={**RANGE, **params})

    assert answer.status_code == 400
    assert [(each["location"], each["name"]) for each in answer.json()["errors"]] == [("query", name)]
