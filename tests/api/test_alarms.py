"""Alarms: which are listed, in which order, page by page."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from tests.support.service import Service

PATH = "/api/v1/device/alarms"
EIGHT = datetime(2024, 5, 2, 8, tzinfo=UTC)
RANGE = {"from": "2024-05-02T16:00:00+08:00", "to": "2024-05-02T16:30:00+08:00"}
NOW = datetime.now(UTC).replace(microsecond=0)

Listed = tuple[str, str, float, float]


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("A1", "A2", team_name="甲")
    service.register("A3", "A4", team_name="乙")
    service.register("AC", device_type="cutting", team_name="乙")
    send(service, "A1", "报警", EIGHT, -120, 5)
    send(service, "A1", "焊接", EIGHT, 5, 10)
    send(service, "A1", "报警", EIGHT, 10, 12)
    send(service, "A1", "待机", EIGHT, 12, 13)
    send(service, "A2", "报警", EIGHT, 11, 12)
    send(service, "A2", "报警", EIGHT, 20, 40)
    send(service, "A3", "待机", EIGHT, 0, 5)
    send(service, "A3", "报警", NOW, -90, -30)
    send(service, "A3", "待机", NOW, -30, 0)
    send(service, "A4", "报警", NOW, -100, 0)
    send(service, "AC", "报警", NOW, -3, 0, type_code="cutting")


def send(
    service: Service,
    device_code: str,
    state: str | None,
    since: datetime,
    first: float,
    end: float,
    *,
    type_code: str = "welding",
) -> None:
    """Send a reading every thirty seconds; ``first`` and ``end`` are minutes from ``since``."""
    readings = [
        {
            "device_code": device_code,
            "ts": (since + timedelta(seconds=second)).isoformat(),
            "values": {"device_status": state},
        }
        for second in range(int(first * 60), int(end * 60), 30)
    ]
    answer = service.operator.post("/api/v1/device/data", json={"type_code": type_code, "readings": readings})
    assert answer.json()["accepted"] == len(readings)


@pytest.fixture
def _open_alarms(service: Service) -> None:
    """Let the open alarms go on until now: an alarm is open only while readings arrive."""
    minutes = (datetime.now(UTC) - NOW) / timedelta(minutes=1)
    send(service, "A4", "报警", NOW, 0, minutes)
    send(service, "AC", "报警", NOW, 0, minutes, type_code="cutting")


def ask(service: Service, **parameters: Any) -> httpx.Response:
    return service.operator.get(PATH, params={"type_code": "welding", **RANGE, **parameters})


def listed(items: Sequence[dict[str, Any]], since: datetime = EIGHT) -> list[Listed]:
    """Return device, state, and start and end in minutes."""
    return [
        (
            each["device_code"],
            each["state"],
            (datetime.fromisoformat(each["start"]) - since) / timedelta(minutes=1),
            (datetime.fromisoformat(each["end"]) - since) / timedelta(minutes=1) if each["end"] else 0,
        )
        for each in items
    ]


ENDED: list[Listed] = [
    ("A2", "报警", 11, 12.5),
    ("A1", "报警", 10, 12),
    ("A1", "报警", -120, 5),
]


def test_alarms_that_ended_in_the_range_are_listed_the_last_one_first_with_their_whole_duration(
    service: Service,
) -> None:
    answer = ask(service).json()

    assert listed(answer["items"]) == ENDED
    assert [each["duration_seconds"] for each in answer["items"]] == [90, 120, 7500]
    assert {each["open"] for each in answer["items"]} == {False}
    assert answer["items"][2]["starts_earlier"] is False
    assert (answer["items"][0]["device_name"], answer["items"][0]["team_name"]) == ("name of A2", "甲")
    assert (answer["from"], answer["to"], answer["next_cursor"]) == (
        "2024-05-02T08:00:00Z",
        "2024-05-02T08:30:00Z",
        None,
    )


@pytest.mark.parametrize("page_size", [1, 2, 3])
def test_pages_of_any_size_have_the_same_alarms(service: Service, page_size: int) -> None:
    assert listed(every(service, page_size=page_size, type_code="welding", **RANGE)) == ENDED


def every(service: Service, **parameters: Any) -> list[dict[str, Any]]:
    """Return the alarms of all pages."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = service.operator.get(PATH, params={**parameters, **cursor}).json()
        items += answer["items"]
        if (text := answer["next_cursor"]) is None:
            return items
        cursor = {"cursor": text}


