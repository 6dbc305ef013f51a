"""Ids that JavaScript reads without losing digits."""

import json

from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.exact_ids import EXACT_ID_MAX, exact_id


@given(st.integers(1, 2**63 - 1))
def test_every_id_keeps_its_digits_in_a_double(row_id: int) -> None:
    """A double is the only number that JavaScript knows."""
    found = json.loads(json.dumps(exact_id(row_id)), parse_int=float)

    assert int(found) == row_id


def test_ids_that_a_double_represents_stay_numbers() -> None:
    assert exact_id(EXACT_ID_MAX) == EXACT_ID_MAX
    assert exact_id(EXACT_ID_MAX + 1) == "9007199254740992"
    assert exact_id(None) is None
