"""How long devices were in which state."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.service import Service

PATH = "/api/v1/device/data/states"
MIDNIGHT = datetime(2024, 4, 30, 16, tzinfo=UTC)
MAY = {"time_zone": "Asia/Shanghai", "first_day": "2024-05-01", "last_day": "2024-05-02"}


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", "W2", team_name="班组一")
    service.register("W3", device_type="焊机", team_name="班组二")
    service.register("C1", device_type="cutting")
    send(service, "W1", "焊接", 0, 10)
    send(service, "W1", "待机", 10, 15)
    send(service, "W1", "关机", 15, 35)
    send(service, "W1", None, 1440, 1441)
    send(service, "W3", "报警", -1, 1)


def send(service: Service, device_code: str, state: str | None, first: int, end: int) -> None:
    """Send a reading every thirty seconds; ``first`` and ``end`` are minutes from midnight."""
    readings = [
        {
            "device_code": device_code,
            "ts": (MIDNIGHT + timedelta(seconds=second)).isoformat(),
            "values": {"device_status": state},
        }
        for second in range(first * 60, end * 60, 30)
    ]
    answer = service.operator.post("/api/v1/device/data", json={"type_code": "welding", "readings": readings})
    assert answer.json()["accepted"] == len(readings)


def ask(service: Service, **parameters: Any) -> httpx.Response:
    return service.operator.get(PATH, params={**MAY, **parameters})


def errors(answer: httpx.Response) -> set[str]:
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:arcbeat:problem:invalid-input")
    return {each["name"] for each in answer.json()["errors"]}


def codes(answer: httpx.Response) -> list[str]:
    return [item["device_code"] for item in answer.json()["items"]]


def test_a_day_contains_the_minutes_of_each_state_and_the_time_online(service: Service) -> None:
    answer = ask(service, device_code="W1").json()

    assert answer["items"] == [
        {
            "device_code": "W1",
            "days": [
                {
                    "day": "2024-05-01",
                    "state_minutes": {"焊接": 10, "待机": 5, "报警": 0, "关机": 20.5},
                    "unknown_minutes": 0,
                    "silent_minutes": 1404.5,
                    "online_minutes": 15,
                    "offline_minutes": 1425,
                    "total_minutes": 1440,
                    "online_rate": 0.010417,
                },
                {
                    "day": "2024-05-02",
                    "state_minutes": {"焊接": 0, "待机": 0, "报警": 0, "关机": 0},
                    "unknown_minutes": 1.5,
                    "silent_minutes": 1438.5,
                    "online_minutes": 1.5,
                    "offline_minutes": 1438.5,
                    "total_minutes": 1440,
                    "online_rate": 0.001042,
                },
            ],
        }
    ]
    assert (answer["states"], answer["offline_states"]) == (["焊接", "待机", "报警", "关机"], ["关机"])
    assert (answer["type_code"], answer["time_zone"], answer["total"]) == ("welding", "Asia/Shanghai", 1)


def test_the_state_before_midnight_counts_from_midnight_on(service: Service) -> None:
    (item,) = ask(service, device_code="W3", last_day="2024-05-01").json()["items"]

    assert item["days"][0]["state_minutes"]["报警"] == 1.5


def test_devices_are_paged_in_the_order_of_their_codes(service: Service) -> None:
    first, second = (ask(service, page=page, page_size=2) for page in (1, 2))

    assert (codes(first), codes(second)) == (["W1", "W2"], ["W3"])
    assert [first.json()[name] for name in ("page", "page_size", "total")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"team_name": "班组二"}, ["W3"]),
        ({"keyword": "w2"}, ["W2"]),
        ({"type_code": "cutting"}, ["C1"]),
        ({"type_code": "焊机"}, ["W1", "W2", "W3"]),
        ({"device_code": ["W3", "W1"]}, ["W1", "W3"]),
        ({"device_code": ["W3", "W1"], "page": 2, "page_size": 1}, ["W3"]),
        ({"device_code": ["W3", "W1"], "page": 3, "page_size": 1}, []),
        ({"device_code": "W1", "type_code": "焊机"}, ["W1"]),
    ],
)
def test_devices_are_filtered_by_type_team_keyword_or_code(
    service: Service, parameters: dict[str, Any], expected: list[str]
) -> None:
    assert codes(ask(service, **parameters)) == expected


def test_another_type_has_its_own_states(service: Service) -> None:
    answer = ask(service, type_code="cutting", last_day="2024-05-01").json()

    assert answer["states"] == ["切割", "待机", "报警", "关机"]
    assert list(answer["items"][0]["days"][0]["state_minutes"]) == answer["states"]


def test_today_ends_now_and_tomorrow_is_left_out(service: Service) -> None:
    service.append("W2", device_status="焊接")

    answer = service.operator.get(PATH, params={"device_code": "W2"}).json()

    (day,) = answer["items"][0]["days"]
    today = datetime.now(UTC)
    assert day["day"] in {today.date().isoformat(), (today - timedelta(minutes=5)).date().isoformat()}
    assert 0 < day["total_minutes"] < 1440
    assert day["online_minutes"] + day["offline_minutes"] == pytest.approx(day["total_minutes"])
    future = {"first_day": "2100-01-01", "last_day": "2100-01-02", "device_code": "W2"}
    assert service.operator.get(PATH, params=future).json()["items"] == [{"device_code": "W2", "days": []}]


@pytest.mark.parametrize(
    ("first_day", "last_day", "minutes"),
    [("2024-03-31", "2024-03-31", 23 * 60), ("2024-10-27", "2024-10-27", 25 * 60)],
)
def test_a_day_may_have_23_or_25_hours(service: Service, first_day: str, last_day: str, minutes: int) -> None:
    answer = ask(service, device_code="W1", first_day=first_day, last_day=last_day, time_zone="Europe/Berlin").json()

    assert answer["items"][0]["days"][0]["total_minutes"] == minutes


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"first_day": "2024-05-03"}, "first_day"),
        ({"first_day": "2023-01-01", "last_day": "2024-04-30"}, "first_day"),
        ({"first_day": "0001-01-01", "last_day": "0001-01-02"}, "first_day"),
        ({"last_day": "9999-12-31"}, "first_day"),
        ({"page_size": 100, "first_day": "2024-01-01", "last_day": "2024-04-19"}, "first_day"),
        ({"first_day": "2024-5-1"}, "first_day"),
        ({"first_day": "2024-02-30"}, "first_day"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"page_size": 301}, "page_size"),
        ({"device_code": "W1", "keyword": "w"}, "device_code"),
        ({"device_code": "W1", "type_code": "cutting"}, "type_code"),
        ({"device_code": ["W1", "C1"]}, "device_code"),
    ],
)
def test_an_invalid_parameter_is_reported_by_name(service: Service, parameters: dict[str, Any], name: str) -> None:
    assert errors(ask(service, **parameters)) == {name}


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [({"device_code": "unregistered"}, "unknown-device"), ({"type_code": "milling"}, "unknown-device-type")],
)
def test_an_unknown_device_or_type_is_not_found(service: Service, parameters: dict[str, str], problem: str) -> None:
    answer = ask(service, **parameters)

    assert (answer.status_code, answer.json()["type"]) == (404, f"urn:arcbeat:problem:{problem}")


def test_a_type_whose_super_table_lacks_the_state_field_has_no_state_time(service: Service) -> None:
    service.execute("update t_device_type set state_field = 'mood' where type_code = 'cutting'")

    answer = ask(service, type_code="cutting")

    service.execute("update t_device_type set state_field = 'device_status' where type_code = 'cutting'")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:conflict")
    assert "mood" in answer.json()["detail"]
