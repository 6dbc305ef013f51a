"""Tests of create_super_table: a device type gets its super table from its fields."""

import uuid
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from arcbeat import app
from arcbeat.domain.identity.identity import Role
from tests.support.postgres import Server
from tests.support.service import Service

PATH = "/api/v1/device/types"
LABELS = {"zh": "x", "en": "x"}
FIELDS = [
    {"name": "device_status", "type": "nchar", "labels": LABELS, "max_length": 7},
    {"name": "spindle_rpm", "type": "int", "labels": LABELS},
    {"name": "program", "type": "varchar", "labels": LABELS},
]


@pytest.fixture(scope="module")
def admin(service: Service) -> httpx.Client:
    return service.client(*Role.ADMIN.scopes)


def create(admin: httpx.Client, type_code: str, **more: Any) -> httpx.Response:
    body = {"type_code": type_code, "labels": LABELS, "super_table": f"new_db.{type_code}_data", **more}
    return admin.post(PATH, params={"create_super_table": True}, json=body)


def columns(service: Service, table: str) -> Any:
    return service.fetch_value(
        """select string_agg(column_name || ' ' || data_type || coalesce(character_maximum_length::text, ''), ', '
                             order by ordinal_position)
             from information_schema.columns where table_name = %s""",
        table,
    )


def test_a_new_type_with_fields_gets_its_super_table_and_accepts_readings(
    admin: httpx.Client, service: Service
) -> None:
    created = create(admin, "milling", fields=FIELDS)
    service.register("M-1", device_type="milling")

    assert (created.status_code, created.json()["super_table_checked"]) == (201, True)
    assert [each["name"] for each in admin.get(f"{PATH}/milling/fields").json()["fields"]] == [
        "device_status",
        "spindle_rpm",
        "program",
    ]
    assert columns(service, "milling_data") == (
        "device_code character varying50, ts timestamp with time zone, device_status character varying7, "
        "spindle_rpm integer, program character varying200"
    )
    accepted = service.append("M-1", type_code="milling", device_status="加工", spindle_rpm=900, program="O1")
    assert accepted["accepted"] == 1


def test_the_super_table_of_an_existing_type_is_created_once_and_never_changed(
    admin: httpx.Client, service: Service
) -> None:
    admin.post(
        PATH,
        params={"validate": False},
        json={"type_code": "lathe", "labels": LABELS, "super_table": "new_db.lathe_data", "fields": FIELDS[:1]},
    )
    answers = [
        admin.patch(f"{PATH}/lathe", params={"create_super_table": True}, json={"enabled": True}) for _ in range(2)
    ]
    before = columns(service, "lathe_data")
    admin.put(f"{PATH}/lathe/fields", json={"fields": FIELDS})
    later = admin.patch(f"{PATH}/lathe", params={"create_super_table": True}, json={"enabled": True})

    assert [each.status_code for each in (*answers, later)] == [200, 200, 200]
    assert columns(service, "lathe_data") == before


def test_a_super_table_without_fields_is_rejected(admin: httpx.Client) -> None:
    answer = create(admin, "empty")

    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "/fields")
    assert admin.get(f"{PATH}/empty").status_code == 404


def test_a_column_that_no_store_can_create_is_rejected_by_its_pointer(admin: httpx.Client) -> None:
    answer = create(admin, "odd", fields=[*FIELDS, {"name": "shape", "type": "other", "labels": LABELS}])

    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "/fields/3/type")


def test_no_super_table_is_created_for_a_code_that_is_taken(admin: httpx.Client, service: Service) -> None:
    answer = create(admin, "other_welding", aliases=["焊机"], fields=FIELDS)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:already-exists")
    assert columns(service, "other_welding_data") is None


def test_the_problem_of_a_missing_super_table_explains_how_to_create_it(admin: httpx.Client) -> None:
    answer = admin.post(
        PATH, json={"type_code": "ahead", "labels": LABELS, "super_table": "new_db.ahead_data", "fields": FIELDS}
    )

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:super-table-missing")
    assert "create_super_table=true" in answer.json()["detail"]


def test_an_account_without_the_right_to_create_tables_gets_a_conflict(
    postgres_server: Server, template_database: str
) -> None:
    # Roles belong to the whole server, where an earlier session may have left one.
    role = f"arcbeat_{uuid.uuid4().hex[:12]}"
    url = postgres_server.create_database(template=template_database)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (
            "create role {} login",
            "grant select, insert, update on all tables in schema public to {}",
            "grant usage on all sequences in schema public to {}",
        ):
            connection.execute(sql.SQL(statement).format(sql.Identifier(role)))
    plain = url.replace("postgres@", f"{role}@", 1)

    with Service.running(plain) as service:
        answer = create(service.client(*Role.ADMIN.scopes), "milling", fields=FIELDS)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:arcbeat:problem:conflict")
    assert "may not create the super table new_db.milling_data" in answer.json()["detail"]


def test_a_migration_creates_the_super_table_of_the_seeded_type_once(database: str) -> None:
    first, second = app.migrate(database), app.migrate(database)

    line = "super table test_db.welding_real_data was created for the readings of welding"
    assert (first.count(line), second.count(line)) == (1, 0)


def test_a_migration_leaves_an_existing_super_table_as_it_is(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create schema test_db")
        connection.execute("create table test_db.welding_real_data (device_code text, ts timestamptz, x real)")

    app.migrate(database)

    with psycopg.connect(database) as connection:
        names = connection.execute(
            "select column_name from information_schema.columns where table_schema = 'test_db'"
            " and table_name = 'welding_real_data' order by ordinal_position"
        ).fetchall()
    assert names == [("device_code",), ("ts",), ("x",)]


def test_a_migration_creates_no_super_table_if_the_readings_are_in_tdengine(database: str) -> None:
    app.migrate(database, "tdengine://root:taosdata@127.0.0.1:6041")

    with psycopg.connect(database) as connection:
        found = connection.execute("select to_regclass('test_db.welding_real_data')").fetchone()
    assert found == (None,)
