"""Removes the secrets of a target's URL from texts that others have written, for example an error of its server."""

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote

TEXT_CHARACTERS_MAX = 300
WHOLE_WORD_CHARACTERS_MAX = 3
"""A secret this short is replaced only where it is a whole word: «a» is in every sentence."""
REDACTED = "[redacted]"
_DELIMITERS = re.compile(r"[/?&=:@#;,\s]+")
_NOT_VISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]+")


def parts_of(text: str) -> frozenset[str]:
    """Return what is between the delimiters of a part of a URL, as it is written and decoded."""
    return frozenset(part for form in (text, unquote(text)) for part in _DELIMITERS.split(form))


def secrets_of(parts: Iterable[str]) -> frozenset[str]:
    """Return the parts of a URL in all forms in which a text may contain them: decoded and encoded."""
    decoded = {form for part in parts for form in (part, unquote(part))}
    encoded = {form for part in decoded for form in (quote(part), quote(part, safe=""), quote_plus(part))}
    return frozenset((decoded | encoded) - {""})


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return a text on one line of at most TEXT_CHARACTERS_MAX characters, without the secrets."""
    # The longest first: a secret may contain another one.
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) > WHOLE_WORD_CHARACTERS_MAX:
            text = text.replace(secret, REDACTED)
        else:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", REDACTED, text)
    shown = _NOT_VISIBLE.sub(" ", text).strip()
    return shown if len(shown) <= TEXT_CHARACTERS_MAX else f"{shown[: TEXT_CHARACTERS_MAX - 1]}…"
