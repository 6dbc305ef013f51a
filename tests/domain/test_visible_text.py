"""Tests of the rule for codes and labels."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.api.contract.bundle import load_contract
from arcbeat.api.validation import BoundedValidator
from arcbeat.domain.visible_text import CODE_PATTERN, LABEL_PATTERN, code_error, is_blank, label_error, without_hidden

SCHEMAS = load_contract()["components"]["schemas"]
LABELS = {
    "dict_name": SCHEMAS["DictTypeCreate"]["properties"]["dict_name"],
    "data_label": SCHEMAS["DictDataCreate"]["properties"]["data_label"],
    "alias": SCHEMAS["Aliases"]["items"],
}
BLANK_GLYPHS = "\u2800\u3164\uffa0\u115f\u1160\u034f\u180b\ufe0f\U000e0100\U000e0041\U0001d159\ufffc\ufffd"

texts = st.text(st.characters(max_codepoint=0xFFFF), max_size=4) | st.text(
    st.sampled_from("a焊 １\u200b\u3000\U0001f525"), max_size=6
)


def test_every_invisible_category_of_unicode_is_hidden() -> None:
    """A new version of Unicode that adds such a character fails here."""
    hidden = {"Cc", "Cf", "Zs", "Zl", "Zp", "Cs", "Co"}
    everything = map(chr, range(sys.maxunicode + 1))

    assert [each for each in everything if unicodedata.category(each) in hidden and not is_blank(each)] == []


@pytest.mark.parametrize("character", BLANK_GLYPHS)
def test_a_character_with_a_blank_glyph_is_hidden(character: str) -> None:
    assert is_blank(character)


def test_letters_marks_numbers_and_symbols_are_visible() -> None:
    visible = {"Lu", "Ll", "Nd", "Pd", "Po", "Sm", "Sc"}
    everything = map(chr, range(sys.maxunicode + 1))
    arabic_signs = "\u0600"

    hidden = [each for each in everything if unicodedata.category(each) in visible and is_blank(each)]

    assert hidden == []
    assert is_blank(arabic_signs)


@pytest.mark.parametrize("schema", LABELS.values(), ids=LABELS)
def test_the_contract_has_the_pattern_of_labels(schema: dict[str, str]) -> None:
    assert schema["pattern"] == LABEL_PATTERN


def test_the_contract_has_the_pattern_of_codes() -> None:
    assert SCHEMAS["DeviceCreate"]["properties"]["device_code"]["pattern"] == CODE_PATTERN


@given(texts)
def test_the_contract_and_the_domain_accept_the_same_labels(text: str) -> None:
    is_valid = BoundedValidator({"type": "string", "pattern": LABEL_PATTERN}).is_valid(text)

    assert is_valid == (label_error(text) is None)


@given(texts)
def test_two_valid_codes_that_look_the_same_are_the_same(text: str) -> None:
    """What a reader sees: without invisible characters, with runs of spaces shown as one, in one width."""

    def seen(code: str) -> str:
        return " ".join(unicodedata.normalize("NFKC", without_hidden(code)).split())

    if code_error(text) is None:
        assert seen(text) == text


@pytest.mark.parametrize("text", ["焊机统计指标对照", "班组产量（日）", "A区 06", "№1", "Ⅱ号线"])
def test_a_label_may_contain_full_width_punctuation(text: str) -> None:
    assert label_error(text) is None
