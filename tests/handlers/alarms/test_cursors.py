"""The cursor of the list of alarms."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from arcbeat.domain.alarms.alarms import AlarmPosition
from arcbeat.domain.errors import InvalidInput
from arcbeat.domain.time.time_ranges import TimeRange
from handlers._cursors import encode_cursor
from handlers.alarms.cursors import AlarmCursor

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WITHIN = TimeRange(NOON, NOON + 24 * HOUR)
CONTENT = {"start": WITHIN.start, "end": WITHIN.end, "ended_before": NOON + HOUR, "device_code": "A1"}


@pytest.mark.parametrize(
    "position", [AlarmPosition(), AlarmPosition(None, "A1"), AlarmPosition(NOON), AlarmPosition(NOON + HOUR, "A1")]
)
def test_a_cursor_can_be_read_again(position: AlarmPosition) -> None:
    cursor = AlarmCursor(WITHIN, position)

    assert AlarmCursor.decode(cursor.encode("welding", None), "welding", None) == cursor


@pytest.mark.parametrize(
    "changes",
    [
        {"ended_before": 0},
        {"ended_before": ""},
        {"ended_before": NOON - HOUR},
        {"ended_before": NOON + 25 * HOUR},
        {"device_code": 1},
        {"device_code": ["A1"]},
        {"start": NOON - 31 * 24 * HOUR},
        {"start": None},
        {"end": NOON},
        {"start": "1800-01-01T00:00:00Z"},
    ],
)
def test_a_forged_cursor_is_rejected(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        AlarmCursor.decode(encode_cursor({**CONTENT, **changes}, ()))


@pytest.mark.parametrize("missing", sorted(CONTENT))
def test_a_cursor_without_a_part_is_rejected(missing: str) -> None:
    with pytest.raises(InvalidInput):
        AlarmCursor.decode(encode_cursor({name: each for name, each in CONTENT.items() if name != missing}, ()))
