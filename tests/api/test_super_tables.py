"""Tests of listing the super tables of the readings store."""

from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.columns import Column, ColumnType
from tests.support.service import Service
from tests.support.super_tables import create_super_table

PATH = "/api/v1/device/super-tables"
TYPES = "/api/v1/device/types"
DEPTH = Column(name="depth", type=ColumnType.FLOAT)


@pytest.fixture(scope="module")
def admin(service: Service) -> httpx.Client:
    return service.client(*Role.ADMIN.scopes)


def listed(admin: httpx.Client, **params: int) -> dict[str, Any]:
    answer = admin.get(PATH, params={"page_size": 100, **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_super_table_is_listed_with_the_device_type_that_uses_it(admin: httpx.Client, service: Service) -> None:
    create_super_table(service, "test_db.borer", DEPTH)
    before = listed(admin)["items"]
    body = {"type_code": "borer", "labels": {"zh": "镗床", "en": "Borer"}, "super_table": "test_db.borer"}
    assert admin.post(TYPES, json=body).status_code == 201

    after = listed(admin)["items"]

    assert {"super_table": "test_db.borer", "type_code": None} in before
    assert {"super_table": "test_db.borer", "type_code": "borer"} in after


def test_neither_tables_of_tags_nor_of_master_data_are_listed(admin: httpx.Client, service: Service) -> None:
    create_super_table(service, "test_db.slotter", DEPTH)

    names = [each["super_table"].partition(".")[2] for each in listed(admin)["items"]]

    assert "slotter" in names
    assert [name for name in names if name.endswith("__tags") or name.startswith(("t_", "sync_job"))] == []


def test_super_tables_are_paged(admin: httpx.Client, service: Service) -> None:
    create_super_table(service, "test_db.planer", DEPTH)
    whole = listed(admin)

    second = listed(admin, page=2, page_size=1)

    assert whole["product"] == "PostgreSQL"
    assert second["items"] == whole["items"][1:2]
    assert second["total"] == whole["total"] == len(whole["items"])
