"""Text that a spreadsheet would take for a formula."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arcbeat.domain.files.formula_escaping import FORMULA_PREFIXES, escape_formula, unescape_formula

texts = st.text() | st.text(st.sampled_from(["'", *FORMULA_PREFIXES, "a", " "]))


@given(texts)
@example("'")
@example("''=")
def test_what_was_guarded_is_found_again(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text


@given(texts)
def test_what_is_guarded_begins_no_formula(text: str) -> None:
    assert not escape_formula(text).startswith(FORMULA_PREFIXES)


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+86 10", "'+86 10"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1+1", "'＝1+1"),
        ("'=1", "''=1"),
    ],
)
def test_formulas_get_an_apostrophe(text: str, guarded: str) -> None:
    assert escape_formula(text) == guarded


@pytest.mark.parametrize("text", ["", "班组一", "1-2", "'t is", "'", "a=b", " =1"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert escape_formula(text) == unescape_formula(text) == text
