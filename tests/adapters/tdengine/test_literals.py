"""Encoding of values and names in statements."""

import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tdengine.literals import (
    EPOCH,
    TIMESTAMP_MAX,
    TIMESTAMP_MIN,
    clamp,
    identifier,
    is_encodable,
    is_name,
    literal,
    round_up_to_resolution,
    text,
    timestamp,
    truncate_to_milliseconds,
)
from arcbeat.domain.schema.columns import ColumnType, Value
from tests.support.tdengine.recording import EXCHANGES
from tests.support.tdengine.tokens import tokenize

encodable_texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))


@given(encodable_texts)
def test_any_text_is_one_literal_with_the_same_content(value: str) -> None:
    assert tokenize(text(value)) == [("text", value)]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00`"), min_size=1))
def test_any_name_without_a_backquote_is_one_name(name: str) -> None:
    assert is_name(name)
    assert tokenize(identifier(name)) == [("name", name)]


@pytest.mark.parametrize("name", ["", "`", "a`b", "``", "a``b", "a\x00b", "\ud800"])
def test_invalid_names_are_rejected(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(ValueError, match="not a name"):
        identifier(name)


@pytest.mark.parametrize("value", ["\x00", "a\x00b", "\ud800"])
def test_unencodable_text_is_rejected(value: str) -> None:
    assert not is_encodable(value)
    with pytest.raises(ValueError, match="not encodable"):
        text(value)


def test_quotes_are_escaped_as_the_server_reads_them() -> None:
    """Relies on insert-quotes-escaped, whose values last-row-all-with-tags reads back."""
    read_back = next(row for row in EXCHANGES["last-row-all-with-tags"].rows if row[-2] == "14412T0010")
    recorded = [content for kind, content in tokenize(EXCHANGES["insert-quotes-escaped"].sql or "") if kind == "text"]

    assert read_back[1:3] == ["O'Brien \\ 'x' \"y\"", "焊接\n换行\t制表"]
    assert [recorded[0], recorded[1], *recorded[2:4]] == [read_back[-2], read_back[-1], *read_back[1:3]]
    assert [tokenize(text(content)) for content in recorded] == [[("text", content)] for content in recorded]


def test_values_are_encoded_as_in_the_recorded_insert() -> None:
    """Relies on insert-cutting."""
    statement = EXCHANGES["insert-cutting"].sql or ""
    values: dict[ColumnType, Value] = {
        ColumnType.DOUBLE: 3.141592653589793,
        ColumnType.INT_UNSIGNED: 4294967295,
        ColumnType.BIGINT: 9007199254740993,
        ColumnType.TINYINT: -128,
        ColumnType.VARCHAR: "plate",
        ColumnType.VARBINARY: "0001FF",
        ColumnType.FLOAT: 0.1,
    }

    literals = ",".join(literal(column_type, value) for column_type, value in values.items())

    assert statement.endswith(f",{literals})")


@pytest.mark.parametrize(
    ("column_type", "value", "expected"),
    [
        (ColumnType.INT, None, "NULL"),
        (ColumnType.BOOL, True, "true"),
        (ColumnType.BOOL, False, "false"),
        (ColumnType.DOUBLE, 0.0, "0"),
        (ColumnType.DOUBLE, 1e300, "1e+300"),
        (ColumnType.VARBINARY, "", "'\\x'"),
        (ColumnType.VARBINARY, "AB cd", "'\\xabcd'"),
        (ColumnType.NCHAR, "", "''"),
    ],
)
def test_each_type_has_its_literal(column_type: ColumnType, value: Value, expected: str) -> None:
    assert literal(column_type, value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_finite_number_is_encoded_exactly(number: float) -> None:
    encoded = literal(ColumnType.DOUBLE, number)

    assert re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", encoded)
    assert float(encoded) == number
    assert abs(number) >= sys.float_info.min or Decimal(encoded) == Decimal(number)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_not_finite_are_rejected(number: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        literal(ColumnType.DOUBLE, number)


@given(st.datetimes(datetime(1678, 1, 2), datetime(2261, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_a_timestamp_is_text_in_utc_with_microseconds(ts: datetime) -> None:
    encoded = timestamp(ts)

    assert re.fullmatch(r"'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z'", encoded)
    assert datetime.fromisoformat(encoded.strip("'")) == ts.astimezone(UTC)


def test_a_timestamp_is_text_because_a_number_depends_on_the_precision() -> None:
    """Relies on insert-us-text and select-us."""
    ts = datetime(2023, 8, 23, 18, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))

    assert f"({timestamp(ts)}," in (EXCHANGES["insert-us-text"].sql or "")
    assert [row[0] for row in EXCHANGES["select-us"].rows] == [
        "1970-01-20T14:13:04.800000Z",
        "2023-08-23T10:00:00.123456Z",
    ]


@pytest.mark.parametrize("ts", [TIMESTAMP_MIN - timedelta(microseconds=1), TIMESTAMP_MAX + timedelta(microseconds=1)])
def test_a_timestamp_that_would_overflow_in_the_server_is_rejected(ts: datetime) -> None:
    with pytest.raises(ValueError, match="timestamp"):
        timestamp(ts)
    assert timestamp(clamp(ts)) in (timestamp(TIMESTAMP_MIN), timestamp(TIMESTAMP_MAX))


@given(st.datetimes(timezones=st.just(UTC)))
def test_truncation_to_milliseconds_rounds_down_by_less_than_one(ts: datetime) -> None:
    truncated = truncate_to_milliseconds(ts)

    assert timedelta() <= ts - truncated < timedelta(milliseconds=1)
    assert (truncated - EPOCH) % timedelta(milliseconds=1) == timedelta()


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from([timedelta(milliseconds=1), timedelta(microseconds=1)]),
)
def test_rounding_up_skips_no_storable_timestamp(ts: datetime, resolution: timedelta) -> None:
    rounded = round_up_to_resolution(clamp(ts), resolution)

    assert timedelta() <= rounded - clamp(ts) < resolution
    assert (rounded - EPOCH) % resolution == timedelta()


@pytest.mark.parametrize("ts", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_a_bound_at_the_end_of_the_calendar_is_unchanged(ts: datetime) -> None:
    assert round_up_to_resolution(ts, timedelta(milliseconds=1)) == ts
