"""Which values of two rows differ."""

from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.readings.stored_rows import changed_items

VALUES = st.dictionaries(st.sampled_from(["current", "voltage", "state"]), st.none() | st.integers(0, 2))


@given(values=VALUES, before=VALUES)
def test_a_value_that_is_missing_counts_as_none(values: dict[str, int | None], before: dict[str, int | None]) -> None:
    names = {*values, *before}

    assert changed_items(values, before) == {
        name: values.get(name) for name in names if values.get(name) != before.get(name)
    }
