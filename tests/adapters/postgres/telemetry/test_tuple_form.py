"""Rows of PostgreSQL are compared before they are decoded."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.postgres.telemetry.tuple_form import TupleForm

FORM = TupleForm(ts_at=1, code_at=0, values_at=(("current", 2, True), ("total", 3, False)))
AT = st.datetimes(timezones=st.just(UTC))
NUMBERS = st.none() | st.sampled_from([1.0, 1, 2.5])
DECIMALS = st.none() | st.sampled_from([Decimal("1.0"), Decimal(1), Decimal("2.5"), Decimal("0.1")])
ROWS = st.tuples(st.just("W1"), AT, NUMBERS, DECIMALS, st.just(False))

Row = tuple[str, datetime, Any, Any, bool]


@given(row=ROWS, before=ROWS)
def test_the_changed_values_are_those_that_differ_after_decoding(row: Row, before: Row) -> None:
    values, old = FORM.values(row), FORM.values(before)

    changed = {name: value for name, value in values.items() if value != old[name]}
    assert FORM.changed_values([row, before, before], [before, before, row])[:2] == [changed, {}]
