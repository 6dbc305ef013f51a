"""Concurrent changes of the dictionary in PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.postgres.dictionary import PostgresDictionary
from adapters.postgres.dictionary_editor import PostgresDictionaryEditor
from adapters.postgres.pool import Database, open_pool
from arcbeat.domain.dictionary.dictionary import DictData, DictDataFilter, DictType
from arcbeat.domain.errors import AlreadyExists, ArcbeatError, Conflict, UnknownDictType
from tests.support.postgres import Server

AT_ONCE = 6


def ignore_change() -> None:
    """Does nothing: these tests have no cache of the dictionary."""


@pytest_asyncio.fixture(scope="module")
async def database(postgres_server: Server, template_database: str) -> AsyncIterator[Database]:
    url = postgres_server.create_database(template=template_database)
    async with open_pool(url) as pool:
        database = Database(pool)
        await database.execute("alter table t_dict_type drop constraint t_dict_type_dict_name_key")
        await database.execute("alter table t_dict_data drop constraint t_dict_data_dict_type_id_data_label_key")
        await database.execute("alter table t_dict_data drop constraint t_dict_data_dict_type_id_fkey")
        yield database
    postgres_server.drop_database(url)


@pytest.fixture
def editor(database: Database) -> PostgresDictionaryEditor:
    return PostgresDictionaryEditor(database, ignore_change)


def failures(outcomes: list[object]) -> list[type]:
    return [type(each) for each in outcomes if isinstance(each, ArcbeatError)]


async def test_one_of_many_concurrent_additions_of_one_name_succeeds(editor: PostgresDictionaryEditor) -> None:
    adding = (editor.add_type(DictType(dict_name="racing")) for _ in range(AT_ONCE))

    outcomes: list[object] = list(await asyncio.gather(*adding, return_exceptions=True))

    assert failures(outcomes) == [AlreadyExists] * (AT_ONCE - 1)


async def test_one_of_many_concurrent_changes_to_one_label_succeeds(editor: PostgresDictionaryEditor) -> None:
    dict_type = await editor.add_type(DictType(dict_name="labels"))
    data = [
        await editor.add_data(DictData(dict_type_id=dict_type.id, data_label=str(number), data_value="x"))
        for number in range(AT_ONCE)
    ]

    def renamed(before: DictData) -> DictData:
        return DictData(id=before.id, dict_type_id=before.dict_type_id, data_label="same", data_value="x")

    changing = (editor.change_data(each.id, renamed) for each in data)
    outcomes: list[object] = list(await asyncio.gather(*changing, return_exceptions=True))

    assert failures(outcomes) == [AlreadyExists] * (AT_ONCE - 1)


@pytest.mark.parametrize("round_", range(5))
async def test_deleting_a_type_leaves_no_data_behind(
    database: Database, editor: PostgresDictionaryEditor, round_: int
) -> None:
    dict_type = await editor.add_type(DictType(dict_name=f"going {round_}"))
    new = DictData(dict_type_id=dict_type.id, data_label="a", data_value="b")

    outcomes: list[object] = list(
        await asyncio.gather(
            editor.delete_type(dict_type.id, lambda _: None), editor.add_data(new), return_exceptions=True
        )
    )

    left = await PostgresDictionary(database).page_data(DictDataFilter(dict_type_id=dict_type.id), offset=0, limit=10)
    assert failures(outcomes) in ([Conflict], [UnknownDictType])
    assert left.total == (failures(outcomes) == [Conflict])
