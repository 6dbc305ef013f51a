"""Recognises secrets of the settings that are not random: placeholders, repetitions, sequences, hashes of words."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise

DISTINCT_DIGITS_MIN = 8
DISTINCT_OCTETS_MIN = 12
"""Of 32 random bytes, fewer than 12 different ones are less likely than 1 in 10^14."""
DISTINCT_CHARACTERS_MIN = 8
TOKEN_CHARACTERS_MIN = 16
UNCOMMON_CHARACTERS_MIN = 8
PLACEHOLDERS = (
    "changeme", "change-me", "change_me", "placeholder", "password", "example", "default", "arcbeat", "metrics",
    "secret", "token", "admin", "sample", "dummy", "test", "demo", "your", "key",
)  # fmt: skip
HASHES = (hashlib.sha256, hashlib.sha512, hashlib.sha3_256, hashlib.blake2b)


def is_random_key(digits: str) -> bool:
    """Return whether hexadecimal digits may come from a random generator.

    Keys of at least 32 bytes from such a generator pass, except with a probability below 1 in 10^13.
    """
    digits = digits.lower()
    octets = bytes.fromhex(digits[: len(digits) // 2 * 2])
    steps = [(after - before) % 256 for before, after in pairwise(octets)]
    return (
        len(set(digits)) >= DISTINCT_DIGITS_MIN
        and len(set(octets)) >= DISTINCT_OCTETS_MIN
        and len(set(steps)) >= DISTINCT_OCTETS_MIN  # fewer in a sequence such as 00 01 02 03
        and not _is_repetition(digits)
        and not all(0x20 <= octet < 0x7F for octet in octets)  # a text
        and digits not in _HASHES_OF_PLACEHOLDERS
    )


def is_random_token(token: str) -> bool:
    """Return whether a token may be random: it is long and varied enough, and not made of placeholders."""
    rest = token.casefold()
    for placeholder in PLACEHOLDERS:
        rest = rest.replace(placeholder, "")
    return (
        len(token) >= TOKEN_CHARACTERS_MIN
        and len(set(token)) >= DISTINCT_CHARACTERS_MIN
        and len(set(rest)) >= UNCOMMON_CHARACTERS_MIN
        and not _is_repetition(token)
    )


def _is_repetition(text: str) -> bool:
    """Return whether a text consists of one part at least twice, the last time perhaps not completely."""
    return any(text[period:] == text[:-period] for period in range(1, len(text) // 2 + 1))


def _hashes(words: Sequence[str]) -> frozenset[str]:
    texts = [f"{word}{end}".encode() for word in words for end in ("", "\n")]
    return frozenset(make(text).hexdigest() for text in texts for make in HASHES)


_HASHES_OF_PLACEHOLDERS = _hashes(("", "123456", *PLACEHOLDERS))
