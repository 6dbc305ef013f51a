"""Storing readings as one JSON body."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from arcbeat.domain.identity.identity import Scope
from tests.support.service import Service

PATH = "/api/v1/device/data"
REALTIME = "/api/v1/device/data/realtime"


@pytest.fixture(scope="module", autouse=True)
def devices(service: Service) -> None:
    service.register(*(f"W{number}" for number in range(1, 10)))
    service.register("C1", device_type="cutting")


def reading(device_code: str, *, ago_seconds: float = 0, **values: Any) -> dict[str, Any]:
    ts = datetime.now(UTC) - timedelta(seconds=ago_seconds)
    return {"device_code": device_code, "ts": ts.isoformat(), "values": values}


def newest(service: Service, device_code: str) -> Any:
    """Return the newest reading, read from the store."""
    return service.operator.get(f"{REALTIME}/{device_code}", params={"max_age": 0}).json()["item"]


def test_a_stored_reading_is_the_newest_reading(service: Service) -> None:
    sent = reading("W1", weld_current=150.5, lock_status=True, ip_quality=98, device_status="焊接 'a' \"b\" \\ 😀")
    result = service.operator.post(PATH, json={"type_code": "welding", "readings": [sent]}).json()

    item = newest(service, "W1")
    assert result == {"accepted": 1, "rejected": 0, "results": [], "results_omitted": 0}
    assert {name: item[name] for name in sent["values"]} == sent["values"]
    assert datetime.fromisoformat(item["ts"]) == datetime.fromisoformat(sent["ts"])


def test_invalid_readings_do_not_reject_the_others(service: Service) -> None:
    readings = [
        reading("W2", weld_current=1),
        reading("W2", no_such_field=1),
        reading("W3", weld_current="much"),
        reading("unregistered", weld_current=1),
        reading("W4", ago_seconds=-3600, weld_current=1),
        reading("W5", device_status="长" * 51),
        reading("C1", weld_current=1),
        reading("W6", weld_current=6),
    ]

    result = service.operator.post(PATH, json={"type_code": "welding", "readings": readings}).json()

    assert (result["accepted"], result["rejected"]) == (2, 6)
    assert [(each["index"], each["device_code"], each["reason"]) for each in result["results"]] == [
        (1, "W2", "unknown-field"),
        (2, "W3", "bad-value"),
        (3, "unregistered", "unregistered-device"),
        (4, "W4", "future-timestamp"),
        (5, "W5", "bad-value"),
        (6, "C1", "unregistered-device"),
    ]
    assert newest(service, "W6")["weld_current"] == 6


def test_the_rejection_of_an_unregistered_device_names_an_invisible_character_in_its_code(service: Service) -> None:
    body = {"type_code": "welding", "readings": [reading("W1\u200b", weld_current=1)]}

    [rejected] = service.operator.post(PATH, json=body).json()["results"]

    assert rejected["reason"] == "unregistered-device"
    assert "the code contains U+200B ZERO WIDTH SPACE as character 3" in rejected["detail"]


def test_sending_a_batch_again_changes_nothing(service: Service) -> None:
    batch = {"type_code": "welding", "readings": [reading("W7", weld_current=7)]}

    answers = [service.operator.post(PATH, json=batch).json() for _ in range(2)]

    assert answers[0] == answers[1]


@pytest.mark.parametrize("ts", ["0000-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "1970-01-01T00:00:00Z", 1772452800])
def test_an_invalid_timestamp_rejects_only_its_own_reading(service: Service, ts: str | int) -> None:
    readings = [{**reading("W8"), "ts": ts}, reading("W8", weld_current=8)]

    result = service.operator.post(PATH, json={"type_code": "welding", "readings": readings}).json()

    assert (result["accepted"], [(each["index"], each["reason"]) for each in result["results"]]) == (
        1,
        [(0, "bad-value")],
    )


def test_a_timestamp_may_be_milliseconds(service: Service) -> None:
    milliseconds = int(datetime.now(UTC).timestamp() * 1000)
    sent = {**reading("W9", weld_current=9), "ts": milliseconds}

    service.operator.post(PATH, json={"type_code": "welding", "readings": [sent]})

    item = service.operator.get(f"{REALTIME}/W9", params={"max_age": 0}).json()["item"]
    assert datetime.fromisoformat(item["ts"]).timestamp() * 1000 == pytest.approx(milliseconds, abs=0.001)


def test_unknown_fields_may_be_ignored(service: Service) -> None:
    batch = {"type_code": "welding", "readings": [reading("W8", weld_current=8.5, no_such_field=1)]}

    answers = [
        service.operator.post(PATH, params={"unknown_fields": each}, json=batch) for each in ("reject", "ignore")
    ]

    assert [answer.json()["accepted"] for answer in answers] == [0, 1]


def test_the_rules_of_the_catalogue_reject_readings(service: Service) -> None:
    service.register("C2", device_type="cutting")
    service.execute("""
        update t_device_type_field
           set maximum = case name when 'power_kw' then 20 end, minimum = case name when 'pulses' then 10 end,
               max_length = case name when 'device_status' then 2 end
         where type_code = 'cutting'""")
    readings = [
        reading("C2", power_kw=20, pulses="10", device_status="切割"),
        reading("C2", power_kw=20.5),
        reading("C2", pulses="9"),
        reading("C2", device_status="切割中"),
        reading("C2", feed_mm_min=10**9),
    ]

    result = service.operator.post(PATH, json={"type_code": "cutting", "readings": readings}).json()

    assert (result["accepted"], [(each["index"], each["detail"]) for each in result["results"]]) == (
        2,
        [
            (1, "power_kw: more than 20"),
            (2, "pulses: less than 10"),
            (3, "device_status: longer than 2 characters"),
        ],
    )


@pytest.mark.parametrize(("in_query", "status"), [("welding", 200), ("cutting", 400), ("焊机", 400)])
def test_the_type_in_the_query_must_be_that_of_the_body(service: Service, in_query: str, status: int) -> None:
    batch = {"type_code": "welding", "readings": [reading("W8")]}

    assert service.operator.post(PATH, params={"type_code": in_query}, json=batch).status_code == status


WITHOUT_OFFSET = {"device_code": "W1", "ts": "2026-01-01T00:00:00", "values": {}}


@pytest.mark.parametrize(
    ("readings", "pointer"),
    [
        ([], "/readings"),
        ([{"device_code": "W1", "ts": "yesterday", "values": {}}], "/readings/0/ts"),
        ([WITHOUT_OFFSET], "/readings/0/ts"),
        ([{**WITHOUT_OFFSET, "ts": True}], "/readings/0/ts"),
        ([{**WITHOUT_OFFSET, "ts": 1772452800000.0}], "/readings/0/ts"),
        ([{"device_code": "W1", "values": {}}], "/readings/0"),
        ([{**reading("W1"), "more": 1}], "/readings/0"),
        ([reading("W1", weld_current=[1])], "/readings/0/values/weld_current"),
        ([reading("W1")] * 5001, "/readings"),
    ],
)
def test_a_body_that_does_not_fit_the_contract_is_rejected(service: Service, readings: Any, pointer: str) -> None:
    answer = service.operator.post(PATH, json={"type_code": "welding", "readings": readings})

    assert answer.status_code == 400
    assert pointer in {each["name"] for each in answer.json()["errors"]}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"type_code": "\\ud800"}', b"[" * 5000, b"NaN"])
def test_a_body_that_is_not_json_is_rejected(service: Service, content: bytes) -> None:
    answer = service.operator.post(PATH, content=content, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:arcbeat:problem:invalid-input")


def test_another_media_type_is_rejected(service: Service) -> None:
    answer = service.operator.post(PATH, content=b"a,b", headers={"Content-Type": "text/csv"})

    assert (answer.status_code, answer.json()["type"]) == (415, "urn:arcbeat:problem:unsupported-media-type")


def test_a_body_over_the_limit_is_rejected_before_it_is_read(service: Service) -> None:
    answer = service.operator.post(
        PATH, content=b" " * (8 * 1024 * 1024 + 1), headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["type"]) == (413, "urn:arcbeat:problem:payload-too-large")


def test_an_unknown_type_is_not_found(service: Service) -> None:
    answer = service.operator.post(PATH, json={"type_code": "milling", "readings": [reading("W1")]})

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")


def test_the_right_to_read_does_not_include_the_right_to_write(service: Service) -> None:
    reader = service.client(Scope.TELEMETRY_READ)

    answer = reader.post(PATH, json={"type_code": "welding", "readings": [reading("W1")]})

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:arcbeat:problem:forbidden")
    assert "telemetry:write" in answer.json()["detail"]
