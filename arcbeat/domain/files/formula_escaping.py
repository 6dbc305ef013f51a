"""Protection against CSV injection: text that a spreadsheet would run as a formula gets an apostrophe in front.

The prefixes, and the apostrophe, are those of OWASP (https://owasp.org/www-community/attacks/CSV_Injection). The
full-width characters are formula prefixes in Chinese and Japanese Excel. Escape text only: the number -5.0 is safe.
"""

APOSTROPHE = "'"
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def escape_formula(text: str) -> str:
    """Return the text with an apostrophe in front if it looks like a formula, or like an escaped one."""
    return APOSTROPHE + text if _looks_like_formula(text) else text


def unescape_formula(text: str) -> str:
    """Return the text that :func:`escape_formula` was called with."""
    return text[1:] if text.startswith(APOSTROPHE) and _looks_like_formula(text) else text


def _looks_like_formula(text: str) -> bool:
    return text.lstrip(APOSTROPHE).startswith(FORMULA_PREFIXES)
