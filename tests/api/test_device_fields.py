"""The fields of a device type are replaced whole, and shown at once."""

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


def places(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 400, answer.text
    return [each["name"] for each in answer.json()["errors"]]


def test_fields_are_in_the_order_in_which_they_were_sent_with_all_that_was_said(admin: httpx.Client) -> None:
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


def test_the_version_goes_up_exactly_when_the_fields_become_others(admin: httpx.Client) -> None:
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


def test_a_bound_beyond_what_json_writes_as_an_integer_is_kept_and_changes_nothing_again(admin: httpx.Client) -> None:
    first = replace(admin, {**POWER, "minimum": -1e300, "maximum": 1e300}).json()
    again = replace(admin, {**POWER, "minimum": -1e300, "maximum": 1e300}).json()

    assert first == again
    assert (first["fields"][0]["minimum"], first["fields"][0]["maximum"]) == (-1e300, 1e300)


def test_readings_name_the_version_of_the_fields_that_they_come_with(admin: httpx.Client) -> None:
    answer = replace(admin, POWER, {**STATUS, "unit": "x"})

    page = admin.get(REALTIME, params=DYNAMIC).json()
    assert answer.headers["ETag"] == admin.get(FIELDS).headers["ETag"] == f'"{page["fields_version"]}"'


def test_a_hidden_field_is_gone_from_the_page_without_a_restart_and_comes_back(admin: httpx.Client) -> None:
    def shown() -> tuple[list[str], dict[str, Any]]:
        page = admin.get(REALTIME, params=DYNAMIC).json()
        return [each["name"] for each in page["fields"]], page["items"][0]["values"]

    replace(admin, STATUS, POWER)
    before = shown()
    replace(admin, STATUS, {**POWER, "hidden": True})
    hidden = shown()
    replace(admin, POWER, STATUS)

    assert before == (["device_status", "power_kw"], {"device_status": "切割", "power_kw": 3.5})
    assert hidden == (["device_status"], {"device_status": "切割"})
    assert shown() == (["power_kw", "device_status"], {"power_kw": 3.5, "device_status": "切割"})


@pytest.mark.parametrize(
    ("field", "place"),
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
def test_what_does_not_fit_is_named_and_nothing_is_stored(
    admin: httpx.Client, field: dict[str, Any], place: str
) -> None:
    before = version(admin)

    answer = replace(admin, STATUS, {**POWER, **field})

    assert f"/fields/1/{place}" in places(answer)
    assert version(admin) == before


def test_what_only_answers_say_is_not_taken_for_a_wish(admin: httpx.Client) -> None:
    assert places(replace(admin, {**POWER, "order": 1})) == ["/fields/0"]
    assert places(replace(admin, {**POWER, "label": "功率"})) == ["/fields/0"]


def test_a_type_has_no_more_fields_than_it_may(admin: httpx.Client) -> None:
    fields = [{**POWER, "name": f"f{number}"} for number in range(501)]

    assert places(replace(admin, *fields)) == ["/fields"]
    assert len(replace(admin, *fields[:-1]).json()["fields"]) == 500


def test_who_has_seen_other_fields_changes_nothing(admin: httpx.Client) -> None:
    seen = replace(admin, STATUS).headers["ETag"]
    newer = replace(admin, STATUS, POWER, if_match=seen)

    lost = replace(admin, PULSES, if_match=seen)

    assert newer.status_code == 200
    assert (lost.status_code, lost.json()["type"]) == (412, "urn:arcbeat:problem:precondition-failed")
    assert admin.get(FIELDS).json()["fields"] == newer.json()["fields"]


def test_of_many_editors_who_have_seen_the_same_exactly_one_wins(admin: httpx.Client) -> None:
    seen = replace(admin, STATUS).headers["ETag"]
    wishes = [{**POWER, "unit": f"u{number}"} for number in range(8)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda wish: replace(admin, STATUS, wish, if_match=seen), wishes))

    won = [answer for answer in answers if answer.status_code == 200]
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    assert admin.get(FIELDS).json() == won[0].json()


def test_fields_of_a_type_that_is_not_there_cannot_be_replaced(admin: httpx.Client) -> None:
    answer = admin.put("/api/v1/device/types/milling/fields", json={"fields": []})

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")
