"""Tests of importing fields from the columns of a super table."""

from typing import Any

import httpx
import pytest

from arcbeat.domain.identity.identity import Role
from arcbeat.domain.schema.columns import Column, ColumnType
from tests.support.service import Service
from tests.support.super_tables import create_super_table

PATH = "/api/v1/device/types"
REALTIME = "/api/v1/device/data/realtime"
LABELS = {"zh": "磨床", "en": "Grinding machine"}
COLUMNS = (
    Column(name="device_status", type=ColumnType.NCHAR, length=50),
    Column(name="rpm", type=ColumnType.INT),
    Column(name="load", type=ColumnType.FLOAT),
)


@pytest.fixture(scope="module")
def admin(service: Service) -> httpx.Client:
    return service.client(*Role.ADMIN.scopes)


def grinder(service: Service, admin: httpx.Client, type_code: str, *columns: Column) -> str:
    """Create a type with a super table of its own, and return the path of its fields."""
    table = f"test_db.{type_code}_real_data"
    create_super_table(service, table, *(columns or COLUMNS))
    answer = admin.post(PATH, json={"type_code": type_code, "labels": LABELS, "super_table": table})
    assert answer.status_code == 201, answer.text
    return f"{PATH}/{type_code}/fields"


def import_fields(admin: httpx.Client, fields: str, **params: Any) -> dict[str, Any]:
    answer = admin.post(f"{fields}/import", params=params)
    assert answer.status_code == 200, answer.text
    imported: dict[str, Any] = answer.json()
    return imported


def names(imported: dict[str, Any]) -> list[str]:
    return [each["name"] for each in imported["fields"]]


def test_a_dry_run_returns_a_proposal_and_stores_nothing(admin: httpx.Client, service: Service) -> None:
    fields = grinder(service, admin, "dry")

    proposed = import_fields(admin, fields)

    assert (proposed["dry_run"], proposed["fields_version"]) == (True, 1)
    assert proposed["added"] == names(proposed) == ["device_status", "rpm", "load"]
    assert [each["decimals"] for each in proposed["fields"]] == [None, 0, 2]
    assert proposed["fields"][1]["labels"] == {"zh": "rpm", "en": "rpm"}
    assert admin.get(fields).json()["fields"] == []


def test_an_import_stores_the_proposal_and_a_second_one_changes_nothing(admin: httpx.Client, service: Service) -> None:
    fields = grinder(service, admin, "wet")
    proposed = import_fields(admin, fields)

    imported = import_fields(admin, fields, dry_run=False)
    again = import_fields(admin, fields, dry_run=False)

    assert imported == {**proposed, "dry_run": False, "fields_version": 2}
    assert again == {**imported, "added": []}
    assert admin.get(fields).json()["fields"] == imported["fields"]


def test_an_import_keeps_labels_and_limits_and_takes_types_of_columns(admin: httpx.Client, service: Service) -> None:
    fields = grinder(service, admin, "kept")
    edited = {"name": "load", "labels": {"zh": "负载", "en": "Load"}, "type": "float", "unit": "%", "decimals": 1}
    bounded = {"minimum": 0, "maximum": 150, "hidden": True}
    gone = {"name": "gone", "labels": {"zh": "无", "en": "Gone"}, "type": "int"}
    status = {"name": "device_status", "labels": {"zh": "状态", "en": "Status"}, "type": "int", "decimals": 0}
    admin.put(fields, json={"fields": [{**edited, **bounded}, gone, status]})

    imported = import_fields(admin, fields, dry_run=False)

    assert (imported["added"], imported["changed"], imported["missing"]) == (["rpm"], ["device_status"], ["gone"])
    assert names(imported) == ["load", "gone", "device_status", "rpm"]
    assert imported["fields"][0] == {**edited, **bounded, "label": "负载", "order": 1, "max_length": None}
    status_now = imported["fields"][2]
    assert (status_now["type"], status_now["decimals"], status_now["label"]) == ("nchar", None, "状态")


def test_fields_without_a_column_are_dropped_on_request(admin: httpx.Client, service: Service) -> None:
    fields = grinder(service, admin, "dropping")
    gone = {"name": "gone", "labels": {"zh": "无", "en": "Gone"}, "type": "int"}
    admin.put(fields, json={"fields": [gone]})

    dropped = import_fields(admin, fields, dry_run=False, drop_missing=True)

    assert dropped["missing"] == ["gone"]
    assert names(dropped) == ["device_status", "rpm", "load"]


def test_a_new_column_is_on_pages_at_once(admin: httpx.Client, service: Service) -> None:
    fields = grinder(service, admin, "growing")
    import_fields(admin, fields, dry_run=False)
    service.register("G1", device_type="growing")
    service.append("G1", type_code="growing", rpm=5)
    create_super_table(
        service, "test_db.growing_real_data", *COLUMNS, Column(name="coolant", type=ColumnType.VARCHAR, length=20)
    )

    service.append("G1", type_code="growing", coolant="水")
    imported = import_fields(admin, fields, dry_run=False)

    row = admin.get(f"{REALTIME}?type_code=growing&use_dynamic_fields=true&max_age=0").json()["items"][0]
    assert imported["added"] == ["coolant"]
    assert row["values"]["coolant"] == "水"


def test_an_import_over_another_version_than_the_proposals_is_rejected(admin: httpx.Client, service: Service) -> None:
    fields = grinder(service, admin, "versioned")
    proposal = admin.post(f"{fields}/import")
    admin.put(fields, json={"fields": []})
    admin.put(fields, json={"fields": [{"name": "rpm", "labels": LABELS, "type": "int"}]})

    headers = {"If-Match": proposal.headers["ETag"]}
    lost = admin.post(f"{fields}/import", params={"dry_run": False}, headers=headers)
    won = admin.post(f"{fields}/import", params={"dry_run": False}, headers={"If-Match": '"2"'})

    assert proposal.headers["ETag"] == '"1"'
    assert (lost.status_code, lost.json()["type"]) == (412, "urn:arcbeat:problem:precondition-failed")
    assert (won.status_code, won.headers["ETag"]) == (200, '"3"')


def test_columns_that_are_not_identifiers_are_listed_as_skipped(admin: httpx.Client, service: Service) -> None:
    fields = grinder(service, admin, "named", *COLUMNS, Column(name="温度", type=ColumnType.FLOAT))

    assert import_fields(admin, fields)["skipped"] == ["温度"]


def test_a_type_without_its_super_table_cannot_be_imported_or_compared(admin: httpx.Client) -> None:
    ahead = {"type_code": "unborn", "labels": LABELS, "super_table": "test_db.unborn"}
    admin.post(PATH, params={"validate": False}, json=ahead)

    answers = [admin.post(f"{PATH}/unborn/fields/import"), admin.get(f"{PATH}/unborn/drift")]

    assert [(each.status_code, each.json()["type"]) for each in answers] == [
        (409, "urn:arcbeat:problem:super-table-missing")
    ] * 2


def test_an_import_of_too_many_columns_is_rejected(admin: httpx.Client, service: Service) -> None:
    many = [Column(name=f"c{number}", type=ColumnType.INT) for number in range(501)]
    fields = grinder(service, admin, "wide", *many)

    answer = admin.post(f"{fields}/import")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:conflict")
    assert "501" in answer.json()["detail"]
