"""Rows of newest readings that are taken out of responses without decoding their values."""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tdengine.latest_rows import Merged, split
from adapters.tdengine.rows import decode, newest_by_device, to_latest
from adapters.tdengine.telemetry import TdengineTelemetry, TelemetryLimits
from arcbeat.domain.errors import StoreError, StoreProtocolError
from arcbeat.domain.readings.readings import Latest
from arcbeat.domain.readings.stored_rows import LatestRows
from tests.adapters.tdengine.conftest import NOW, OpenRest
from tests.adapters.tdengine.script import TABLE, in_future, newest
from tests.support.tdengine.stand_in import StandIn

META = [
    ["last_row(ts)", "TIMESTAMP", 8],
    ["last_row(current)", "FLOAT", 4],
    ["last_row(count)", "INT", 4],
    ["last_row(note)", "NCHAR", 50],
    ["tbname", "VARCHAR", 192],
    ["device_code", "NCHAR", 50],
]
AT_TEN, AT_ELEVEN = "2023-08-23T10:00:00.000Z", "2023-08-23T11:00:00.000Z"
PAGE, FUTURE = "partition by tbname$", r"^select last_row\(`ts`\), `device_code`"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.sampled_from(['],["', "],[", '"', "\\", ","])
rows = st.tuples(
    st.sampled_from([AT_TEN, AT_ELEVEN, "2023-08-23T10:00:00.123456Z", "-1-01-01T00:00:00Z"]),
    st.none() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.integers(-9, 9),
    st.none() | texts,
    texts,
    st.none() | texts,
).map(list)


def body(data: list[list[Any]], meta: list[list[Any]] = META, **changed: Any) -> bytes:
    return orjson.dumps({"code": 0, "column_meta": meta, "data": data, "rows": len(data), **changed})


def merged(*bodies: bytes, skewed: frozenset[str] = frozenset()) -> LatestRows:
    found = Merged()
    for each in bodies:
        found.add(split(each, 200))
    return found.latest(skewed)


def decoded(found: LatestRows) -> Mapping[str, Latest]:
    return {
        code: found.form.latest(code, stored, clock_skew=code in found.skewed) for code, stored in found.rows.items()
    }


@given(data=st.lists(rows, max_size=4))
def test_a_row_has_the_values_that_decoding_the_response_finds(data: list[list[Any]]) -> None:
    expected = newest_by_device(to_latest([decode(body(data), 200)]), frozenset())

    assert decoded(merged(body(data))) == expected


@given(one=rows, other=rows)
def test_the_changed_values_are_those_that_differ_after_decoding(one: list[Any], other: list[Any]) -> None:
    one[-2:] = other[-2:] = ["t_w1", "W1"]
    found, then = merged(body([one])), merged(body([other]))
    form = found.form

    if form == then.form:
        values, before = form.values(found.rows["W1"]), form.values(then.rows["W1"])
        row, old = found.rows["W1"], then.rows["W1"]

        changed = {name: value for name, value in values.items() if value != before[name]}
        assert form.changed_values([row, old, old], [old, old, row])[:2] == [changed, {}]


def test_the_newest_row_of_several_subtables_counts() -> None:
    old, new = [AT_TEN, 1.0, 1, "a", "t_2", "W1"], [AT_ELEVEN, 2.0, 2, "b", "t_1", "W1"]

    assert decoded(merged(body([old, new]))) == decoded(merged(body([new, old]))) == decoded(merged(body([new])))


def test_devices_with_rows_dated_in_the_future_are_marked() -> None:
    found = merged(body([[AT_TEN, 1.0, 1, "a", "t_1", "W1"]]), skewed=frozenset({"W1"}))

    assert decoded(found)["W1"].clock_skew


def test_responses_with_different_columns_are_decoded() -> None:
    """A column was added between two statements."""
    without = [each for each in META if each[0] != "last_row(note)"]
    found = merged(
        body([[AT_TEN, 1.0, 1, "a", "t_1", "W1"]]), body([[AT_TEN, 2.0, 2, "t_2", "W2"]], without), body([], without)
    )

    assert {code: each.reading.values for code, each in decoded(found).items()} == {
        "W1": {"current": 1.0, "count": 1, "note": "a"},
        "W2": {"current": 2.0, "count": 2},
    }


@pytest.mark.parametrize(
    "response",
    [
        body([[AT_TEN, 1.0, 1, "a", "t_1", "W1"]], rows=2),
        body([[AT_TEN, 1.0, 1, "a", "t_1", "W1"]])[:-20],
        body([[AT_TEN, 1.0, 1, "a", "t_1", "W1"]], code=9730, desc="Table does not exist"),
        body([[AT_TEN, 1.0, 1, "a", "t_1", "W1"]]).replace(b'"column_meta"', b'"columns"'),
    ],
    ids=["another number of rows", "cut off", "an error", "without a description"],
)
def test_a_response_that_is_not_in_the_documented_form_is_an_error(response: bytes) -> None:
    with pytest.raises(StoreError):
        split(response, 200)


@pytest.mark.parametrize(
    "response",
    [
        body([[AT_TEN, 1.0, 1, "a", "t_1", "W1"]]).replace(b'"a"', b"a"),
        body([[AT_TEN, 1.0, 1, "t_1", "W1"]]),
    ],
    ids=["no JSON", "too few values"],
)
def test_a_row_that_is_not_in_the_documented_form_is_an_error_when_it_is_decoded(response: bytes) -> None:
    found = merged(response)

    with pytest.raises(StoreProtocolError):
        found.form.values(found.rows["W1"])


async def test_a_type_is_sampled_with_statements_of_its_own_size(stand_in: StandIn, store: TdengineTelemetry) -> None:
    stand_in.on(FUTURE, in_future())
    stand_in.on(PAGE, newest((AT_TEN, 1.0, "t_w1", "W1")))

    found = await store.latest_rows(TABLE, ["W1", "W1", "not\0encodable"])

    assert {code: each.reading.values for code, each in decoded(found).items()} == {"W1": {"weld_current": 1.0}}


async def test_a_row_limit_below_the_size_of_a_sample_leads_to_statements_of_the_usual_size(
    stand_in: StandIn, open_rest: OpenRest
) -> None:
    """The REST API returns at most two rows: those of one device each are complete, those of three are not."""
    stand_in.on(FUTURE, in_future())
    for code in ("W1", "W2", "W3"):
        stand_in.on(f"where \\(`device_code` = '{code}'\\)", newest((AT_TEN, 1.0, f"t_{code}", code)))
    stand_in.on(PAGE, newest(*((AT_TEN, 1.0, f"t_{code}", code) for code in ("W1", "W2", "W3"))))
    stand_in.row_limit = 2
    limits = TelemetryLimits(sample_size=3, batch_size=1)
    async with aclosing(TdengineTelemetry(open_rest(stand_in.url), clock=lambda: NOW, limits=limits)) as store:
        found = await store.latest_rows(TABLE, ["W1", "W2", "W3"])

    assert set(found.rows) == {"W1", "W2", "W3"}