@pytest.mark.usefixtures("_open_alarms")
@pytest.mark.parametrize("page_size", [1, 2, 200])
def test_by_default_the_open_alarms_of_all_types_come_before_those_of_the_last_24_hours(
    service: Service, page_size: int
) -> None:
    found = every(service, page_size=page_size)

    assert [(each["device_code"], each["type_code"], each["open"]) for each in found] == [
        ("A4", "welding", True),
        ("AC", "cutting", True),
        ("A3", "welding", False),
    ]
    assert listed(found, NOW) == [("A4", "报警", -100, 0), ("AC", "报警", -3, 0), ("A3", "报警", -90, -30)]
    assert found[0]["duration_seconds"] >= 6000


def test_an_alarm_of_a_silent_device_has_ended(service: Service) -> None:
    service.register("AS")
    send(service, "AS", "报警", NOW, -10, -5)

    found = every(service, device_code="AS")

    assert listed(found, NOW) == [("AS", "报警", -10, -4.5)]
    assert found[0]["open"] is False
    service.execute("delete from t_device_info where device_code = 'AS'")


@pytest.mark.usefixtures("_open_alarms")
@pytest.mark.parametrize(
    ("parameters", "codes"),
    [
        ({"open": "true"}, ["A4", "AC"]),
        ({"open": "false"}, ["A3"]),
        ({"team_name": "乙", "type_code": "cutting"}, ["AC"]),
        ({"team_name": "甲"}, []),
        ({"device_code": ["A3", "A4"]}, ["A4", "A3"]),
        ({"device_code": ["A1", "A4"], "team_name": "甲"}, []),
        ({"state": "报警", "type_code": "焊机"}, ["A4", "A3"]),
        ({"state": "故障"}, []),
        ({"acknowledged": "true"}, []),
        ({"acknowledged": "false", "open": "false"}, ["A3"]),
        ({"to": NOW.isoformat(), "type_code": "cutting"}, []),
    ],
)
def test_filters(service: Service, parameters: dict[str, Any], codes: list[str]) -> None:
    assert [each["device_code"] for each in every(service, **parameters)] == codes


def test_a_type_without_alarm_states_has_no_alarms(service: Service) -> None:
    admin = service.client(*Role.ADMIN.scopes)
    admin.patch("/api/v1/device/types/cutting", json={"alarm_states": []})

    assert every(service, type_code="cutting") == []

    admin.patch("/api/v1/device/types/cutting", json={"alarm_states": ["报警"]})


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"from": "2024-04-01T00:00:00Z"}, "from"),
        ({"from": "2024-05-03T00:00:00Z"}, "from"),
        ({"to": "yesterday"}, "to"),
        ({"device_code": ["A1", "AC"]}, "device_code"),
        ({"device_code": ["AC"]}, "type_code"),
        ({"page_size": 201}, "page_size"),
        ({"cursor": "bm90IG9uZQ"}, "cursor"),
    ],
)
def test_an_invalid_parameter_is_reported_by_name(service: Service, parameters: dict[str, Any], name: str) -> None:
    answer = ask(service, **parameters)

    assert answer.status_code == 400
    assert {each["name"] for each in answer.json()["errors"]} == {name}


def test_a_cursor_is_valid_only_for_the_same_filters(service: Service) -> None:
    cursor = ask(service, page_size=1).json()["next_cursor"]

    assert ask(service, page_size=3, cursor=cursor).status_code == 200
    assert ask(service, team_name="甲", cursor=cursor).status_code == 400


def test_unknown_devices_and_types_are_not_found(service: Service) -> None:
    assert service.operator.get(PATH, params={"device_code": "nobody"}).status_code == 404
    assert service.operator.get(PATH, params={"type_code": "nothing"}).status_code == 404
