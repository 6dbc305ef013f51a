"""Rows of newest readings as JSON: encoded together, each the same as if it was encoded alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.catalogue.device_types import Freshness
from arcbeat.domain.catalogue.welding import STATIC_FIELDS, WELDING
from arcbeat.domain.readings.latest import CachedLatest, LatestPage, LatestRow, Source
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.schema.columns import Value
from handlers.readings.latest_rows import encode_rows
from tests.support.catalogue import CUTTING

WELDING_TYPE = replace(CUTTING, type_code=WELDING)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ['},{"device_code":', '{"device_code":"', '"},{"', "\\", "}]", '},{\\"device_code\\":']
)
VALUES = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | TEXTS
READINGS = st.none() | st.dictionaries(st.sampled_from([*STATIC_FIELDS, "device_code", "power_kw", "pulses"]), VALUES)


def page_of(readings: list[dict[str, Value] | None], *, dynamic: bool) -> LatestPage:
    """Return a page of one device per reading; None is a device without readings."""
    rows = []
    for index, values in enumerate(readings):
        code = f'D{index}"}},{{"device_code":'
        latest = None if values is None else Latest(Reading(code, NOW + timedelta(seconds=index), values), index == 1)
        rows.append(LatestRow(CachedLatest(code, latest, NOW), Freshness.LIVE if index else Freshness.NEVER))
    return LatestPage(
        device_type=CUTTING if dynamic else WELDING_TYPE, rows=rows, total=9, sampled_at=NOW, source=Source.QUERY
    )


def expected(row: LatestRow, page: LatestPage, *, dynamic: bool) -> bytes:
    """Return a row as one object that is encoded at once."""
    latest = row.cached.latest
    stored = latest.reading.values if latest else {}
    names = [field.name for field in page.device_type.visible_fields] if dynamic else STATIC_FIELDS
    values = {name: stored.get(name) for name in names}
    if dynamic and values["pulses"] is not None:
        values["pulses"] = str(values["pulses"])
    whole = {
        "device_code": row.cached.device_code,
        "ts": latest.reading.ts if latest else None,
        "clock_skew": bool(latest and latest.clock_skew),
        **({"values": values} if dynamic else values),
        "freshness": row.freshness,
    }
    return orjson.dumps(whole, option=orjson.OPT_UTC_Z)


@pytest.mark.parametrize("dynamic", [False, True])
@given(readings=st.lists(READINGS, max_size=4))
def test_rows_are_encoded_together_as_each_would_be_alone(
    dynamic: bool, readings: list[dict[str, Value] | None]
) -> None:
    page = page_of(readings, dynamic=dynamic)

    encoded = [orjson.dumps(each) for each in encode_rows(page, dynamic=dynamic)]

    assert encoded == [expected(row, page, dynamic=dynamic) for row in page.rows]


def test_a_row_that_was_encoded_is_not_encoded_again() -> None:
    page = page_of([{"material": "Q235"}, {"material": "Q345"}], dynamic=False)
    first = encode_rows(page, dynamic=False)
    for row in page.rows:
        assert isinstance(row.cached, CachedLatest)
        row.cached.latest = None  # as no cache does

    again = encode_rows(page, dynamic=False)

    assert orjson.dumps(again) == orjson.dumps(first)


def test_new_rows_are_encoded_beside_rows_that_were_encoded_before() -> None:
    page = page_of([{"material": "Q235"}, {"material": "Q345"}, None], dynamic=False)
    part = page_of([{"material": "Q235"}], dynamic=False)
    part.rows = page.rows[1:2]
    encode_rows(part, dynamic=False)

    encoded = [orjson.dumps(each) for each in encode_rows(page, dynamic=False)]

    assert encoded == [expected(row, page, dynamic=False) for row in page.rows]


@pytest.mark.parametrize("dynamic", [False, True])
def test_master_data_follows_the_freshness(dynamic: bool) -> None:
    page = page_of([None, {"material": "Q235"}], dynamic=dynamic)

    encoded = [orjson.dumps(each) for each in encode_rows(page, dynamic=dynamic, details=[b"null", b'{"team":1}'])]

    for row, one, details in zip(page.rows, encoded, (b"null", b'{"team":1}'), strict=True):
        assert one == expected(row, page, dynamic=dynamic)[:-1] + b',"device":%b}' % details
