"""Aggregates of teams and of device types by interval."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.service import Service

PATH = "/api/v1/device/data/windows/groups"
T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = {"from": "2026-03-02T08:00:00Z", "to": "2026-03-02T09:00:00Z", "interval": "30m"}
LOADS = {"W1": [10.0, 20.0], "W2": [60.0], "W3": [1.0], "C1": [], "W9": [500.0]}


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register("W1", "W2", device_type="welding", team_name="班组一")
    service.register("W3", device_type="焊机", team_name="班组二")
    service.register("W4", "W9", device_type="welding")
    service.register("C1", device_type="cutting", team_name="班组一")
    for code, loads in LOADS.items():
        for number, load in enumerate(loads):
            service.append(code, ts=T0 + timedelta(minutes=40 * number), weld_current=load, device_status="焊接")
    service.append("C1", type_code="cutting", ts=T0, device_status="切割")
    assert service.operator.delete("/api/v1/device/info/W9").status_code == 204


def get(service: Service, **params: Any) -> Any:
    answer = service.operator.get(PATH, params={**HOUR, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def averages(series: Any) -> list[Any]:
    return [window["values"]["weld_current"]["avg"] for window in series["windows"]]


def test_teams_are_aggregated_over_all_their_devices(service: Service) -> None:
    answer = get(service, group_by="team_name", fields="weld_current")

    assert [(each["team_name"], each["devices"], averages(each)) for each in answer["series"]] == [
        ("班组一", 2, [35.0, 20.0]),
        ("班组二", 1, [1.0]),
        (None, 1, []),
    ]
    assert (answer["interval"], answer["fields"][0]["name"]) == ("30m", "weld_current")


def test_a_type_is_aggregated_over_its_registered_devices(service: Service) -> None:
    answer = get(service, group_by="type_code", fields="weld_current", aggregates=["avg", "max", "count"])

    [series] = answer["series"]
    assert (series["type_code"], series["team_name"], series["devices"]) == ("welding", None, 4)
    values = [window["values"]["weld_current"] for window in series["windows"]]
    assert values == [{"avg": 71.0 / 3, "max": 60.0, "count": 3}, {"avg": 20.0, "max": 20.0, "count": 1}]


def test_several_types_have_their_groups_one_after_another(service: Service) -> None:
    params = {"fields": "device_status", "aggregates": "count", "type_code": ["cutting", "焊机"]}
    by_type = get(service, group_by="type_code", **params)
    by_team = get(service, group_by="team_name", **params)

    assert [each["type_code"] for each in by_type["series"]] == ["cutting", "welding"]
    assert [(each["type_code"], each["team_name"]) for each in by_team["series"]] == [
        ("cutting", "班组一"),
        ("welding", "班组一"),
        ("welding", "班组二"),
        ("welding", None),
    ]


def test_empty_windows_are_filled_as_requested(service: Service) -> None:
    answer = get(service, group_by="team_name", fields="weld_current", fill="previous")

    assert [averages(each) for each in answer["series"]] == [[35.0, 20.0], [1.0, 1.0], []]


@pytest.mark.parametrize(
    ("params", "status", "name"),
    [
        ({"group_by": "team"}, 400, "group_by"),
        ({"fields": "nothing"}, 400, "fields"),
        ({"fields": "device_status"}, 400, "aggregates"),
        ({"type_code": ["welding", "cutting"]}, 400, "fields"),
        ({"interval": "1ms"}, 400, "interval"),
        ({"interval": "1h", "max_points": 10}, 400, "max_points"),
        ({"type_code": "unknown"}, 404, None),
    ],
)
def test_an_invalid_request_is_reported_by_name(
    service: Service, params: dict[str, Any], status: int, name: str | None
) -> None:
    query = {"group_by": "team_name", "fields": "weld_current", **HOUR, **params}
    answer = service.operator.get(PATH, params=query)

    assert answer.status_code == status
    assert [each["name"] for each in answer.json().get("errors", [])] == ([name] if name else [])
