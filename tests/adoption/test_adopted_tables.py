"""Migrate adopts an existing table if every operation works on it, and otherwise reports how to correct it."""

# ruff: noqa: S608 -- the statements are constants

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql

from adapters.postgres.schema.comparison import SchemaError
from arcbeat import app
from arcbeat.api.contract.bundle import load_contract
from arcbeat.domain.identity.identity import Role
from tests.adoption.operations import Walk, walk
from tests.adoption.tables import ADOPTED, DEVICE_ROWS, LIMITED, REFUSED, RUOYI, devices
from tests.support.postgres import Server
from tests.support.service import Service

EVERYTHING = """
select c.relname::text, c.relkind::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull
  from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
 where c.relnamespace = 'public'::regnamespace order by 1, 2, a.attnum
"""
METHODS = {"get", "post", "patch", "put", "delete"}
RIGHT_ON_ANY_TABLE = re.compile(
    "409 statistic-table-missing|404 unknown-(statistic|dict-type|dict-data)"
    "|409 conflict: The dictionary type still has|409 already-exists: The dictionary type already has data"
)
"""The board's tables do not exist, and the walk addresses ids and labels that not every table has."""


def execute(database: str, statements: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(statements.encode())


def fetch(database: str, query: str) -> Any:
    with psycopg.connect(database) as connection:
        return connection.execute(query.encode()).fetchall()


@contextmanager
def walked(database: str) -> Iterator[tuple[Service, Walk]]:
    with Service.running(database) as service:
        yield service, walk(service, service.client(*Role.ADMIN.scopes))


def fixes(error: SchemaError) -> list[str]:
    """Return the statements that a report prints, each below the finding that it fixes."""
    return [line.strip() for line in str(error).splitlines() if line.startswith("    ")]


@pytest.mark.parametrize("name", ADOPTED)
def test_every_operation_works_on_an_adopted_table(database: str, name: str) -> None:
    execute(database, ADOPTED[name])

    app.migrate(database)
    if name.startswith("a dictionary"):
        execute(database, DEVICE_ROWS)

    with walked(database) as (_, result):
        assert [problem for problem in result.rejections.values() if not RIGHT_ON_ANY_TABLE.match(problem)] == []


def test_the_walk_requests_every_operation_on_devices_and_dictionaries(database: str) -> None:
    execute(database, f"{devices()}; {DEVICE_ROWS}; {RUOYI}")
    app.migrate(database)

    with walked(database) as (_, result):
        requested = [name.split(" ")[:2] for name in result.answers]

    contract = load_contract()
    expected = {
        (method.upper(), path)
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if method in METHODS and set(operation.get("tags", ())) & {"devices", "dictionary"}
    }
    missing = {
        (method, path)
        for method, path in expected
        if not any(
            method == used and re.fullmatch(f"(/api/v1)?{re.sub('{[^}]+}', '[^/]+', path)}", url)
            for used, url in requested
        )
    }
    assert len(expected) > 10
    assert missing == set()


@pytest.mark.parametrize("name", LIMITED)
def test_a_rejected_write_on_an_adopted_table_is_not_the_services_fault(database: str, name: str) -> None:
    execute(database, LIMITED[name])

    app.migrate(database)

    with walked(database) as (_, result):
        assert result.failures == {}
        assert result.rejections


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_that_cannot_be_used_is_left_unchanged_and_cured_by_the_printed_statements(
    database: str, name: str
) -> None:
    statements, message = REFUSED[name]
    execute(database, statements)
    before = fetch(database, EVERYTHING)

    with pytest.raises(SchemaError, match=re.escape(message)) as caught:
        app.migrate(database)

    assert fetch(database, EVERYTHING) == before
    fix(database, caught.value)
    with walked(database) as (_, result):
        assert result.failures == {}


def fix(database: str, error: SchemaError) -> None:
    """Execute the printed statements and migrate; a fix may uncover one more finding."""
    for _ in range(3):
        execute(database, " ".join(fixes(error)))
        try:
            app.migrate(database)
        except SchemaError as next_error:
            error = next_error
        else:
            return
    raise error


def test_all_findings_are_reported_at_once(database: str) -> None:
    execute(database, devices(is_locked="smallint", production_date="text", device_code="varchar(50)", team_name=""))

    with pytest.raises(SchemaError) as caught:
        app.migrate(database)

    report = str(caught.value)
    for subject in (
        "no column team_name",
        "is_locked has",
        "production_date has",
        "device_code accepts",
        "no unique index",
    ):
        assert subject in report
    assert len(fixes(caught.value)) == report.count("; needed: ")


def test_an_infinite_date_is_shown_as_null_and_kept_when_another_column_changes(database: str) -> None:
    execute(database, ADOPTED["infinite dates and dates before Christ"])

    report = app.migrate(database)

    assert "t_device_info.production_date is infinite or before Christ in 2 rows: they are shown as null" in report
    with Service.running(database) as service:
        client = service.client(*Role.ADMIN.scopes)
        read = client.get("/api/v1/device/info/W001").json()
        client.patch("/api/v1/device/info/W001", json={"team_name": "a"})
        file = "device_code,device_name,device_type,production_date\nW001,焊机一,焊机,\n"
        imported = client.post(
            "/api/v1/device/info-import",
            params={"dry_run": False},
            content=file.encode(),
            headers={"Content-Type": "text/csv"},
        )
        assert (read["production_date"], read["install_date"], read["created_at"]) == (None, None, None)
        assert imported.status_code == 200
        stored = "select production_date::text from t_device_info where device_code = 'W001'"
        assert service.fetch_value(stored) == "infinity"


def test_the_status_of_a_dictionary_decides_which_data_are_used(database: str) -> None:
    execute(database, RUOYI)

    report = app.migrate(database)

    assert "t_dict_data.status: '0' is enabled, '1' is disabled" in report
    assert "t_dict_data.sort: the order of the data" in report
    assert not [line for line in report if "exists 2 times" in line]
    with Service.running(database) as service:
        client = service.client(*Role.ADMIN.scopes)
        listed = client.get("/api/v1/dict/data", params={"dict_type_id": 2}).json()["items"]
        statistic = client.get("/api/v1/board/statistics", params={"data_label": "平均在线率（日）"}).json()
    assert [(each["id"], each["order"], each["enabled"]) for each in listed] == [(11, 1, True), (10, 2, False)]
    assert "weld_online_rate_daily" in statistic["detail"]


def test_a_duplicate_label_can_be_disabled_but_not_enabled_beside_another(database: str) -> None:
    execute(database, RUOYI + "; update t_dict_data set status = '0'")
    report = app.migrate(database)
    assert "data_label 平均在线率（日） of the type 2 exists 2 times: the first one is used" in report

    with Service.running(database) as service:
        client = service.client(*Role.ADMIN.scopes)
        path = "/api/v1/dict/data/10"
        disabled = client.patch(path, json={"enabled": False, "order": 7})
        status = service.fetch_value("select status || ' ' || sort from t_dict_data where id = 10")
        enabled = client.patch(path, json={"enabled": True})
        service.execute("update t_dict_data set status = '1' where id = 11")
        again = client.patch(path, json={"enabled": True})

    assert (disabled.status_code, disabled.json()["enabled"], status) == (200, False, "1 7")
    assert (enabled.status_code, enabled.json()["type"]) == (409, "urn:arcbeat:problem:already-exists")
    assert (again.status_code, again.json()["enabled"]) == (200, True)


def test_lookups_ignore_a_disabled_dictionary_type(database: str) -> None:
    execute(database, RUOYI + "; update t_dict_type set status = '1' where id = 2")
    app.migrate(database)

    with Service.running(database) as service:
        answer = service.operator.get("/api/v1/board/statistics", params={"data_label": "平均在线率（日）"})

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:arcbeat:problem:unknown-statistic")


def test_columns_that_an_earlier_version_added_beside_status_and_sort_are_merged_and_removed(database: str) -> None:
    execute(
        database,
        RUOYI
        + """; alter table t_dict_data add column sort_order integer not null default 0,
               add column enabled boolean not null default true, add column late_after_seconds double precision,
               add column stale_after_seconds double precision, add column created_at timestamptz,
               add column updated_at timestamptz;
               update t_dict_data set enabled = false, sort_order = 9 where id = 12""",
    )

    app.migrate(database)

    assert fetch(database, "select id, status::text, sort from t_dict_data order by id") == [
        (10, "1", 2),
        (11, "0", 1),
        (12, "1", 9),
    ]
    names = fetch(database, "select attname from pg_attribute where attrelid = 't_dict_data'::regclass and attnum > 0")
    assert not {"enabled", "sort_order"} & {name for (name,) in names}


@pytest.fixture
def role(postgres_server: Server) -> str:
    """Return a new account that is no superuser; roles belong to the whole server."""
    name = f"arcbeat_{uuid.uuid4().hex[:12]}"
    postgres_server.administer(sql.SQL("create role {} login").format(sql.Identifier(name)))
    return name


def url_of(database: str, role: str) -> str:
    return database.replace("postgres@", f"{role}@", 1)


READ_ONLY_POLICY = """
alter table t_device_info enable row level security, force row level security;
create policy reads on t_device_info for select using (true)
"""
OWNED = """
grant all on schema public to {role}; alter table t_device_info owner to {role};
do $$ begin execute format('grant create on database %I to {role}', current_database()); end $$
"""


@pytest.mark.parametrize(
    ("setup", "message"),
    [
        ("", "does not let arcbeat_[0-9a-f]+ create tables"),
        ("grant create on schema public to {role}", "t_device_info belongs to postgres"),
        ("grant create on schema public to {role}", "t_device_info may not be read by arcbeat_"),
    ],
)
def test_a_missing_privilege_is_reported_with_the_grant(database: str, role: str, setup: str, message: str) -> None:
    execute(database, f"{devices()}; revoke create on schema public from public; {setup.format(role=role)}")
    url = url_of(database, role)

    with pytest.raises(SchemaError, match=message) as caught:
        app.migrate(url)

    assert all(re.match("grant |alter table .* owner to ", statement) for statement in fixes(caught.value))
    execute(database, " ".join(fixes(caught.value)))
    app.migrate(url)


@pytest.mark.parametrize(
    ("setup", "note"),
    [
        ("revoke insert, update, delete on t_device_info from {role}", "lacks insert, update, delete"),
        (READ_ONLY_POLICY, "t_device_info has row level security"),
    ],
)
def test_writes_without_a_privilege_or_policy_are_reported_and_answered_with_a_conflict(
    database: str, role: str, setup: str, note: str
) -> None:
    execute(database, f"{devices()}; {DEVICE_ROWS}; {OWNED.format(role=role)}")
    url = url_of(database, role)
    app.migrate(url)
    execute(database, setup.format(role=role))

    report = app.migrate(url)

    assert any(note in line for line in report)
    with walked(url) as (_, result):
        assert result.failures == {}
        assert any(problem.startswith("409 conflict: ") for problem in result.rejections.values())


def test_tables_in_another_schema_of_the_search_path_are_adopted_there(database: str) -> None:
    execute(database, devices() + ";" + RUOYI.replace("id bigint primary key", "id bigint not null"))
    execute(database, "create schema own")
    url = f"{database}&options=-csearch_path%3Down,public"

    report = app.migrate(url)

    assert "t_device_info is in the schema public, new tables are created in own" in report
    assert fetch(database, "select to_regclass('own.t_device_info'), to_regclass('own.t_device_type') is null") == [
        (None, False)
    ]
    with walked(url) as (_, result):
        assert result.failures == {}


def test_a_schema_of_a_newer_version_is_reported(database: str) -> None:
    app.migrate(database)
    execute(database, "update t_arcbeat_schema_version set version_num = '9999'")

    with pytest.raises(SchemaError, match="a newer one has migrated it"):
        app.migrate(database)
