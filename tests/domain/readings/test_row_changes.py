"""What has changed between the rows of two snapshots, whether they were read here or received."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.catalogue.device_types import Freshness
from arcbeat.domain.readings.latest import state_of
from arcbeat.domain.readings.readings import Latest, Reading
from arcbeat.domain.readings.row_changes import row_changes
from arcbeat.domain.readings.shown_values import ShownForm
from arcbeat.domain.readings.snapshot_rows import SnapshotRow, full_row
from arcbeat.domain.readings.stored_rows import LATEST_FORM
from arcbeat.domain.schema.columns import ColumnType
from tests.support.simulated_plant import shown, type_of

T0 = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TYPE = type_of("cutting", shown("device_status"), shown("pulses", ColumnType.BIGINT), shown("secret", hidden=True))
FORM = ShownForm.of(LATEST_FORM, TYPE)

times = st.integers(0, 2).map(lambda second: T0 + timedelta(seconds=second))
values = st.fixed_dictionaries(
    {
        "device_status": st.sampled_from(["cutting", "idle", None]),
        "pulses": st.sampled_from([9007199254740993, 1, None]),
        "secret": st.sampled_from([1, 2]),
    }
)
freshness = st.sampled_from([Freshness.LIVE, Freshness.LATE])
readings = st.builds(lambda ts, found: Latest(Reading("", ts, found)), times, values)
read = st.builds(
    lambda stored, fresh, skew: SnapshotRow("", stored, stored and stored.reading.ts, fresh, skew, FORM),
    st.none() | readings,
    freshness,
    st.booleans(),
)
rows = read | read.map(lambda row: full_row("", row.full()))
plants = st.dictionaries(st.sampled_from("ABCD"), rows)


def with_codes(plant: Mapping[str, SnapshotRow]) -> dict[str, SnapshotRow]:
    for code, row in plant.items():
        row.device_code = code
    return dict(plant)


def difference(row: SnapshotRow, before: SnapshotRow) -> dict[str, Any]:
    full, old = row.full(), before.full()
    changed = {key: value for key, value in full.items() if key != "values" and value != old[key]}
    different = {name: value for name, value in row.values.items() if value != before.values[name]}
    return {**changed, "values": different} if different else changed


@given(before=plants, after=plants)
def test_the_changes_of_rows_are_what_differs_between_their_full_forms(
    before: Mapping[str, SnapshotRow], after: Mapping[str, SnapshotRow]
) -> None:
    before, after = with_codes(before), with_codes(after)
    expected = {code: difference(row, before[code]) if code in before else row.full() for code, row in after.items()}

    assert row_changes(before, after) == {code: change for code, change in expected.items() if change}


@given(before=plants, after=plants)
def test_the_state_of_a_compared_row_is_that_of_its_reading(
    before: Mapping[str, SnapshotRow], after: Mapping[str, SnapshotRow]
) -> None:
    for row in before.values():
        row.state(TYPE)
    row_changes(with_codes(before), with_codes(after))

    assert [row.state(TYPE) for row in after.values()] == [
        state_of(row.shown.all_values(row.stored).get("device_status")) for row in after.values()
    ]


def test_the_first_changes_are_full_rows_that_are_made_when_they_are_looked_up() -> None:
    row = SnapshotRow("A", Latest(Reading("A", T0, {"device_status": "idle"})), T0, Freshness.LIVE, False, FORM)
    changes = row_changes({}, {"A": row})

    assert (list(changes), len(changes), changes["A"]) == (["A"], 1, row.full())
    assert changes["A"] is not changes["A"]
