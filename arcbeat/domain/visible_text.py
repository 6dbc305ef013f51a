"""The rule for codes, aliases and labels: two of them that look the same must be the same text.

A character that nothing on a screen shows, such as U+200B, makes two codes that people cannot tell apart. The contract
has the same patterns in openapi/schemas. Codes of existing rows that break the rule can still be read and updated.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from arcbeat.domain.errors import InvalidValue, Violation

HIDDEN_RANGES = (
    (0x0000, 0x001F),
    (0x007F, 0x00A0),
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x0600, 0x0605),
    (0x061C, 0x061C),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0890, 0x0891),
    (0x08E2, 0x08E2),
    (0x115F, 0x1160),
    (0x1680, 0x1680),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2000, 0x200F),
    (0x2028, 0x202F),
    (0x205F, 0x206F),
    (0x2800, 0x2800),
    (0x3000, 0x3000),
    (0x3164, 0x3164),
    (0xD800, 0xF8FF),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFF),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x13442),
    (0x16FE4, 0x16FE4),
    (0x1BCA0, 0x1BCA3),
    (0x1D159, 0x1D159),
    (0x1D173, 0x1D17A),
    (0x1FFFE, 0x1FFFF),
    (0x2FFFE, 0x2FFFF),
    (0x3FFFE, 0x10FFFF),
)
"""The code points that are not allowed: control and format characters, surrogates, private use and non-characters (the
Unicode categories Cc, Cf, Cs and Co), every space but U+0020 (Zs, Zl and Zp), the Default_Ignorable_Code_Point
property, the characters whose glyph is blank, U+FFFC and U+FFFD, and the planes that have no visible character.
Ranges, not categories, so that the contract and every version of Python agree.
"""
FULL_WIDTH_RANGE = (0xFF00, 0xFFEF)
"""The block «Halfwidth and Fullwidth Forms», which looks like other characters: １ like 1."""


def _class(ranges: Iterable[tuple[int, int]]) -> str:
    """Return the inside of a character class."""
    return "".join(_escape(first) + (f"-{_escape(last)}" if last > first else "") for first, last in ranges)


def _escape(code_point: int) -> str:
    return f"\\u{code_point:04x}" if code_point <= 0xFFFF else f"\\U{code_point:08x}"


# The patterns of the contract end at U+FFFF, because ECMA 262, Rust and Python share no escape for what is beyond; the
# handlers check the whole rule. Regular expressions of Rust, which validate the contract, know no surrogates either,
# and these cannot occur in UTF-8.
_HIDDEN = _class(
    (0xE000, last) if first == 0xD800 else (first, last) for first, last in HIDDEN_RANGES if last <= 0xFFFF
)
_LABEL_CHARACTERS = f"[^ {_HIDDEN}]+"
_CODE_CHARACTERS = f"[^ {_class([FULL_WIDTH_RANGE])}{_HIDDEN}]+"
LABEL_PATTERN = f"^{_LABEL_CHARACTERS}( {_LABEL_CHARACTERS})*$"
"""Visible characters with single spaces between them, as the contract has it."""
CODE_PATTERN = f"^{_CODE_CHARACTERS}( {_CODE_CHARACTERS})*$"
"""The same without full-width characters. A code must also be in the Unicode normal form NFKC."""

_SPACED = re.compile(r"[^ ]+( [^ ]+)*\Z")
_HIDDEN_CHARACTER = re.compile(f"[{_class(HIDDEN_RANGES)}]")
_BLANK = re.compile(f"[ {_class(HIDDEN_RANGES)}]*\\Z")


def is_blank(text: str) -> bool:
    """Return whether the text has no visible character."""
    return _BLANK.match(text) is not None


def without_hidden(text: str) -> str:
    """Return the text without its hidden characters."""
    return _HIDDEN_CHARACTER.sub("", text)


def label_error(text: str) -> str | None:
    """Return what makes the text unfit as a label, or None; the message completes the sentence «the label …»."""
    hidden = _HIDDEN_CHARACTER.search(text)
    if hidden:
        return f"contains {_name(hidden.group())} as character {hidden.start() + 1}, which is invisible; remove it"
    if _SPACED.match(text):
        return None
    return "must not start or end with a space, nor contain two spaces in a row" if text else "is required"


def check_labels(labels: Mapping[str, str]) -> None:
    """Check new labels or aliases, by the name of their attribute.

    Raises:
        InvalidValue: A text breaks the rule; each one is listed.
    """
    violations = [Violation(name, error) for name, text in labels.items() if (error := label_error(text))]
    if violations:
        raise InvalidValue(violations)


def code_error(text: str) -> str | None:
    """Return what makes the text unfit as a code, or None; the message completes the sentence «the code …»."""
    error = label_error(text)
    if error:
        return error
    plain = unicodedata.normalize("NFKC", text)
    return None if plain == text else f"contains full-width or other look-alike characters; write {plain} instead"


def _name(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()
