"""The schema: created in an empty database, adopted where the user's table exists."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from adapters.postgres.devices import page_parameters, page_query
from adapters.postgres.schema.comparison import SchemaError
from adapters.postgres.schema.migration import MIGRATIONS_FOLDER, migrate, undo_jobs
from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.devices.devices import DeviceFilter
from arcbeat.domain.errors import StoreUnavailable
from tests.support.catalogue import CUTTING

USERS_TABLE = """
CREATE TABLE IF NOT EXISTS t_device_info (
    id SERIAL PRIMARY KEY, device_code VARCHAR(50) UNIQUE NOT NULL, device_name VARCHAR(100) NOT NULL,
    device_model VARCHAR(50), device_type VARCHAR(50), manufacturer VARCHAR(100), production_date DATE,
    install_date DATE, install_location VARCHAR(255), online_address VARCHAR(255), team_name VARCHAR(100),
    is_locked BOOLEAN DEFAULT false, description TEXT,
    created_at TIMESTAMP DEFAULT now(), updated_at TIMESTAMP DEFAULT now())"""
USERS_ROWS = """
insert into t_device_info (device_code, device_name, device_type)
values ('14412T0006', 'a', '焊机'), ('14412t0006', 'b', 'welding'), ('X1', 'c', 'laser'), ('X2', 'd', null)"""
COLUMNS = """
select column_name, data_type, character_maximum_length, is_nullable, column_default
  from information_schema.columns where table_name = 't_device_info' order by ordinal_position"""
TRIGGERS = "select tgname from pg_trigger where tgrelid = 't_device_info'::regclass and not tgisinternal"

NEWEST = max(file.name[:4] for file in (MIGRATIONS_FOLDER / "versions").glob("*.py"))


def rows(database: str, statement: str) -> list[dict[str, Any]]:
    with psycopg.connect(database, autocommit=True, row_factory=dict_row) as connection:
        return connection.execute(statement.encode()).fetchall()


def run(database: str, *statements: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_an_empty_database_gets_the_tables_and_the_welding_type(database: str) -> None:
    report = migrate(database)

    fields = rows(database, "select name from t_device_type_field order by position")
    types = rows(database, "select type_code, aliases, super_table from t_device_type")
    assert "t_device_info was created" in report
    assert types == [{"type_code": "welding", "aliases": ["焊机"], "super_table": "test_db.welding_real_data"}]
    assert len(fields) == 15


def test_the_devices_table_is_exactly_that_of_the_user(database: str, postgres_server: Any) -> None:
    users = postgres_server.create_database()
    run(users, USERS_TABLE)
    migrate(database)

    assert rows(database, COLUMNS) == rows(users, COLUMNS)


def test_a_table_with_rows_is_adopted_and_problems_are_reported(database: str) -> None:
    run(database, USERS_TABLE, USERS_ROWS)
    before = rows(database, "select * from t_device_info order by id")

    report = migrate(database)

    assert rows(database, "select * from t_device_info order by id") == before
    assert report[1:] == [
        "t_device_info existed and is adopted with its rows",
        "t_dict_type was created",
        "t_dict_data was created",
        "sync_job was created",
        "sync_job_run was created",
        "sync_job_statistics was created",
        "sync_job_log was created",
        "t_alarm_acknowledgement was created",
        "1 devices with device_type '': no device type: they are on no page until a type has this code or alias",
        "1 devices with device_type 'laser': no device type: they are on no page until a type has this code or alias",
        "1 devices with device_type 'welding': the device type welding",
        "1 devices with device_type '焊机': the device type welding",
        "device codes that differ only in case: 14412T0006, 14412t0006",
    ]


def test_migrating_again_changes_nothing(database: str) -> None:
    migrate(database)
    run(database, "update t_device_type set label_en = 'Welder' where type_code = 'welding'")

    report = migrate(database)

    assert "t_device_info is in place" in report
    assert rows(database, "select label_en from t_device_type") == [{"label_en": "Welder"}]


def test_existing_types_with_the_usual_alarm_state_get_it_as_their_alarm_state(database: str) -> None:
    migrate(database)
    undo_jobs(database)  # to a version before
    run(
        database,
        "alter table t_device_type drop column alarm_states",
        "drop table t_alarm_acknowledgement",
        """insert into t_device_type (type_code, label_zh, label_en, super_table, late_after_seconds,
                                      stale_after_seconds, states)
           values ('milling', '铣床', 'Milling machine', 'test_db.milling', 15, 60, '{加工,报警}'),
                  ('laser', '激光', 'Laser', 'test_db.laser', 15, 60, '{加工,故障}')""",
    )

    migrate(database)

    assert rows(database, "select type_code, alarm_states from t_device_type order by 1") == [
        {"type_code": "laser", "alarm_states": []},
        {"type_code": "milling", "alarm_states": ["报警"]},
        {"type_code": "welding", "alarm_states": ["报警"]},
    ]


def test_a_table_of_another_program_with_the_name_of_the_acknowledgements_is_left_unchanged(database: str) -> None:
    run(database, "create table t_alarm_acknowledgement (id serial primary key, device_code varchar(50))")

    with pytest.raises(SchemaError, match="t_alarm_acknowledgement exists but has no column alarm_start, type_code"):
        migrate(database)

    assert rows(database, "select to_regclass('t_device_type') as found") == [{"found": None}]


def test_errors_that_ended_runs_before_are_counted_per_day(database: str) -> None:
    migrate(database)
    undo_jobs(database)  # to a version before
    run(
        database,
        "alter table sync_job_statistics drop column errors",
        "insert into sync_job (name) values ('check')",
        """insert into sync_job_run (job_id, job_name, state, trigger, requested_by, created_at, finished_at,
                                     error_category)
           select id, name, state, 'http', 'wang', '2026-03-02T23:30:00Z'::timestamptz + after, now(), category
             from sync_job,
                  (values ('failed', interval '0', 'timeout'), ('failed', interval '1 s', 'timeout'),
                          ('failed', interval '2 s', 'conflict'), ('failed', interval '1 hour', 'unknown'),
                          ('succeeded', interval '0', null)) as given (state, after, category)""",
        """insert into sync_job_statistics (job_name, day, state, runs)
           select job_name, (created_at at time zone 'UTC')::date, state, count(*)
             from sync_job_run group by 1, 2, 3""",
    )

    migrate(database)

    assert rows(database, "select day::text, state, errors from sync_job_statistics order by 1, 2") == [
        {"day": "2026-03-02", "state": "failed", "errors": {"timeout": 2, "conflict": 1}},
        {"day": "2026-03-02", "state": "succeeded", "errors": {}},
        {"day": "2026-03-03", "state": "failed", "errors": {"unknown": 1}},
    ]


def test_a_database_with_alerts_is_migrated_back_and_forth(database: str) -> None:
    migrate(database)
    run(
        database,
        """insert into sync_job_alert (job_name, problem, severity, first_message, message, opened_at, last_found_at)
           values ('check', 'failing', 'warning', 'It fails.', 'It fails.', now(), now())""",
        "insert into sync_job_alert_notice (alert_id, kind, created_at) select id, 'opened', now() from sync_job_alert",
        "insert into sync_job_alert_delivery (notice_id, target) select id, 'chat' from sync_job_alert_notice",
    )

    undo_jobs(database)
    assert rows(database, "select to_regclass('sync_job_alert') as found") == [{"found": None}]
    migrate(database)

    assert rows(database, "select * from sync_job_alert") == []


def test_a_table_of_another_program_with_the_name_of_the_alerts_is_left_unchanged(database: str) -> None:
    run(database, "create table sync_job_alert (id serial primary key, level text)")

    with pytest.raises(SchemaError, match="sync_job_alert exists in the schema public"):
        migrate(database)

    assert rows(database, "select to_regclass('t_device_type') as found") == [{"found": None}]


def test_concurrent_migrations_wait_for_each_other(database: str) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        reports = list(executor.map(migrate, [database, database]))

    assert [report[0] for report in reports] == [f"schema version {NEWEST}"] * 2
    assert len(rows(database, "select * from t_device_type")) == 1


def test_a_table_without_required_columns_is_left_unchanged(database: str) -> None:
    run(database, "create table t_device_info (id serial primary key, device_code varchar(50))")

    with pytest.raises(SchemaError, match="has no column device_name, device_model"):
        migrate(database)

    assert rows(database, "select to_regclass('t_device_type') as made") == [{"made": None}]


def test_updated_at_is_kept_by_a_trigger(database: str) -> None:
    migrate(database)
    run(
        database,
        "insert into t_device_info (device_code, device_name, updated_at) values ('A', 'a', '2000-01-01')",
        "update t_device_info set device_name = 'b'",
    )

    assert rows(database, "select updated_at > '2001-01-01' as is_unchanged from t_device_info") == [
        {"is_unchanged": True}
    ]


def test_a_table_with_an_update_trigger_gets_no_second_one(database: str) -> None:
    run(
        database,
        USERS_TABLE,
        "create function touch() returns trigger language plpgsql as "
        "$$ begin new.updated_at = now(); return new; end $$",
        "create trigger users_own before update on t_device_info for each row execute function touch()",
    )

    migrate(database)

    assert rows(database, TRIGGERS) == [{"tgname": "users_own"}]


def test_the_error_for_an_unreachable_database_does_not_contain_the_password() -> None:
    with pytest.raises(StoreUnavailable) as caught:
        migrate("postgresql://someone:hidden@127.0.0.1:1/nowhere")

    assert "hidden" not in str(caught.value)


@pytest.fixture(scope="module")
def many_devices(postgres_server: Any) -> Any:
    url = postgres_server.create_database()
    migrate(url)
    run(
        url,
        """insert into t_device_info (device_code, device_name, device_type)
           select 'D' || lpad(n::text, 6, '0'), 'device ' || n,
                  case n % 20 when 0 then 'welding' when 1 then '焊机' else 'cutting' end
             from generate_series(1, 100000) n""",
        "vacuum analyze t_device_info",
    )
    yield url
    postgres_server.drop_database(url)


WELDING = DeviceType(
    type_code="welding",
    aliases=("焊机",),
    label=CUTTING.label,
    super_table=CUTTING.super_table,
    thresholds=CUTTING.thresholds,
    fields=(),
    fields_version=1,
)


def plan_of(url: str, where: DeviceFilter, *, offset: int) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        statement = b"explain (analyze, format json) " + page_query(WELDING, where)
        parameters = page_parameters(WELDING, where, offset=offset, limit=20)
        plan = connection.execute(statement, parameters).fetchall()[0]["QUERY PLAN"][0]["Plan"]
    return list(nodes(plan))


def nodes(plan: dict[str, Any]) -> Any:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def test_the_page_query_scans_the_index_only_to_the_end_of_the_page(many_devices: str) -> None:
    plan = plan_of(many_devices, DeviceFilter(), offset=40)

    listing = [node for node in plan if node["Node Type"] == "Merge Append"]
    walked = sum(node["Actual Rows"] for node in nodes(listing[0]) if "Index" in node["Node Type"])
    assert not [node for node in plan if node["Node Type"] == "Seq Scan"]
    assert walked < 100


def test_the_page_query_counts_without_reading_devices_of_other_types(many_devices: str) -> None:
    counted = [node for node in plan_of(many_devices, DeviceFilter(), offset=0) if node["Node Type"] == "Aggregate"]

    scans = [node for each in counted for node in nodes(each) if "Index Name" in node]
    assert {node["Index Name"] for node in scans} == {"idx_t_device_info_type_code"}
    assert sum(node["Actual Rows"] for node in scans) == 10_000


def test_a_filtered_page_query_reads_no_devices_of_other_types(many_devices: str) -> None:
    plan = plan_of(many_devices, DeviceFilter(keyword="999"), offset=0)

    assert not [node for node in plan if node["Node Type"] == "Seq Scan"]


def test_existing_api_keys_get_the_user_who_created_them_as_owner(database: str) -> None:
    migrate(database)
    run(
        database,
        "alter table t_api_key drop column owner, drop column has_owner, drop column purpose",
        # What the migrations after 0004 created.
        "drop table sync_job, sync_job_run, sync_job_log, sync_job_statistics, t_download_link, t_download",
        "drop table sync_job_alert, sync_job_alert_notice, sync_job_alert_delivery",
        "drop function sync_job_log_check_parent, sync_job_log_create_months, sync_job_log_status",
        "update t_arcbeat_schema_version set version_num = '0004'",
        "insert into t_user (username, role, password_hash) values ('wang', 'admin', 'x')",
        """
        insert into t_api_key (api_key_id, name, scopes, key_hash, created_by)
        select lpad(n::text, 16, '0'), name, '{admin}', sha256(name::bytea), created_by
          from (values (1, 'of-a-user', 'wang'), (2, 'of-a-key', 'of-a-user'), (3, 'of-a-key-of-a-key', 'of-a-key'),
                       (4, 'of-a-deleted-user', 'gone'), (5, 'of-the-command-line', 'command line'),
                       (6, 'circle', 'circle'), (7, 'of-a-key-of-the-command-line', 'of-the-command-line')
               ) as given (n, name, created_by)
        """,
    )

    migrate(database)

    owners = rows(database, "select owner, has_owner from t_api_key order by api_key_id")
    assert [tuple(each.values()) for each in owners] == [
        ("wang", True),
        ("wang", True),
        ("wang", True),
        (None, True),
        (None, False),
        (None, True),
        (None, False),
    ]
