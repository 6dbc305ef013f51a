"""Tests of comparing a device type with its super table."""

from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.columns import Column, ColumnType
from tests.support.service import Service
from tests.support.super_tables import create_super_table

PATH = "/api/v1/device/types"
LABELS = {"zh": "钻床", "en": "Drilling machine"}
COLUMNS = (
    Column(name="device_status", type=ColumnType.NCHAR, length=50),
    Column(name="depth", type=ColumnType.FLOAT),
)
MANY = 100_000


@pytest.fixture(scope="module")
def admin(service: Service) -> httpx.Client:
    return service.client(*Role.ADMIN.scopes)


def driller(service: Service, admin: httpx.Client, type_code: str) -> str:
    """Create a type with an alias and imported fields, and return its path."""
    table = f"test_db.{type_code}"
    create_super_table(service, table, *COLUMNS)
    body = {"type_code": type_code, "labels": LABELS, "super_table": table, "aliases": [f"{type_code} 别名"]}
    assert admin.post(PATH, json=body).status_code == 201
    path = f"{PATH}/{type_code}"
    assert admin.post(f"{path}/fields/import", params={"dry_run": False}).status_code == 200
    return path


def drift(admin: httpx.Client, path: str, **params: int) -> dict[str, Any]:
    answer = admin.get(f"{path}/drift", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_imported_type_without_devices_has_no_drift(admin: httpx.Client, service: Service) -> None:
    path = driller(service, admin, "even")

    assert drift(admin, path) == {
        "type_code": "even",
        "super_table": "test_db.even",
        "fields_version": 2,
        "missing": [],
        "surplus": [],
        "changed": [],
        "too_short": [],
        "items": [],
        "page": 1,
        "page_size": 10,
        "total": 0,
    }


def test_differences_of_fields_and_columns_are_listed(admin: httpx.Client, service: Service) -> None:
    path = driller(service, admin, "uneven")
    field = {"labels": LABELS, "type": "int"}
    admin.put(f"{path}/fields", json={"fields": [{**field, "name": "depth"}, {**field, "name": "gone"}]})

    found = drift(admin, path)

    assert found["missing"] == ["gone"]
    assert found["surplus"] == [{"name": "device_status", "type": "nchar", "length": 50}]
    assert found["changed"] == [{"name": "depth", "field_type": "int", "column_type": "float"}]


def test_a_field_that_allows_longer_texts_than_its_column_holds_is_listed(
    admin: httpx.Client, service: Service
) -> None:
    path = driller(service, admin, "narrow")
    status = {"name": "device_status", "labels": LABELS, "type": "nchar", "max_length": 51}
    admin.put(f"{path}/fields", json={"fields": [status]})

    found = drift(admin, path)

    assert found["too_short"] == [{"name": "device_status", "max_length": 51, "column_length": 50}]
    assert found["changed"] == []


def test_devices_that_only_one_side_has_are_listed_by_code(admin: httpx.Client, service: Service) -> None:
    path = driller(service, admin, "devices")
    service.register("D2", "D4", "D5", device_type="devices")
    service.register("D3", device_type="devices 别名")
    for code in ("D2", "D3", "D5"):
        service.append(code, type_code="devices", depth=1.0)
    service.execute("insert into test_db.devices (device_code, ts) values ('D1', now()), ('d0', now())")
    service.execute("update t_device_info set device_type = 'welding' where device_code = 'D5'")

    found = drift(admin, path)

    assert (found["items"], found["total"]) == (
        [
            {"device_code": "D1", "drift": "unregistered", "subtable": "t_d1"},
            {"device_code": "D4", "drift": "vanished", "subtable": None},
            {"device_code": "D5", "drift": "unregistered", "subtable": "t_d5"},
            {"device_code": "d0", "drift": "unregistered", "subtable": "t_d0"},
        ],
        4,
    )
    assert [each["device_code"] for each in drift(admin, path, page=2, page_size=3)["items"]] == ["d0"]
    assert drift(admin, path, page=9)["items"] == []


def test_a_hundred_thousand_devices_are_compared(admin: httpx.Client, service: Service) -> None:
    path = driller(service, admin, "crowd")
    service.execute(
        "insert into test_db.crowd__tags (device_code) select 'K' || number from generate_series(1, %s) as number", MANY
    )
    service.execute(
        "insert into t_device_info (device_code, device_name, device_type) "
        "select 'K' || number, '', 'crowd' from generate_series(2, %s) as number",
        MANY + 1,
    )

    found = drift(admin, path)

    assert [(each["device_code"], each["drift"]) for each in found["items"]] == [
        ("K1", "unregistered"),
        (f"K{MANY + 1}", "vanished"),
    ]


def test_an_unknown_type_is_not_found(admin: httpx.Client) -> None:
    assert admin.get(f"{PATH}/milling/drift").status_code == 404
