"""Values of every type are read as they were appended."""

import struct
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from arcbeat.domain.readings.ports import TelemetryStore
from arcbeat.domain.readings.readings import AppendResult, Reading
from arcbeat.domain.schema.columns import Value, check_value
from arcbeat.domain.schema.super_tables import SuperTable
from tests.conformance.any_values import ANY_VALUES, INTEGERS
from tests.conformance.columns import EVERY_TYPE
from tests.conformance.conftest import CreateTable

T0 = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)

EXTREMES: list[tuple[str, Value]] = [
    ("flag", True),
    ("flag", False),
    *((name, bound) for name, bounds in INTEGERS.items() for bound in bounds),
    ("big", 9007199254740993),
    ("single", 0.1),
    ("single", -3.402823e38),
    ("single", 1e-40),
    ("single", 220.0),
    ("dual", 0.1),
    ("dual", 1.7976931348623157e308),
    ("dual", 5e-324),
    ("dual", 3.141592653589793),
    ("dual", 220.0),
    ("bytes_text", "板" * 66),
    ("bytes_text", ""),
    ("text", "焊接😀👩‍🏭"),
    ("text", "O'Brien \"quoted\" `back` \\ \\' \\n %s %% ; -- /* */"),
    ("text", "one\ntwo\r\nthree\tfour"),
    ("text", " leading and trailing "),
    ("text", ""),
    ("text", "null"),
    ("text", "长" * 200),
    ("raw", "00ff5c27"),
    ("raw", ""),
    ("raw", "ab" * 32),
    ("moment", datetime(1999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)),
    ("moment", datetime(2200, 1, 1, tzinfo=UTC)),
]


@pytest_asyncio.fixture(scope="session")
async def every_type(create_table: CreateTable) -> SuperTable:
    return await create_table(EVERY_TYPE)


async def only_reading(store: TelemetryStore, table: SuperTable, device_code: str) -> Reading:
    return (await store.latest(table, [device_code]))[device_code].reading


@pytest.mark.parametrize(("index", "name", "value"), [(index, *extreme) for index, extreme in enumerate(EXTREMES)])
async def test_a_value_of_any_type_is_read_as_it_was_appended(
    store: TelemetryStore, every_type: SuperTable, index: int, name: str, value: Value
) -> None:
    device_code = f"extreme-{index}"

    result = await store.append(every_type, [Reading(device_code, T0, {name: value})])

    read = (await only_reading(store, every_type, device_code)).values[name]
    assert result == AppendResult(1)
    assert (read, type(read)) == (value, type(value))


async def test_missing_values_are_null_and_an_empty_text_is_not(store: TelemetryStore, every_type: SuperTable) -> None:
    await store.append(every_type, [Reading("hollow", T0, {"text": "", "whole": None})])

    reading = await only_reading(store, every_type, "hollow")

    missing = {column.name: None for column in EVERY_TYPE if not column.is_tag and column.name != "ts"}
    assert reading == Reading("hollow", T0, {**missing, "text": ""})


_seconds = count(1)


@settings(max_examples=30, database=None, derandomize=True)
@given(st.lists(st.fixed_dictionaries({}, optional=ANY_VALUES), min_size=1, max_size=20))
async def test_any_batch_is_read_as_it_was_appended(
    store: TelemetryStore, every_type: SuperTable, batch: list[dict[str, Value]]
) -> None:
    ts = T0 + timedelta(seconds=next(_seconds))
    readings = [Reading(f"any-{index}", ts, values) for index, values in enumerate(batch)]

    result = await store.append(every_type, readings)

    latest = await store.latest(every_type, [reading.device_code for reading in readings])
    assert result == AppendResult(len(readings))
    for reading in readings:
        read = latest[reading.device_code].reading
        assert read.ts == ts
        expected = {name: _as_stored(name, value) for name, value in reading.values.items()}
        assert read.values == {**dict.fromkeys(read.values), **expected}


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**70), 2**70).map(str)
    | st.floats(allow_nan=True)
    | st.text(max_size=70)
    | st.binary(max_size=40).map(bytes.hex)
    | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat(timespec="seconds"))
)
# A single is read as the nearest one; the test above covers it.
COLUMNS = {column.name: column for column in EVERY_TYPE if not column.is_tag and column.name not in ("ts", "single")}


@settings(max_examples=60, database=None, derandomize=True)
@given(st.lists(st.dictionaries(st.sampled_from([*COLUMNS, "no_such_field"]), _SCALARS, max_size=3), max_size=20))
async def test_any_value_is_read_as_it_was_appended_or_rejected_with_a_reason(
    store: TelemetryStore, every_type: SuperTable, batch: list[dict[str, Value]]
) -> None:
    ts = T0 + timedelta(seconds=next(_seconds))
    readings = [Reading(f"mixed-{index}", ts, values) for index, values in enumerate(batch)]

    result = await store.append(every_type, readings)

    rejected = {each.index for each in result.rejections}
    latest = await store.latest(every_type, [reading.device_code for reading in readings])
    stored = {code: one.reading.values for code, one in latest.items() if one.reading.ts == ts}
    assert all(each.reason in {"unknown-field", "bad-value"} and each.detail for each in result.rejections)
    assert len(rejected) == len(result.rejections) == len(readings) - result.accepted
    assert stored.keys() == {each.device_code for index, each in enumerate(readings) if index not in rejected}
    for index in set(range(len(readings))) - rejected:
        expected = {name: _as_column_stores(name, value) for name, value in readings[index].values.items()}
        assert expected.items() <= stored[readings[index].device_code].items()


def _as_column_stores(name: str, value: Value) -> Value:
    stored = check_value(COLUMNS[name], value)
    return bytes.fromhex(stored).hex() if name == "raw" and isinstance(stored, str) else stored


def _as_stored(name: str, value: Value) -> Value:
    """Return the shortest number that rounds to the same single: the one that stores display."""
    if name != "single" or not isinstance(value, float):
        return value
    return next(
        short
        for digits in range(1, 18)
        if struct.pack("<f", short := float(f"{value:.{digits}g}")) == struct.pack("<f", value)
    )
