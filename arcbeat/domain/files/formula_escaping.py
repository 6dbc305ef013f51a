"""Text that goes into spreadsheets as data, though a spreadsheet would take it for a formula.

What begins a formula, and that an apostrophe ends the matter: OWASP, «CSV Injection»
(https://owasp.org/www-community/attacks/CSV_Injection); wide characters count where Excel speaks Chinese or Japanese.
Numbers are never guarded: -5.0 is no formula.
"""

APOSTROPHE = "'"
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guard(text: str) -> str:
    """The text behind an apostrophe, if it looks like a formula or like one that is guarded; otherwise as it is."""
    return APOSTROPHE + text if _is_formula_like(text) else text


def unguard(text: str) -> str:
    """What :func:`escape_formula` made its result of."""
    return text[1:] if text.startswith(APOSTROPHE) and _is_formula_like(text) else text


def _is_formula_like(text: str) -> bool:
    return text.lstrip(APOSTROPHE).startswith(TRIGGERS)
