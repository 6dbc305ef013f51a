"""Tests of escaping text that a spreadsheet would run as a formula."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arcbeat.domain.files.formula_escaping import FORMULA_PREFIXES, escape_formula, unescape_formula

texts = st.text() | st.text(st.sampled_from(["'", *FORMULA_PREFIXES, "a", " "]))


@given(texts)
@example("'")
@example("''=")
def test_unescaping_returns_the_original_text(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text


@given(texts)
def test_escaped_text_does_not_start_with_a_formula_prefix(text: str) -> None:
    assert not escape_formula(text).startswith(FORMULA_PREFIXES)


@pytest.mark.parametrize(
    ("text", "escaped"),
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
def test_a_formula_gets_an_apostrophe(text: str, escaped: str) -> None:
    assert escape_formula(text) == escaped


@pytest.mark.parametrize("text", ["", "班组一", "1-2", "'t is", "'", "a=b", " =1"])
def test_other_text_is_unchanged(text: str) -> None:
    assert escape_formula(text) == unescape_formula(text) == text
