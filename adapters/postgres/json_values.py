"""Reads JSON columns, in which people may have written anything that PostgreSQL stores."""

import json
from typing import Any

DIGITS_MAX = 4300
"""Python converts no longer text to an integer."""


def read_json(content: str | bytes) -> Any:
    """Return the value of a JSON text; an integer of more than DIGITS_MAX digits is infinite.

    A column of PostgreSQL has at most 131072 digits, and Python raises for them, which would break a whole list for one
    damaged row.
    """
    try:
        return json.loads(content)
    except ValueError:
        return json.loads(content, parse_int=_to_number)


def _to_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= DIGITS_MAX else float(digits)
