"""An existing dictionary is adopted with its rows, ids and constraints."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from adapters.postgres.dictionary import PostgresDictionary
from adapters.postgres.dictionary_editor import PostgresDictionaryEditor
from adapters.postgres.pool import Database, open_pool
from adapters.postgres.schema.comparison import SchemaError
from adapters.postgres.schema.migration import migrate
from arcbeat.domain.dictionary.dictionary import DictData, DictDataFilter, DictType
from arcbeat.domain.errors import AlreadyExists, Conflict, InvalidValue

BOARD, STATE_COLUMNS = "焊机统计指标对照", "状态统计列对照"
# No keys, one constraint, timestamps without a time zone, and columns unknown to arcbeat.
USERS_TYPES = """
create table t_dict_type (id serial, dict_name varchar(20), remark text, created_at timestamp default now())"""
USERS_DATA = """
create table t_dict_data (id bigint, dict_type_id integer, data_label text, data_value text, color text)"""
TYPE_ROWS = """
insert into t_dict_type (id, dict_name, remark) values (2, '焊机统计指标对照', 'r'), (7, 'a', null), (9, 'a', null)"""
DATA_ROWS = """
insert into t_dict_data
values (41, 2, '平均在线率（日）', 'weld_day_rate', 'red'), (40, 2, '班组', 'weld_team', null),
       (42, 99, 'lost', 'x', null), (43, null, 'nowhere', 'x', null), (44, 7, null, null, null),
       (45, 7, 'b', 'x', null), (46, 7, 'b', 'y', null)"""
ALL_TYPES = "select * from t_dict_type order by id"
ALL_DATA = "select * from t_dict_data order by id"


def ignore_change() -> None:
    """Does nothing: these tests have no cache of the dictionary."""


def run(database: str, *statements: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def rows(database: str, statement: str) -> list[dict[str, Any]]:
    with psycopg.connect(database, autocommit=True, row_factory=dict_row) as connection:
        return connection.execute(statement.encode()).fetchall()


@pytest.fixture
async def adopted(database: str) -> AsyncIterator[Database]:
    run(database, USERS_TYPES, USERS_DATA, TYPE_ROWS, DATA_ROWS)
    migrate(database)
    async with open_pool(database) as pool:
        yield Database(pool)


def test_an_empty_database_gets_the_dictionaries_of_the_board_and_of_statistics(database: str) -> None:
    migrate(database)
    run(database, "insert into t_dict_type (dict_name) values ('next')")

    types = rows(database, "select id, dict_name from t_dict_type order by id")
    data = rows(database, "select dict_type_id, data_label, data_value, enabled from t_dict_data order by id")
    assert [tuple(each.values()) for each in types] == [(2, BOARD), (3, STATE_COLUMNS), (4, "next")]
    assert [tuple(each.values()) for each in data] == [
        (2, "平均在线率（日）", "weld_online_rate_daily", True),
        (2, "实时状态统计", "weld_status_realtime", True),
        (3, "焊接", "welding_minutes", True),
        (3, "待机", "standby_minutes", True),
        (3, "报警", "alarm_minutes", True),
        (3, "关机", "shutdown_minutes", True),
    ]


def test_tables_with_rows_keep_them_and_are_reported(database: str) -> None:
    run(database, USERS_TYPES, USERS_DATA, TYPE_ROWS, DATA_ROWS)
    types, data = rows(database, ALL_TYPES), rows(database, ALL_DATA)

    report = migrate(database)

    types_now, data_now = rows(database, ALL_TYPES), rows(database, ALL_DATA)
    assert [{**now, **before} for before, now in zip(types, types_now, strict=True)] == types_now
    assert [{**now, **before} for before, now in zip(data, data_now, strict=True)] == data_now
    assert {(each["sort_order"], each["enabled"], each["late_after_seconds"]) for each in data_now} == {(0, True, None)}
    assert report[1:] == [
        "t_device_info was created",
        "t_dict_type existed and is adopted with its rows",
        "t_dict_data existed and is adopted with its rows",
        "sync_job was created",
        "sync_job_run was created",
        "sync_job_statistics was created",
        "sync_job_log was created",
        "t_alarm_acknowledgement was created",
        "data_label b of the type 7 exists 2 times: the first one is used",
        "dict_name a exists 2 times: the first one is used",
        "2 rows of t_dict_data have no dictionary type: they are ignored",
    ]
    assert migrate(database)[2:4] == ["t_dict_type is in place", "t_dict_data is in place"]


def test_only_the_created_table_is_filled(database: str) -> None:
    run(database, USERS_TYPES, TYPE_ROWS)

    migrate(database)

    assert rows(database, "select dict_type_id, data_label from t_dict_data order by id") == [
        {"dict_type_id": 2, "data_label": "平均在线率（日）"},
        {"dict_type_id": 2, "data_label": "实时状态统计"},
    ]
    assert len(rows(database, "select id from t_dict_type")) == 3


def test_an_existing_empty_table_stays_empty_and_the_missing_dictionary_is_reported(database: str) -> None:
    run(database, USERS_TYPES, USERS_DATA)

    report = migrate(database)

    assert rows(database, "select id from t_dict_type union all select id from t_dict_data") == []
    assert report[-1] == f"the dictionary has no {BOARD}: the board needs it, see docs/reference/board.md"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("create table t_dict_type (id serial, name text)", "t_dict_type exists but has no column dict_name"),
        (
            "create table t_dict_data (id serial, dict_type_id uuid, data_label text, data_value text, enabled int)",
            r"(?s)t_dict_data.dict_type_id has the type uuid; .*t_dict_data.enabled has the type integer; ",
        ),
    ],
)
def test_a_table_that_cannot_be_adopted_is_left_unchanged(database: str, statement: str, message: str) -> None:
    run(database, statement)

    with pytest.raises(SchemaError, match=message):
        migrate(database)

    assert rows(database, "select to_regclass('t_device_type') as made") == [{"made": None}]


def test_an_unknown_required_column_is_reported(database: str) -> None:
    run(database, "create table t_dict_type (id serial, dict_name text, dict_code text not null)")

    report = migrate(database)

    assert "t_dict_type requires dict_code, unknown to arcbeat: it cannot add rows to the table" in report


async def test_adopted_rows_are_listed_and_found(adopted: Database) -> None:
    dictionary = PostgresDictionary(adopted)

    page = await dictionary.page_data(DictDataFilter(), offset=0, limit=10)
    found = await dictionary.find(BOARD, "班组")

    assert [(each.id, each.data_label) for each in page.data] == [
        (40, "班组"),
        (41, "平均在线率（日）"),
        (42, "lost"),
        (44, ""),
        (45, "b"),
        (46, "b"),
    ]
    assert found is not None
    assert (found.id, found.data_value, found.enabled) == (40, "weld_team", True)
    assert (await dictionary.get_type(2)).created_at is not None


async def test_the_first_of_two_entries_with_one_label_is_used(adopted: Database) -> None:
    found = await PostgresDictionary(adopted).find("a", "b")

    assert found is not None
    assert found.id == 45


async def test_ids_of_new_rows_continue_after_the_existing_ones(adopted: Database) -> None:
    editor = PostgresDictionaryEditor(adopted, ignore_change)

    dict_type = await editor.add_type(DictType(dict_name="new"))
    data = await editor.add_data(DictData(dict_type_id=dict_type.id, data_label="a", data_value="b", order=3))

    assert (dict_type.id, data.id) == (10, 47)
    assert data.created_at is not None
    assert (data.order, data.enabled) == (3, True)


async def test_names_are_kept_apart_without_a_constraint_of_the_table(adopted: Database) -> None:
    editor = PostgresDictionaryEditor(adopted, ignore_change)

    with pytest.raises(AlreadyExists):
        await editor.add_type(DictType(dict_name=BOARD))
    with pytest.raises(AlreadyExists):
        await editor.add_data(DictData(dict_type_id=2, data_label="班组", data_value="x"))


async def test_a_value_that_the_existing_column_cannot_store_is_invalid_input(adopted: Database) -> None:
    editor = PostgresDictionaryEditor(adopted, ignore_change)

    with pytest.raises(InvalidValue):
        await editor.add_type(DictType(dict_name="x" * 21))


async def test_a_change_that_an_existing_constraint_rejects_is_a_conflict(adopted: Database) -> None:
    editor = PostgresDictionaryEditor(adopted, ignore_change)
    await adopted.execute("alter table t_dict_data add constraint short check (length(data_value) < 10) not valid")

    with pytest.raises(Conflict, match="constraint of the table"):
        await editor.add_data(DictData(dict_type_id=2, data_label="long", data_value="x" * 10))


async def test_an_existing_unique_constraint_raises_already_exists(adopted: Database) -> None:
    editor = PostgresDictionaryEditor(adopted, ignore_change)
    await adopted.execute("create unique index on t_dict_data (data_value) where dict_type_id = 2")

    with pytest.raises(AlreadyExists):
        await editor.add_data(DictData(dict_type_id=2, data_label="another", data_value="weld_team"))
