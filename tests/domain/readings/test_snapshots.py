"""Snapshots and the deltas between them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.catalogue.device_types import Freshness
from arcbeat.domain.readings.latest import Source
from arcbeat.domain.readings.snapshot_rows import SnapshotRow, full_row
from arcbeat.domain.readings.snapshots import Snapshot, apply_delta, delta_between, merge_deltas

T0 = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
FIELDS = ("device_status", "weld_current", "pulses")
CODES = ("A1", "B/2", "炉#1", "a1")

full_rows = st.fixed_dictionaries(
    {
        "ts": st.none() | st.integers(0, 5).map(lambda second: T0 + timedelta(seconds=second)),
        "freshness": st.sampled_from(Freshness),
        "clock_skew": st.booleans(),
        "values": st.fixed_dictionaries(
            {
                "device_status": st.sampled_from(["焊接", "待机", None]),
                "weld_current": st.none() | st.floats(0, 3, allow_nan=False),
                "pulses": st.sampled_from(["9007199254740993", None]),
            }
        ),
    }
)
floors = st.dictionaries(st.sampled_from(CODES), full_rows)
histories = st.lists(floors, min_size=2, max_size=6)


def snapshots(floors: Sequence[Mapping[str, Any]], stream_id: str = "s") -> list[Snapshot]:
    """Return one snapshot per tick; an unchanged row is the same object as before, as in a sampler."""
    made: list[Snapshot] = []
    for seq, floor in enumerate(floors, start=1):
        rows = {code: full_row(code, full) for code, full in sorted(floor.items())}
        before = made[-1].rows if made else {}
        rows = {code: before[code] if before.get(code) == row else row for code, row in rows.items()}
        made.append(snapshot(seq, rows, stream_id))
    return made


def snapshot(seq: int, rows: Mapping[str, SnapshotRow], stream_id: str = "s") -> Snapshot:
    return Snapshot(
        type_code="welding",
        stream_id=stream_id,
        seq=seq,
        sampled_at=T0 + timedelta(seconds=5 * seq),
        source=Source.SNAPSHOT,
        fields_version=1,
        rows=rows,
    )


@given(histories)
def test_applying_all_deltas_to_a_snapshot_leads_to_the_last_snapshot(history: list[dict[str, Any]]) -> None:
    made = snapshots(history)
    state = made[0]

    for before, after in pairwise(made):
        state = apply_delta(state, delta_between(before, after))

    assert state == made[-1]
    assert list(state.rows) == list(made[-1].rows)


@given(histories)
def test_consecutive_deltas_can_be_merged(history: list[dict[str, Any]]) -> None:
    made = snapshots(history)
    deltas = [delta_between(before, after) for before, after in pairwise(made)]

    assert apply_delta(made[0], merge_deltas(deltas)) == made[-1]


@given(floors, floors)
def test_a_delta_contains_only_differences(before: dict[str, Any], after: dict[str, Any]) -> None:
    first, second = snapshots([before, after])
    delta = delta_between(first, second)

    assert set(delta.removed) == before.keys() - after.keys()
    for code, change in delta.changed.items():
        if code in before:
            old = first.rows[code].full()
            assert all(old[key] != value for key, value in change.items())
            values = change.get("values", {})
            assert isinstance(values, dict)
            assert all(before[code]["values"][name] != value for name, value in values.items())


def test_a_change_of_freshness_alone_is_a_change() -> None:
    full = {"ts": T0, "freshness": Freshness.LIVE, "clock_skew": False, "values": dict.fromkeys(FIELDS)}
    first, second = snapshots([{"A1": full}, {"A1": {**full, "freshness": Freshness.LATE}}])

    assert delta_between(first, second).changed == {"A1": {"freshness": Freshness.LATE}}


def test_a_delta_of_another_stream_or_seq_is_rejected() -> None:
    first, second, third = snapshots([{}, {}, {}])
    [restarted, _] = snapshots([{}, {}], stream_id="other")

    with pytest.raises(ValueError, match="another snapshot"):
        apply_delta(first, delta_between(second, third))
    with pytest.raises(ValueError, match="another snapshot"):
        apply_delta(restarted, delta_between(first, second))
