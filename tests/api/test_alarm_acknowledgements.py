"""Acknowledging alarms, and what late readings do to acknowledgements."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role, Scope
from tests.api.test_alarms import send
from tests.support.service import Service

PATH = "/api/v1/device/alarms"
ACKNOWLEDGEMENT = f"{PATH}/acknowledgement"
EIGHT = datetime(2024, 6, 2, 8, tzinfo=UTC)
RANGE = {"from": "2024-06-02T08:00:00Z", "to": "2024-06-02T10:00:00Z"}


@pytest.fixture
def device(service: Service) -> Iterator[str]:
    """A device with an alarm from minute 10 to 20."""
    service.register("K1")
    send(service, "K1", "待机", EIGHT, 0, 10)
    send(service, "K1", "报警", EIGHT, 10, 20)
    send(service, "K1", "待机", EIGHT, 20, 25)
    yield "K1"
    service.execute("delete from t_device_info where device_code = 'K1'")
    service.execute("delete from t_alarm_acknowledgement")
    service.execute("delete from test_db.welding_real_data where device_code = 'K1'")


def alarms(service: Service) -> list[tuple[float, float, str | None]]:
    """Return start and end in minutes, and the note, of the alarms in order of time."""
    items = service.operator.get(PATH, params={"device_code": "K1", **RANGE}).json()["items"]
    found = [
        (minute(each["start"]), minute(each["end"]), each["acknowledgement"] and each["acknowledgement"]["note"])
        for each in items
    ]
    return sorted(found)


def minute(text: str) -> float:
    return (datetime.fromisoformat(text) - EIGHT) / timedelta(minutes=1)


def at(minutes: float) -> str:
    return (EIGHT + timedelta(minutes=minutes)).isoformat()


def acknowledge(client: httpx.Client, minutes: float, note: str | None = None) -> httpx.Response:
    body = {"device_code": "K1", "start": at(minutes), **({} if note is None else {"note": note})}
    return client.put(ACKNOWLEDGEMENT, json=body)


def withdraw(client: httpx.Client, minutes: float) -> httpx.Response:
    return client.delete(ACKNOWLEDGEMENT, params={"device_code": "K1", "start": at(minutes)})


def li(service: Service) -> httpx.Client:
    return service.client_of("li", *Role.OPERATOR.scopes)


def wang(service: Service) -> httpx.Client:
    return service.client_of("wang", *Role.OPERATOR.scopes)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:arcbeat:problem:")


def test_an_alarm_is_acknowledged_with_a_note(service: Service, device: str) -> None:
    before = datetime.now(UTC)

    answer = acknowledge(li(service), 10, "送丝机堵塞")

    assert answer.status_code == 200
    body = answer.json()
    assert (minute(body["start"]), minute(body["end"]), body["device_code"]) == (10, 20, device)
    acknowledgement = body["acknowledgement"]
    assert (acknowledgement["note"], acknowledgement["acknowledged_by"]) == ("送丝机堵塞", "li")
    assert before - timedelta(seconds=5) <= datetime.fromisoformat(acknowledgement["acknowledged_at"])
    assert service.operator.get(PATH, params={"device_code": device, **RANGE}).json()["items"] == [body]


def test_repeating_has_no_effect_and_another_note_replaces_the_first(service: Service, device: str) -> None:
    first = acknowledge(li(service), 10, "一").json()["acknowledgement"]

    again = acknowledge(li(service), 10, "一").json()["acknowledgement"]
    corrected = acknowledge(li(service), 12, "二").json()["acknowledgement"]

    assert again == first
    assert corrected == {**first, "note": "二"}
    assert service.fetch_value("select count(*) from t_alarm_acknowledgement") == 1


def test_the_acknowledgement_of_another_person_is_rejected_and_names_the_first(service: Service, device: str) -> None:
    acknowledge(li(service), 10, "一")

    answer = acknowledge(wang(service), 15, "二")

    assert problem(answer) == (409, "alarm-acknowledged")
    assert answer.json()["detail"].startswith("li has acknowledged this alarm at ")
    assert alarms(service) == [(10, 20, "一")]


def test_the_author_and_administrators_can_withdraw_an_acknowledgement(service: Service, device: str) -> None:
    acknowledge(li(service), 10)

    assert problem(withdraw(wang(service), 10)) == (409, "alarm-acknowledged")
    assert alarms(service) == [(10, 20, "")]
    assert withdraw(li(service), 10).status_code == 204
    assert withdraw(li(service), 10).status_code == 204
    assert alarms(service) == [(10, 20, None)]

    acknowledge(wang(service), 10, "三")
    assert alarms(service) == [(10, 20, "三")]
    assert withdraw(service.client_of("root", *Role.ADMIN.scopes), 11).status_code == 204
    assert alarms(service) == [(10, 20, None)]


@pytest.mark.parametrize("minutes", [9.5, 20, 600, 1e7])
def test_a_moment_without_an_alarm_is_not_found(service: Service, device: str, minutes: float) -> None:
    assert problem(acknowledge(li(service), minutes)) == (404, "unknown-alarm")
    assert problem(withdraw(li(service), minutes)) == (404, "unknown-alarm")


def test_unknown_devices_and_invalid_bodies_are_rejected(service: Service, device: str) -> None:
    client = li(service)
    body: dict[str, Any] = {"device_code": "K1", "start": at(10)}

    assert problem(client.put(ACKNOWLEDGEMENT, json={**body, "device_code": "nobody"})) == (404, "unknown-device")
    assert problem(client.put(ACKNOWLEDGEMENT, json={**body, "note": "x" * 1001})) == (400, "invalid-input")
    assert problem(client.put(ACKNOWLEDGEMENT, json={**body, "start": "2024-06-02T08:10:00"})) == (400, "invalid-input")
    assert problem(service.client(Scope.TELEMETRY_READ).put(ACKNOWLEDGEMENT, json=body)) == (403, "forbidden")


def test_late_readings_that_make_an_alarm_begin_earlier_keep_its_acknowledgement(service: Service, device: str) -> None:
    acknowledge(li(service), 10, "一")

    send(service, device, "报警", EIGHT, 8, 10)

    assert alarms(service) == [(8, 20, "一")]
    assert problem(acknowledge(wang(service), 8)) == (409, "alarm-acknowledged")


def test_an_alarm_that_late_readings_split_is_acknowledged_in_its_first_part(service: Service, device: str) -> None:
    acknowledge(li(service), 10, "一")

    send(service, device, "焊接", EIGHT, 14, 15)

    assert alarms(service) == [(10, 14, "一"), (15, 20, None)]
    assert acknowledge(wang(service), 15, "二").status_code == 200
    assert alarms(service) == [(10, 14, "一"), (15, 20, "二")]


def test_of_alarms_that_late_readings_join_the_first_acknowledgement_counts(service: Service, device: str) -> None:
    send(service, device, "报警", EIGHT, 25, 30)
    acknowledge(li(service), 10, "一")
    acknowledge(wang(service), 25, "二")

    send(service, device, "报警", EIGHT, 20, 25)

    assert alarms(service) == [(10, 30.5, "一")]


def test_late_readings_that_make_an_alarm_begin_later_leave_it_unacknowledged(service: Service, device: str) -> None:
    acknowledge(li(service), 10, "一")

    send(service, device, "待机", EIGHT, 10, 12)
    assert alarms(service) == [(12, 20, None)]

    send(service, device, "报警", EIGHT, 10, 12)
    assert alarms(service) == [(10, 20, "一")]


def test_alarms_are_listed_by_whether_they_are_acknowledged(service: Service, device: str) -> None:
    send(service, device, "报警", EIGHT, 30, 31)
    acknowledge(li(service), 10)

    def starts(acknowledged: str) -> list[float]:
        query = {"device_code": "K1", "acknowledged": acknowledged, **RANGE}
        return [minute(each["start"]) for each in service.operator.get(PATH, params=query).json()["items"]]

    assert (starts("true"), starts("false")) == ([10], [30])
