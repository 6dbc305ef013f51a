"""Tests of listing, registering, updating and deleting devices."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from arcbeat.api.contract.bundle import load_contract
from arcbeat.domain.devices.device_info import DeviceSortColumn
from arcbeat.domain.identity.identity import Role
from tests.support.service import Service

PATH = "/api/v1/device/info"
NEW = {
    "device_code": "W9",
    "device_name": "焊机-009",
    "device_model": "NBC-350",
    "device_type": "焊机",
    "manufacturer": "北辰焊割",
    "production_date": "2020-02-29",
    "install_date": "2020-04-01",
    "install_location": "一号车间 A区 09工位",
    "online_address": "10.20.1.19",
    "team_name": "班组一",
    "is_locked": True,
    "description": "待检修",
}


@pytest.fixture(scope="module", autouse=True)
def factory(service: Service) -> None:
    service.register("L1", "L2", "L3", team_name="班组一")
    service.register("L4", device_type="焊机", team_name="班组二")
    service.register("L5", device_type="cutting", team_name="班组二")
    service.register("L6", device_type="unknown-type")
    service.execute("update t_device_info set device_model = 'NBC_350', is_locked = true where device_code = 'L2'")
    service.execute("update t_device_info set device_model = 'NBC-500', is_locked = null where device_code = 'L3'")
    service.execute("update t_device_info set install_location = '二号车间' where device_code = 'L5'")


def path_of(device_code: str) -> str:
    return f"{PATH}/{quote(device_code, safe='')}"


def create(service: Service, device_code: str, **more: Any) -> httpx.Response:
    body = {"device_code": device_code, "device_name": "a device", "device_type": "welding", **more}
    return service.operator.post(PATH, json=body)


def listed(service: Service, **parameters: Any) -> list[str]:
    """Return the codes that are found of the devices in the fixture."""
    found = service.operator.get(PATH, params={"page_size": 500, **parameters}).json()["items"]
    return [each["device_code"] for each in found if each["device_code"].startswith("L")]


def test_a_new_device_has_the_properties_sent(service: Service) -> None:
    created = service.operator.post(PATH, json=NEW)

    answer = created.json()
    assert created.status_code == 201
    assert {name: answer[name] for name in NEW} == NEW
    assert answer["type_code"] == "welding"
    assert service.operator.get(created.headers["Location"]).json() == answer


def test_the_optional_properties_of_a_new_device_default_to_null(service: Service) -> None:
    answer = create(service, "bare").json()

    given = {"id", "device_code", "device_name", "device_type", "type_code", "is_locked", "created_at", "updated_at"}
    assert {name for name, value in answer.items() if value is not None} == given
    assert answer["is_locked"] is False


def test_timestamps_are_in_utc(service: Service) -> None:
    created_at = datetime.fromisoformat(create(service, "timed").json()["created_at"])

    assert created_at.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - created_at) < timedelta(minutes=1)


@pytest.mark.parametrize("device_code", ["B-7/炉#1", "a b?c=d&e", "/", "100%", "import", "设备'\"\\", "x" * 50])
def test_a_code_may_contain_any_printable_character(service: Service, device_code: str) -> None:
    created = create(service, device_code)

    path = created.headers["Location"]
    assert (created.status_code, path) == (201, path_of(device_code))
    assert service.operator.get(path).json()["device_code"] == device_code
    assert service.operator.patch(path, json={"is_locked": True}).json()["is_locked"] is True
    assert service.operator.delete(path).status_code == 204
    assert service.operator.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"device_code": ""}, "/device_code"),
        ({"device_code": "x" * 51}, "/device_code"),
        ({"device_code": " W1"}, "/device_code"),
        ({"device_code": "W1\u3000"}, "/device_code"),
        ({"device_code": "W\n1"}, "/device_code"),
        ({"device_code": "W\u00851"}, "/device_code"),
        ({"device_code": "W\u200b1"}, "/device_code"),
        ({"device_code": "Ｗ１"}, "/device_code"),
        ({"device_code": "Ⅱ"}, "/device_code"),
        ({"device_code": 1}, "/device_code"),
        ({"device_name": ""}, "/device_name"),
        ({"device_name": None}, "/device_name"),
        ({"device_name": "x" * 101}, "/device_name"),
        ({"device_type": "milling"}, "/device_type"),
        ({"device_type": None}, "/device_type"),
        ({"device_type": "Welding"}, "/device_type"),
        ({"production_date": "2020-02-30"}, "/production_date"),
        ({"production_date": "0000-01-01"}, "/production_date"),
        ({"production_date": "2020/2/1"}, "/production_date"),
        ({"is_locked": "yes"}, "/is_locked"),
        ({"team_name": "a\x00b"}, "/team_name"),
        ({"id": 7}, ""),
        ({"updated_at": "2020-01-01T00:00:00Z"}, ""),
        ({"type_code": "welding"}, ""),
    ],
)
def test_an_invalid_device_is_rejected_with_its_pointer(service: Service, body: dict[str, Any], pointer: str) -> None:
    before = service.operator.get(PATH).json()["total"]

    answer = create(service, **{"device_code": "wrong", **body})

    assert answer.status_code == 400
    assert pointer in {each["name"] for each in answer.json()["errors"]}
    assert service.operator.get(PATH).json()["total"] == before


def test_a_retired_type_is_rejected_like_an_unknown_one(service: Service) -> None:
    service.execute(
        "insert into t_device_type (type_code, label_zh, label_en, super_table, enabled) "
        "values ('retired', '旧', 'old', 'test_db.old', false)"
    )

    answer = create(service, "late", device_type="retired")

    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "/device_type")


@pytest.mark.parametrize(("code", "other"), [("twice", "twice"), ("Case-1", "cASE-1"), ("Ж1", "ж1")])
def test_a_code_that_exists_in_any_case_is_rejected(service: Service, code: str, other: str) -> None:
    create(service, code)

    answer = create(service, other)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:already-exists")
    assert ("differs only in upper and lower case" in answer.json()["detail"]) == (code != other)
    assert (code in answer.json()["detail"]) == (code != other)


def test_an_update_keeps_the_properties_that_it_lacks(service: Service) -> None:
    before = service.operator.post(PATH, json={**NEW, "device_code": "changing"}).json()

    change = {"device_name": "another", "team_name": None, "install_date": "2021-01-01", "device_type": "cutting"}
    after = service.operator.patch(path_of("changing"), json=change)

    expected = {**before, **change, "type_code": "cutting", "updated_at": after.json()["updated_at"]}
    assert (after.status_code, after.json()) == (200, expected)
    assert after.json()["updated_at"] > before["updated_at"]
    assert service.operator.get(path_of("changing")).json() == expected


@pytest.mark.parametrize(
    "body", [{}, {"device_code": "other"}, {"device_name": None}, {"device_type": None}, {"device_type": "milling"}]
)
def test_an_invalid_update_is_rejected(service: Service, body: dict[str, Any]) -> None:
    assert service.operator.patch(path_of("L1"), json=body).status_code == 400


def test_an_update_without_effect_is_not_written(service: Service) -> None:
    before = create(service, "the-same")

    after = service.operator.patch(path_of("the-same"), json={"device_name": "a device", "is_locked": False})

    assert after.json() == before.json()
    assert after.headers["ETag"] == before.headers["ETag"]


def test_an_operator_can_lock_a_device_and_a_viewer_cannot(service: Service) -> None:
    create(service, "lockable")
    viewer = service.client(*Role.VIEWER.scopes)

    refused = viewer.patch(path_of("lockable"), json={"is_locked": True}).status_code
    locked = service.operator.patch(path_of("lockable"), json={"is_locked": True}).json()["is_locked"]

    assert (refused, locked) == (403, True)
    assert viewer.get(path_of("lockable")).json()["is_locked"] is True


def test_an_update_or_deletion_of_an_old_version_is_rejected(service: Service) -> None:
    seen = create(service, "contested").headers["ETag"]
    newest = service.operator.patch(path_of("contested"), json={"team_name": "班组九"})

    late = service.operator.patch(path_of("contested"), json={"team_name": "x"}, headers={"If-Match": seen})
    gone = service.operator.delete(path_of("contested"), headers={"If-Match": seen})

    assert [each.json()["type"] for each in (late, gone)] == ["urn:arcbeat:problem:precondition-failed"] * 2
    current = service.operator.get(path_of("contested"))
    assert (current.json(), current.headers["ETag"]) == (newest.json(), newest.headers["ETag"])
    allowed = service.operator.patch(
        path_of("contested"), json={"team_name": "x"}, headers={"If-Match": current.headers["ETag"]}
    )
    assert allowed.status_code == 200


def test_a_deleted_device_is_unregistered_and_keeps_its_readings(service: Service) -> None:
    create(service, "leaving")
    service.append("leaving", weld_current=123.5)

    removed = service.operator.delete(path_of("leaving")).status_code
    again = service.operator.delete(path_of("leaving")).status_code
    refused = service.append("leaving", weld_current=1)
    drift = service.operator.get("/api/v1/device/types/welding/drift", params={"page_size": 500}).json()["items"]
    create(service, "leaving")

    latest = service.operator.get("/api/v1/device/data/realtime/leaving", params={"max_age": 0}).json()
    assert (removed, again) == (204, 404)
    assert [each["reason"] for each in refused["results"]] == ["unregistered-device"]
    assert ("leaving", "unregistered") in [(each["device_code"], each["drift"]) for each in drift]
    assert latest["item"]["weld_current"] == 123.5


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"is_locked": True}), ("DELETE", None)])
def test_an_unknown_device_is_not_found(service: Service, method: str, body: Any) -> None:
    answer = service.operator.request(method, path_of("nowhere"), json=body)

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device")


def test_a_new_device_is_on_the_next_realtime_page(service: Service) -> None:
    def on_page() -> list[str]:
        answer = service.operator.get("/api/v1/device/data/realtime", params={"keyword": "realtime-", "max_age": 0})
        return [each["device_code"] for each in answer.json()["items"]]

    none = on_page()
    create(service, "realtime-1")
    new = on_page()
    service.operator.patch(path_of("realtime-1"), json={"device_type": "cutting"})

    assert (none, new, on_page()) == ([], ["realtime-1"], [])


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ["L1", "L2", "L3", "L4", "L5", "L6"]),
        ({"type_code": "welding"}, ["L1", "L2", "L3", "L4"]),
        ({"type_code": "焊机"}, ["L1", "L2", "L3", "L4"]),
        ({"type_code": "cutting"}, ["L5"]),
        ({"team_name": "班组二"}, ["L4", "L5"]),
        ({"team_name": "班组"}, []),
        ({"locked": "true"}, ["L2"]),
        ({"locked": "false", "team_name": "班组一"}, ["L1", "L3"]),
        ({"keyword": "l4"}, ["L4"]),
        ({"keyword": "NAME OF L1"}, ["L1"]),
        ({"keyword": "nbc"}, ["L2", "L3"]),
        ({"keyword": "nbc_"}, ["L2"]),
        ({"keyword": "二号"}, ["L5"]),
        ({"keyword": "%"}, []),
        ({"keyword": "\\"}, []),
        ({"keyword": "nbc", "type_code": "welding", "team_name": "班组一", "locked": "false"}, ["L3"]),
    ],
)
def test_devices_are_filtered(service: Service, parameters: dict[str, str], found: list[str]) -> None:
    assert listed(service, **parameters) == found


def test_an_unknown_type_is_not_found(service: Service) -> None:
    answer = service.operator.get(PATH, params={"type_code": "milling"})

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-device-type")


def test_a_device_of_an_unknown_type_has_no_type_code(service: Service) -> None:
    answer = service.operator.get(path_of("L6")).json()

    assert (answer["device_type"], answer["type_code"]) == ("unknown-type", None)


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("device_code", ["L1", "L2", "L3", "L4", "L5", "L6"]),
        ("-device_code", ["L6", "L5", "L4", "L3", "L2", "L1"]),
        ("device_model", ["L3", "L2", "L1", "L4", "L5", "L6"]),
        ("-device_model", ["L2", "L3", "L1", "L4", "L5", "L6"]),
        ("is_locked", ["L1", "L3", "L4", "L5", "L6", "L2"]),
        ("-team_name", ["L4", "L5", "L1", "L2", "L3", "L6"]),
        ("-created_at", ["L6", "L5", "L4", "L3", "L2", "L1"]),
    ],
)
def test_devices_are_sorted(service: Service, sort: str, found: list[str]) -> None:
    assert listed(service, sort=sort) == found


def test_devices_can_be_sorted_by_each_column_of_the_contract(service: Service) -> None:
    named = load_contract()["components"]["parameters"]["DeviceSort"]["schema"]["enum"]

    answers = [service.operator.get(PATH, params={"sort": each}).status_code for each in named]

    assert sorted(named) == sorted(f"{sign}{column}" for column in DeviceSortColumn for sign in ("", "-"))
    assert set(answers) == {200}


def test_devices_are_listed_page_by_page(service: Service) -> None:
    everything = listed(service)
    total = service.operator.get(PATH).json()["total"]

    pages = [
        service.operator.get(PATH, params={"keyword": "name of L", "page": page, "page_size": 4}).json()
        for page in (1, 2, 3)
    ]

    assert [[each["device_code"] for each in page["items"]] for page in pages] == [everything[:4], everything[4:], []]
    assert [(page["page"], page["page_size"], page["total"]) for page in pages] == [(1, 4, 6), (2, 4, 6), (3, 4, 6)]
    assert total >= len(everything)


def test_more_than_500_devices_per_page_are_rejected(service: Service) -> None:
    assert service.operator.get(PATH, params={"page_size": 501}).status_code == 400


def test_a_rejected_code_is_explained_without_the_pattern(service: Service) -> None:
    details = [create(service, device_code=code).json()["errors"][0]["detail"] for code in ("W\u200b1", "Ｗ１", "Ⅱ")]

    assert details == [
        "contains U+200B ZERO WIDTH SPACE as character 2, which is invisible; remove it",
        "contains full-width or other look-alike characters; write W1 instead",
        "contains full-width or other look-alike characters; write II instead",
    ]


def test_a_registered_code_with_invisible_characters_can_be_read_changed_and_deleted(service: Service) -> None:
    code = "W\u200b1\u3000"
    service.execute(
        "insert into t_device_info (device_code, device_name, device_model, device_type)"
        " values (%s, 'x', '', 'welding')",
        code,
    )

    assert service.operator.get(path_of(code)).json()["device_code"] == code
    assert service.operator.patch(path_of(code), json={"team_name": "x"}).status_code == 200
    assert service.operator.delete(path_of(code)).status_code == 204
