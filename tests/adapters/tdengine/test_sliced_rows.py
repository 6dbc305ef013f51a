"""Large responses are decoded in slices."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.tdengine.rows import Result, decode
from adapters.tdengine.sliced_rows import SLICE_BYTES, UndecodedRows, decoded_in_slices, leave_undecoded
from arcbeat.domain.errors import StoreProtocolError

META = [["tbname", "VARCHAR", 192], ["device_code", "NCHAR", 50], ["bay", "FLOAT", 4]]
FILLING = "x" * (SLICE_BYTES // 3 + 1)
cells = st.sampled_from(["],[", '"],["', "]", "\\", '"', "M1", FILLING]) | st.none()


def body(data: list[list[Any]], **changed: Any) -> bytes:
    return orjson.dumps({"code": 0, "column_meta": META, "data": data, "rows": len(data), **changed})


async def rows_of(response: bytes) -> tuple[Any, ...]:
    return tuple([row async for part in decoded_in_slices(leave_undecoded(response, 200)) for row in part.rows])


@given(data=st.lists(st.tuples(cells, cells, st.none() | st.integers(0, 9)).map(list), max_size=12))
@settings(max_examples=50)
async def test_the_rows_are_those_of_the_whole_response(data: list[list[Any]]) -> None:
    assert await rows_of(body(data)) == decode(body(data), 200).rows


async def test_a_large_response_is_decoded_in_several_slices() -> None:
    found = leave_undecoded(body([["t", FILLING, 1]] * 9), 200)

    assert isinstance(found, UndecodedRows)
    assert len(found.rows) == 9
    assert [len(part.rows) async for part in decoded_in_slices(found)] == [3, 3, 3]


def test_a_small_response_is_decoded_at_once() -> None:
    assert isinstance(leave_undecoded(body([["t", "M1", 1]]), 200), Result)


@pytest.mark.parametrize("rows", [8, 10])
async def test_another_number_of_rows_than_reported_is_an_error(rows: int) -> None:
    with pytest.raises(StoreProtocolError):
        await rows_of(body([["t", FILLING, 1]] * 9, rows=rows))


async def test_a_row_with_too_few_values_is_an_error() -> None:
    with pytest.raises(StoreProtocolError):
        await rows_of(body([["t", FILLING, 1]] * 9 + [["t", "M1"]]))
