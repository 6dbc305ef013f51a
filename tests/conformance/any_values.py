"""Values that each column of EVERY_TYPE stores as they are, as strategies of hypothesis."""

from hypothesis import strategies as st

from arcbeat.domain.schema.columns import INTEGER_RANGES, Value
from tests.conformance.columns import EVERY_TYPE

INTEGERS = {column.name: INTEGER_RANGES[column.type] for column in EVERY_TYPE if column.type in INTEGER_RANGES}
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
ANY_VALUES: dict[str, st.SearchStrategy[Value]] = {
    "flag": st.none() | st.booleans(),
    # Below the maximum: rounded up to fewer digits, the largest numbers would not fit a single.
    "single": st.none() | st.floats(-(2.0**126), 2.0**126, width=32),
    "dual": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "bytes_text": st.none() | _TEXT.filter(lambda text: len(text.encode()) <= 200),
    "text": st.none() | _TEXT,
    "raw": st.none() | st.binary(max_size=32).map(bytes.hex),
    **{name: st.none() | st.integers(*bounds) for name, bounds in INTEGERS.items()},
}
"""By the name of the column, without its timestamp."""
