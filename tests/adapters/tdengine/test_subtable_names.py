"""Reading the subtables of devices: of some or of all, and with responses that are decoded once."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tdengine.reads import Reads
from adapters.tdengine.rest import TdengineRest
from adapters.tdengine.rows import decode
from adapters.tdengine.subtable_names import (
    ALL_CODES_MIN,
    ALL_SUBTABLES_MAX,
    SubtableNames,
    decode_names,
    writable_names,
)
from arcbeat.domain.errors import StoreProtocolError
from tests.adapters.tdengine.script import TABLE, tags
from tests.support.tdengine.stand_in import StandIn, rows

ALL, SOME = "^select tags .* limit", "^select tags .* where"


@pytest.fixture
def names(rest: TdengineRest) -> SubtableNames:
    return SubtableNames(Reads(rest, batches_at_once=2))


def codes(count: int, start: int = 0) -> list[str]:
    return [str(number) for number in range(start, start + count)]


def subtables(device_codes: Sequence[str], prefix: str = "t_") -> dict[str, str]:
    return {code: f"{prefix}{code}" for code in device_codes}


def script(stand_in: StandIn, statement: str, *found: dict[str, str]) -> None:
    stand_in.on(statement, *(tags(*((name, code) for code, name in each.items())) for each in found))


async def test_all_subtables_are_read_if_there_are_few_more_than_devices(
    stand_in: StandIn, names: SubtableNames
) -> None:
    every = subtables(codes(2 * ALL_CODES_MIN))
    script(stand_in, ALL, every)

    assert await names.read(TABLE, codes(ALL_CODES_MIN)) == every

    (statement,) = stand_in.matching("^select tags")
    assert statement == "select tags tbname, `device_code` from `test_db`.`welding_real_data` limit 2501"


async def test_some_subtables_are_read_for_few_devices(stand_in: StandIn, names: SubtableNames) -> None:
    few = codes(ALL_CODES_MIN - 1)
    script(stand_in, SOME, subtables(few))

    assert await names.read(TABLE, few) == subtables(few)


async def test_a_table_with_many_more_subtables_is_tried_again_for_twice_as_many_devices(
    stand_in: StandIn, names: SubtableNames
) -> None:
    script(stand_in, ALL, subtables(codes(2501)), subtables(codes(5000)))
    script(stand_in, SOME, subtables(codes(1999)))

    for count in (1000, 1000, 1999, 2000, 2000):
        await names.read(TABLE, codes(count))

    assert [" where " in statement for statement in stand_in.statements] == [False, True, True, True, False, False]


async def test_no_more_subtables_are_read_than_one_step_decodes(stand_in: StandIn, names: SubtableNames) -> None:
    script(stand_in, ALL, subtables(codes(ALL_SUBTABLES_MAX + 1)))
    script(stand_in, SOME, {})

    await names.read(TABLE, codes(20_000))
    await names.read(TABLE, codes(20_000))

    assert [statement.endswith(f"limit {ALL_SUBTABLES_MAX + 1}") for statement in stand_in.statements] == [
        True,
        *[False] * 8,
    ]


async def test_all_subtables_are_not_tried_again_after_a_row_limit(stand_in: StandIn, names: SubtableNames) -> None:
    stand_in.row_limit = 550
    some = subtables(codes(1000))
    script(stand_in, ALL, some)
    script(stand_in, f"{SOME}.*'0'.*'999'", some)
    script(stand_in, f"{SOME}.*'0'", subtables(codes(500)))
    script(stand_in, SOME, subtables(codes(500, 500)))

    for _ in range(2):
        assert await names.read(TABLE, codes(1000)) == some

    assert len(stand_in.matching(ALL)) == 1
    assert len(stand_in.matching(SOME)) == 2 + 3


@pytest.mark.parametrize(("count", "statement"), [(5, SOME), (ALL_CODES_MIN, ALL)])
async def test_names_are_read_for_each_call_and_decoded_if_they_have_changed(
    stand_in: StandIn, names: SubtableNames, count: int, statement: str
) -> None:
    devices = codes(count)
    before, after = subtables(devices), subtables(devices, "renamed_")
    script(stand_in, statement, before, before, after)

    first = await names.read(TABLE, devices)
    again = await names.read(TABLE, devices[::-1])
    last = await names.read(TABLE, devices)

    assert first == before
    assert again is first
    assert last == after
    assert len(set(stand_in.statements)) == 1
    assert len(stand_in.statements) == 3


async def test_a_response_without_rows_of_two_values_is_an_error(stand_in: StandIn, names: SubtableNames) -> None:
    stand_in.on(SOME, rows({"tbname": "VARCHAR", "device_code": "NCHAR"}, ("t_1",)))

    with pytest.raises(StoreProtocolError):
        await names.read(TABLE, ["1"])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["t_a", "t_b", "T_A", "表", "a`b", "", "a b"]),
            st.sampled_from(["A", "B", "C", "焊机", None]),
        )
    )
)
def test_names_are_the_first_of_each_device_that_a_statement_can_contain(found: list[tuple[str, str | None]]) -> None:
    body = tags(*found).content

    assert decode_names(body, 200)[1] == writable_names(decode(body, 200).rows)
