"""Which state has which column, and the names of the tables of statistics."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.dictionary.dictionary import DictData
from arcbeat.domain.schema.super_tables import SuperTable
from arcbeat.domain.statistics.state_columns import StateColumns, daily_table, name_of_type, summary_table
from tests.support.catalogue import CUTTING


def entry(state: str, column: str) -> DictData:
    return DictData(dict_type_id=3, data_label=state, data_value=column)


def test_the_tables_are_named_after_the_type_and_stand_beside_its_readings() -> None:
    assert daily_table(CUTTING) == SuperTable("test_db", "cutting_state_daily")
    assert summary_table(CUTTING) == SuperTable("test_db", "cutting_state_daily_summary")


@pytest.mark.parametrize("type_code", ["焊机", "Cutting", "a-b", "a b", "9x", "a" * 31, "_x", "`", "x'; drop"])
def test_a_type_code_that_is_no_plain_name_gives_a_stable_name(type_code: str) -> None:
    name = name_of_type(type_code)

    assert re.fullmatch("type_[0-9a-f]{12}", name)
    assert daily_table(replace(CUTTING, type_code=type_code)).name == f"{name}_state_daily"


def test_type_codes_that_differ_in_case_have_different_tables() -> None:
    assert len({name_of_type(code).lower() for code in ("cutting", "Cutting", "CUTTING")}) == 3


@given(st.text(min_size=1, max_size=50))
def test_every_type_code_gives_names_that_each_store_accepts(type_code: str) -> None:
    table = summary_table(replace(CUTTING, type_code=type_code))

    assert re.fullmatch(r"[a-z][a-z0-9_]{0,49}_state_daily_summary", table.name)
    assert len(f"{table.name}__tags") <= 63  # the longest name in PostgreSQL


def test_several_states_may_share_a_column_and_the_first_entry_of_a_state_counts() -> None:
    columns = StateColumns.of(
        [entry("焊接", "welding_minutes"), entry("点焊", "welding_minutes"), entry("焊接", "other_welding_minutes")]
    )

    assert columns.by_state == {"焊接": "welding_minutes", "点焊": "welding_minutes"}
    assert columns.columns_of(["点焊", "待机", "焊接"]) == ("welding_minutes",)


@pytest.mark.parametrize(
    "column",
    ["total_minutes", "other_minutes", "online_rate", "ts", "minutes", "A_minutes", "焊接_minutes", "a`_minutes"],
)
def test_an_entry_that_cannot_be_a_column_is_reported_and_its_state_has_none(column: str) -> None:
    columns = StateColumns.of([entry("焊接", column), entry("待机", "standby_minutes")])

    assert columns.by_state == {"待机": "standby_minutes"}
    assert columns.invalid == {column}
