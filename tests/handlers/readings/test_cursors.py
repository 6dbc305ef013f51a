"""Cursors: texts that are valid only for the same request."""

import base64
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.errors import InvalidInput
from arcbeat.domain.readings.history import HistoryPosition
from arcbeat.domain.time.time_ranges import TimeRange
from handlers.readings.cursors import ROWS_PER_TS_MAX, Cursor

T0 = datetime(2024, 5, 1, 8, tzinfo=UTC)
HOUR = TimeRange(T0, T0 + timedelta(hours=1))
CURSOR = Cursor(HOUR, HistoryPosition(T0 + timedelta(microseconds=123), {"t_m1": 1}))

subtables = st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(1, 1000), max_size=5)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)), subtables)  # noqa: DTZ001 -- bounds are naive
def test_a_cursor_is_decoded_as_it_was_encoded_and_needs_no_escaping(ts: datetime, delivered: dict[str, int]) -> None:
    cursor = Cursor(HOUR, HistoryPosition(ts, delivered))

    text = cursor.encode("M1", None)

    assert Cursor.decode(text, "M1", None) == cursor
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("parameters", [("M2", None), ("M1",), (None, "M1"), ()])
def test_the_cursor_of_another_request_is_rejected(parameters: tuple[object, ...]) -> None:
    text = CURSOR.encode("M1", None)

    with pytest.raises(InvalidInput) as rejected:
        Cursor.decode(text, *parameters)

    assert [(each.location, each.name) for each in rejected.value.errors] == [("query", "cursor")]
    assert "other parameters" in rejected.value.errors[0].detail


def forged(**changes: object) -> str:
    text = CURSOR.encode("M1")
    content = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return base64.urlsafe_b64encode(orjson.dumps({**content, **changes})).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "AAAA",
        "é",
        base64.urlsafe_b64encode(b"[]").decode(),
        base64.urlsafe_b64encode(b'"a"').decode(),
        base64.urlsafe_b64encode(b"{}").decode(),
        forged(ts="2024-05-01T08:00:00"),
        forged(ts=None),
        forged(start="0001-01-01T00:00:00+23:00"),
        forged(end=7),
        forged(delivered=[1]),
        forged(delivered={"t": -1}),
        forged(delivered={"t": "x"}),
        forged(delivered={"t": None}),
        forged(delivered={"t": ROWS_PER_TS_MAX, "u": 1}),
    ],
)
def test_an_invalid_cursor_is_rejected(text: str) -> None:
    with pytest.raises(InvalidInput) as rejected:
        Cursor.decode(text, "M1")

    assert [(each.location, each.name, each.detail) for each in rejected.value.errors] == [
        ("query", "cursor", "not a cursor; pass the next_cursor of an answer unchanged")
    ]


@given(st.text(max_size=200))
def test_any_other_text_is_rejected(text: str) -> None:
    with pytest.raises(InvalidInput):
        Cursor.decode(text, "M1")
