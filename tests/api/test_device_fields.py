"""Tests of replacing the fields of a device type."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from tests.support.service import Service

FIELDS = "/api/v1/device/types/cutting/fields"
REALTIME = "/api/v1/device/data/realtime"
DYNAMIC: dict[str, str | bool] = {"type_code": "cutting", "use_dynamic_fields": True}
STATUS = {"name": "device_status", "labels": {"zh": "设备状态", "en": "Status"}, "type": "nchar"}
POWER = {"name": "power_kw", "labels": {"zh": "功率", "en": "Power"}, "type": "double", "unit": "kW", "decimals": 2}
PULSES = {"name": "pulses", "labels": {"zh": "脉冲数", "en": "Pulses"}, "type": "bigint", "decimals": 0}


@pytest.fixture(scope="module")
def admin(service: Service) -> httpx.Client:
    service.register("C1", device_type="cutting")
    service.append("C1", type_code="cutting", device_status="切割", power_kw=3.5, pulses=7)
    return service.client(*Role.ADMIN.scopes)


def replace(admin: httpx.Client, *fields: dict[str, Any], if_match: str | None = None) -> httpx.Response:
    headers = {} if if_match is None else {"If-Match": if_match}
    return admin.put(FIELDS, json={"fields": fields}, headers=headers)


def version(admin: httpx.Client) -> int:
    fields_version: int = admin.get(FIELDS).json()["fields_version"]
    return fields_version


def error_names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 400, answer.text
    return [each["name"] for each in answer.json()["errors"]]


def test_fields_are_returned_in_the_order_and_with_the_attributes_sent(admin: httpx.Client) -> None:
    text = {**STATUS, "max_length": 10, "hidden": True}
    answer = replace(admin, {**PULSES, "minimum": 0, "maximum": 2**53}, text, POWER)

    fields = answer.json()["fields"]
    assert [(each["name"], each["order"]) for each in fields] == [("pulses", 1), ("device_status", 2), ("power_kw", 3)]
    assert fields[0] == {
        "name": "pulses",
        "label": "脉冲数",
        "labels": {"zh": "脉冲数", "en": "Pulses"},
        "unit": "",
        "type": "bigint",
        "order": 1,
        "decimals": 0,
        "hidden": False,
        "minimum": 0,
        "maximum": 2**53,
        "max_length": None,
    }
    assert (fields[1]["hidden"], fields[1]["max_length"], fields[2]["unit"]) == (True, 10, "kW")
    assert admin.get(FIELDS, params={"include_hidden": True}).json() == answer.json()


def test_the_version_is_incremented_exactly_when_the_fields_change(admin: httpx.Client) -> None:
    replace(admin, STATUS, POWER)
    before = version(admin)

    versions = [
        replace(admin, *fields).json()["fields_version"]
        for fields in (
            (STATUS, POWER),
            (POWER, STATUS),
            (POWER, STATUS),
            (POWER, {**STATUS, "max_length": 5}),
            (POWER,),
            (),
            (),
        )
    ]

    assert [each - before for each in versions] == [0, 1, 1, 2, 3, 4, 4]


def test_a_limit_beyond_the_integers_of_json_is_stored_exactly(admin: httpx.Client) -> None:
    first = replace(admin, {**POWER, "minimum": -1e300, "maximum": 1e300}).json()
    again = replace(admin, {**POWER, "minimum": -1e300, "maximum": 1e300}).json()

    assert first == again
    assert (first["fields"][0]["minimum"], first["fields"][0]["maximum"]) == (-1e300, 1e300)


def test_readings_have_the_version_of_their_fields(admin: httpx.Client) -> None:
    answer = replace(admin, POWER, {**STATUS, "unit": "x"})

    page = admin.get(REALTIME, params=DYNAMIC).json()
    assert answer.headers["ETag"] == admin.get(FIELDS).headers["ETag"] == f'"{page["fields_version"]}"'


def test_a_hidden_field_disappears_from_pages_at_once_and_returns(admin: httpx.Client) -> None:
    def visible() -> tuple[list[str], dict[str, Any]]:
        page = admin.get(REALTIME, params=DYNAMIC).json()
        return [each["name"] for each in page["fields"]], page["items"][0]["values"]

    replace(admin, STATUS, POWER)
    before = visible()
    replace(admin, STATUS, {**POWER, "hidden": True})
    hidden = visible()
    replace(admin, POWER, STATUS)

    assert before == (["device_status", "power_kw"], {"device_status": "切割", "power_kw": 3.5})
    assert hidden == (["device_status"], {"device_status": "切割"})
    assert visible() == (["power_kw", "device_status"], {"power_kw": 3.5, "device_status": "切割"})


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ({"name": "a b"}, "name"),
        ({"name": "ts"}, "name"),
        ({"name": "device_code"}, "name"),
        ({"name": "device_status"}, "name"),
        ({"labels": {"zh": "功率", "en": ""}}, "labels/en"),
        ({"labels": {"zh": "x" * 101, "en": "x"}}, "labels/zh"),
        ({"unit": "x" * 21}, "unit"),
        ({"type": "decimal"}, "type"),
        ({"decimals": 16}, "decimals"),
        ({"decimals": -1}, "decimals"),
        ({"type": "nchar"}, "decimals"),
        ({"minimum": 2, "maximum": 1}, "maximum"),
        ({"type": "bool", "decimals": None, "minimum": 0}, "minimum"),
        ({"type": "timestamp", "decimals": None, "maximum": 0}, "maximum"),
        ({"max_length": 5}, "max_length"),
        ({"type": "nchar", "decimals": None, "max_length": 0}, "max_length"),
    ],
)
def test_an_invalid_field_is_rejected_with_its_pointer(
    admin: httpx.Client, field: dict[str, Any], pointer: str
) -> None:
    before = version(admin)

    answer = replace(admin, STATUS, {**POWER, **field})

    assert f"/fields/1/{pointer}" in error_names(answer)
    assert version(admin) == before


def test_read_only_properties_are_rejected(admin: httpx.Client) -> None:
    assert error_names(replace(admin, {**POWER, "order": 1})) == ["/fields/0"]
    assert error_names(replace(admin, {**POWER, "label": "功率"})) == ["/fields/0"]


def test_more_fields_than_the_limit_are_rejected(admin: httpx.Client) -> None:
    fields = [{**POWER, "name": f"f{number}"} for number in range(501)]

    assert error_names(replace(admin, *fields)) == ["/fields"]
    assert len(replace(admin, *fields[:-1]).json()["fields"]) == 500


def test_a_change_based_on_other_fields_is_rejected(admin: httpx.Client) -> None:
    seen = replace(admin, STATUS).headers["ETag"]
    newer = replace(admin, STATUS, POWER, if_match=seen)

    lost = replace(admin, PULSES, if_match=seen)

    assert newer.status_code == 200
    assert (lost.status_code, lost.json()["type"]) == (412, "urn:arcbeat:problem:precondition-failed")
    assert admin.get(FIELDS).json()["fields"] == newer.json()["fields"]


def test_exactly_one_of_many_concurrent_changes_of_the_same_version_succeeds(admin: httpx.Client) -> None:
    seen = replace(admin, STATUS).headers["ETag"]
    candidates = [{**POWER, "unit": f"u{number}"} for number in range(8)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda field: replace(admin, STATUS, field, if_match=seen), candidates))

    won = [answer for answer in answers if answer.status_code == 200]
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    assert admin.get(FIELDS).json() == won[0].json()


def test_fields_of_an_unknown_type_cannot_be_replaced(admin: httpx.Client) -> None:
    answer = admin.put("/api/v1/device/types/milling/fields", json={"fields": []})

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")
