"""Aggregates of readings by interval."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.service import Service

PATH = "/api/v1/device/data/windows"
T0 = datetime(2024, 5, 1, tzinfo=UTC)
DAY = {"from": "2024-05-01T00:00:00Z", "to": "2024-05-02T00:00:00Z"}


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", "W2", "W3")
    service.register("C1", device_type="cutting")
    for device_code, every in (("W1", 1), ("W2", 6)):
        send(service, device_code, [T0 + timedelta(hours=hour) for hour in range(0, 24, every)])
    for minute, pulses in ((0, 9007199254740993), (1, 9007199254740995)):
        service.append(
            "C1", type_code="cutting", ts=T0 + timedelta(minutes=minute), pulses=pulses, device_status="切割"
        )


def send(service: Service, device_code: str, moments: list[datetime]) -> None:
    readings = [
        {"device_code": device_code, "ts": ts.isoformat(), "values": {"weld_current": number, "device_status": "焊接"}}
        for number, ts in enumerate(moments)
    ]
    answer = service.operator.post("/api/v1/device/data", json={"type_code": "welding", "readings": readings})
    assert answer.json()["accepted"] == len(readings)


def ask(service: Service, *device_codes: str, **parameters: Any) -> httpx.Response:
    given = {**DAY, "fields": "weld_current", **parameters}
    return service.operator.get(PATH, params={"device_code": device_codes or ("W1",), **given})


def series(answer: httpx.Response, field: str = "weld_current") -> dict[str, list[tuple[Any, ...]]]:
    """Return the start and the values of each window, by device."""
    assert answer.status_code == 200, answer.text
    return {
        each["device_code"]: [(window["start"], *window["values"][field].values()) for window in each["windows"]]
        for each in answer.json()["series"]
    }


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:arcbeat:problem:invalid-input")
    return [(each["name"], each["detail"]) for each in answer.json()["errors"]]


def test_a_window_contains_the_requested_aggregates(service: Service) -> None:
    answer = ask(service, interval="12h", aggregates="avg,min,max,last,count")

    assert series(answer) == {
        "W1": [("2024-05-01T00:00:00Z", 5.5, 0, 11, 11, 12), ("2024-05-01T12:00:00Z", 17.5, 12, 23, 23, 12)]
    }
    assert (answer.json()["interval"], answer.json()["time_zone"]) == ("12h", "UTC")


def test_each_device_has_a_series_in_the_order_of_device_codes(service: Service) -> None:
    found = series(ask(service, "W3", "W2", "W1", interval="12h", aggregates="count"))

    assert list(found) == ["W1", "W2", "W3"]
    assert [[count for _, count in windows] for windows in found.values()] == [[12, 12], [2, 2], []]


def test_days_are_those_of_the_time_zone(service: Service) -> None:
    found = series(ask(service, interval="1d", time_zone="Asia/Shanghai", aggregates="count"))

    assert found == {"W1": [("2024-04-30T16:00:00Z", 16), ("2024-05-01T16:00:00Z", 8)]}


def test_a_day_has_23_hours_when_clocks_are_set_forward(service: Service) -> None:
    service.register("DST")
    midnight = datetime(2024, 3, 30, 23, tzinfo=UTC)
    send(service, "DST", [midnight + timedelta(hours=hour) for hour in range(30)])

    found = series(
        ask(
            service,
            "DST",
            **{"from": "2024-03-30T23:00:00Z", "to": "2024-04-02T22:00:00Z"},
            interval="1d",
            time_zone="Europe/Berlin",
            aggregates="count",
            fill="null",
        )
    )

    assert found == {"DST": [("2024-03-30T23:00:00Z", 23), ("2024-03-31T22:00:00Z", 7), ("2024-04-01T22:00:00Z", 0)]}


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        ("none", [(0, 0.0, 1), (6, 1.0, 1), (12, 2.0, 1), (18, 3.0, 1)]),
        ("null", [(0, 0.0, 1), (3, None, 0), (6, 1.0, 1), (9, None, 0)]),
        ("previous", [(0, 0.0, 1), (3, 0.0, 0), (6, 1.0, 1), (9, 1.0, 0)]),
    ],
)
def test_windows_without_readings_are_filled(service: Service, fill: str, expected: list[tuple[Any, ...]]) -> None:
    found = series(ask(service, "W2", interval="3h", aggregates="avg,count", fill=fill))

    assert [(int(start[11:13]), *values) for start, *values in found["W2"][:4]] == expected


@pytest.mark.parametrize(
    ("parameters", "interval"),
    [({}, "5m"), ({"max_points": 24}, "1h"), ({"max_points": 23}, "2h"), ({"max_points": 10000}, "10s")],
)
def test_an_interval_is_chosen_when_none_is_given(service: Service, parameters: dict[str, int], interval: str) -> None:
    assert ask(service, **parameters).json()["interval"] == interval


def test_text_has_a_last_value_and_a_count(service: Service) -> None:
    answer = ask(service, fields="device_status,weld_current", interval="1d", aggregates="last,count")

    assert series(answer, "device_status") == {"W1": [("2024-05-01T00:00:00Z", "焊接", 24)]}
    assert [field["label"] for field in answer.json()["fields"]] == ["设备状态", "焊接电流"]


def test_lists_are_repeated_or_separated_by_commas(service: Service) -> None:
    repeated = ask(service, fields=["device_status", "weld_current"], interval="1d", aggregates=["last", "count"])
    separated = ask(service, fields="device_status,weld_current", interval="1d", aggregates="last,count")

    assert repeated.status_code == 200
    assert repeated.json() == separated.json()


def test_the_average_is_returned_if_no_aggregate_is_requested(service: Service) -> None:
    window = ask(service, interval="1d").json()["series"][0]["windows"][0]

    assert list(window["values"]["weld_current"]) == ["avg"]


def test_a_bigint_keeps_its_digits(service: Service) -> None:
    answer = ask(service, "C1", fields="pulses", interval="1d", aggregates="min,max,last,count,avg")

    assert series(answer, "pulses") == {
        "C1": [
            (
                "2024-05-01T00:00:00Z",
                "9007199254740993",
                "9007199254740995",
                "9007199254740995",
                2,
                pytest.approx(9007199254740994),
            )
        ]
    }


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"interval": "5w"}, "interval"),
        ({"interval": "40000d"}, "interval"),
        ({"interval": "1h", "max_points": 100}, "max_points"),
        ({"max_points": 9}, "max_points"),
        ({"fields": "no_such_field"}, "fields"),
        ({"fields": "a,a"}, "fields"),
        ({"aggregates": "median"}, "aggregates"),
        ({"aggregates": "avg,avg"}, "aggregates"),
        ({"fields": "device_status"}, "aggregates"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"fill": "linear"}, "fill"),
        ({"from": "2024-05-02T00:00:00Z"}, "from"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "from"),
    ],
)
def test_an_invalid_parameter_is_reported_by_name(service: Service, parameters: dict[str, Any], expected: str) -> None:
    assert {name for name, _ in errors(ask(service, **parameters))} == {expected}


def test_too_many_windows_are_rejected_with_an_interval_that_fits(service: Service) -> None:
    ((name, detail),) = errors(ask(service, "W1", "W2", interval="1s"))

    assert name == "interval"
    assert detail == "makes 86400 windows per device, and 25000 are allowed; use 5s"
    assert ask(service, "W1", "W2", interval="5s").status_code == 200


def test_more_than_fifty_devices_and_duplicates_are_rejected(service: Service) -> None:
    assert {name for name, _ in errors(ask(service, *(f"W{number}" for number in range(51))))} == {"device_code"}
    assert {name for name, _ in errors(ask(service, "W1", "W1"))} == {"device_code"}


def test_devices_of_several_types_are_rejected_by_name(service: Service) -> None:
    assert errors(ask(service, "W1", "C1")) == [("device_code", "C1 must have the type welding, as W1 has")]


@pytest.mark.parametrize("device_codes", [("unregistered",), ("W1", "unregistered")])
def test_a_device_that_is_not_registered_is_not_found(service: Service, device_codes: tuple[str, ...]) -> None:
    answer = ask(service, *device_codes)

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device")
