"""The history of one device."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.service import Service

PATH = "/api/v1/device/data/history"
T0 = datetime(2024, 5, 1, 8, tzinfo=UTC)
HOUR = {"from": "2024-05-01T08:00:00Z", "to": "2024-05-01T09:00:00Z"}


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", "W2", "B-7/炉#1")
    service.register("C1", device_type="cutting")
    service.register("M1", device_type="milling")
    send(service, "W1", range(0, 120, 5))
    send(service, "W2", range(0, 30, 5))
    send(service, "B-7/炉#1", range(3))
    service.append("C1", type_code="cutting", ts=T0, power_kw=3.5, pulses=9007199254740993, feed_mm_min=1200)


def send(service: Service, device_code: str, seconds: range) -> None:
    readings = [
        {
            "device_code": device_code,
            "ts": (T0 + timedelta(seconds=second)).isoformat(),
            "values": {"device_status": "焊接", "weld_current": second + 0.5, "ip_quality": second},
        }
        for second in seconds
    ]
    answer = service.operator.post("/api/v1/device/data", json={"type_code": "welding", "readings": readings})
    assert answer.json()["accepted"] == len(readings)


def ask(service: Service, device_code: str = "W1", **parameters: Any) -> httpx.Response:
    return service.operator.get(PATH, params={"device_code": device_code, **HOUR, **parameters})


def pages(service: Service, **parameters: Any) -> Iterator[dict[str, Any]]:
    page = ask(service, **parameters).json()
    yield page
    while page["next_cursor"]:
        page = ask(service, **parameters, cursor=page["next_cursor"]).json()
        yield page


def seconds(*found: dict[str, Any]) -> list[int]:
    return [item["values"]["ip_quality"] for page in found for item in page["items"]]


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:arcbeat:problem:invalid-input")
    return [(each["name"], each["detail"]) for each in answer.json()["errors"]]


def test_a_history_contains_the_readings_of_its_range_in_order(service: Service) -> None:
    answer = ask(service, **{"from": "2024-05-01T16:00:10+08:00", "to": "2024-05-01T08:00:25Z"}).json()

    assert [item["ts"] for item in answer["items"]] == [f"2024-05-01T08:00:{second}Z" for second in (10, 15, 20)]
    assert answer["items"][0]["values"]["weld_current"] == 10.5
    assert (answer["device_code"], answer["type_code"], answer["next_cursor"]) == ("W1", "welding", None)


def test_descending_order_returns_the_newest_reading_first(service: Service) -> None:
    answer = ask(service, order="desc", page_size=2).json()

    assert seconds(answer) == [115, 110]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("page_size", [1, 7, 24, 1000])
def test_following_the_cursor_returns_the_complete_history(service: Service, order: str, page_size: int) -> None:
    found = list(pages(service, order=order, page_size=page_size))

    assert seconds(*found) == list(range(0, 120, 5))[:: 1 if order == "asc" else -1]
    assert all(len(page["items"]) == page_size for page in found[:-1])


def test_readings_that_arrive_between_pages_do_not_change_the_following_pages(service: Service) -> None:
    first = ask(service, "W2", page_size=3).json()
    service.append("W2", ts=T0 + timedelta(seconds=1), ip_quality=1)
    service.append("W2", ts=T0 + timedelta(seconds=17), ip_quality=17)

    second = ask(service, "W2", page_size=100, cursor=first["next_cursor"]).json()

    assert (seconds(first), seconds(second)) == ([0, 5, 10], [15, 17, 20, 25])


def test_a_range_until_now_ends_at_the_same_time_on_every_page(service: Service) -> None:
    service.register("NOW")
    began = datetime.now(UTC) - timedelta(seconds=30)
    for second in range(3):
        service.append("NOW", ts=began + timedelta(seconds=second), ip_quality=second)
    request = {"device_code": "NOW", "from": began.isoformat(), "page_size": "2"}
    first = service.operator.get(PATH, params=request).json()
    service.append("NOW", ts=datetime.now(UTC), ip_quality=99)

    second = service.operator.get(PATH, params={**request, "cursor": first["next_cursor"]}).json()

    assert (seconds(first), seconds(second), second["next_cursor"]) == ([0, 1], [2], None)


@pytest.mark.parametrize(
    "change",
    [{"order": "desc"}, {"fields": "ip_quality"}, {"to": "2024-05-01T10:00:00Z"}, {"device_code": "W2"}],
)
def test_a_cursor_of_a_request_with_other_parameters_is_rejected(service: Service, change: dict[str, str]) -> None:
    cursor = ask(service, page_size=2).json()["next_cursor"]

    ((name, detail),) = errors(ask(service, **{"device_code": "W1", **change}, cursor=cursor))

    assert name == "cursor"
    assert "other parameters" in detail


@pytest.mark.parametrize("cursor", ["x", "bm90IGEgY3Vyc29y", "e30", "é"])
def test_an_invalid_cursor_is_rejected(service: Service, cursor: str) -> None:
    detail = "not a cursor; pass the next_cursor of an answer unchanged"
    assert errors(ask(service, cursor=cursor)) == [("cursor", detail)]


def test_a_history_contains_the_visible_fields_by_default(service: Service) -> None:
    answer = ask(service).json()

    assert list(answer["items"][0]["values"]) == [field["name"] for field in answer["fields"]]
    assert [field["order"] for field in answer["fields"]] == list(range(1, 16))
    assert answer["fields"][4] == {
        "name": "preset_voltage",
        "label": "预设电压",
        "unit": "V",
        "type": "float",
        "order": 5,
        "decimals": 1,
    }
    assert answer["fields_version"] >= 1


def test_named_fields_are_returned_in_the_order_of_the_request(service: Service) -> None:
    answer = ask(service, fields="weld_current,device_status").json()

    assert answer["items"][0] == {
        "ts": "2024-05-01T08:00:00Z",
        "values": {"weld_current": 0.5, "device_status": "焊接"},
    }
    assert [(field["name"], field["order"]) for field in answer["fields"]] == [
        ("weld_current", 1),
        ("device_status", 2),
    ]


def test_a_column_without_a_field_is_returned_when_it_is_named(service: Service) -> None:
    by_default = ask(service, "C1").json()["items"][0]["values"]
    named = ask(service, "C1", fields="feed_mm_min").json()

    assert "feed_mm_min" not in by_default
    assert named["items"][0]["values"] == {"feed_mm_min": 1200}
    assert [(field["label"], field["type"]) for field in named["fields"]] == [("feed_mm_min", "int unsigned")]


def test_a_hidden_field_is_returned_when_it_is_named(service: Service) -> None:
    service.execute("update t_device_type_field set hidden = true where type_code = 'welding' and name = 'gas_type'")

    hidden, named = ask(service).json(), ask(service, fields="gas_type").json()

    service.execute("update t_device_type_field set hidden = false where type_code = 'welding' and name = 'gas_type'")
    assert "gas_type" not in hidden["items"][0]["values"]
    assert named["items"][0]["values"] == {"gas_type": None}


@pytest.mark.parametrize("name", ["no_such_field", "ts", "device_code", "weld_current;drop"])
def test_an_unknown_field_is_rejected_by_name(service: Service, name: str) -> None:
    assert errors(ask(service, fields=f"ip_quality,{name}")) == [("fields", f"no such field: {name}")]


def test_a_bigint_keeps_its_digits(service: Service) -> None:
    answer = ask(service, "C1", fields="pulses,power_kw").json()

    assert answer["items"][0]["values"] == {"pulses": "9007199254740993", "power_kw": 3.5}


def test_labels_are_in_the_requested_language(service: Service) -> None:
    parameters = {"device_code": "W1", **HOUR, "fields": "weld_current"}

    answer = service.operator.get(PATH, params=parameters, headers={"Accept-Language": "en"}).json()

    assert answer["fields"][0]["label"] == "Welding current"


def test_a_device_code_may_contain_any_character(service: Service) -> None:
    assert len(ask(service, "B-7/炉#1").json()["items"]) == 3


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"from": "2024-05-01T09:00:00Z"}, "from"),
        ({"from": "2024-05-01T09:00:00.000001Z"}, "from"),
        ({"from": "2100-01-01T00:00:00Z", "to": "2199-01-01T00:00:00Z", "order": "up"}, "order"),
        ({"from": "yesterday"}, "from"),
        ({"from": "2024-05-01T08:00:00"}, "from"),
        ({"from": "1600-01-01T00:00:00Z"}, "from"),
        ({"to": "9999-12-31T23:59:59-23:59"}, "to"),
        ({"page_size": 5001}, "page_size"),
        ({"page_size": 0}, "page_size"),
        ({"fields": "a,a"}, "fields"),
        ({"fields": ""}, "fields"),
    ],
)
def test_an_invalid_parameter_is_reported_by_name(service: Service, parameters: dict[str, Any], name: str) -> None:
    assert {each for each, _ in errors(ask(service, **parameters))} == {name}


def test_a_range_until_now_that_begins_in_the_future_is_rejected(service: Service) -> None:
    answer = service.operator.get(PATH, params={"device_code": "W1", "from": "2199-01-01T00:00:00Z"})

    assert errors(answer) == [("from", "not before the end of the range")]


def test_a_device_that_is_not_registered_is_not_found(service: Service) -> None:
    answer = ask(service, "unregistered")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device")


def test_a_device_with_an_unknown_type_is_not_found(service: Service) -> None:
    answer = ask(service, "M1")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")


def test_a_registered_device_without_readings_has_an_empty_history(service: Service) -> None:
    service.register("SILENT")

    answer = ask(service, "SILENT").json()

    assert (answer["items"], answer["next_cursor"]) == ([], None)
