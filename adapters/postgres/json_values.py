"""Reads JSON columns, in which people may have written anything that PostgreSQL stores."""

import json
from typing import Any

DIGITS_MAX = 4300
"""Python converts no longer text to an integer."""


def read_json(content: str | bytes) -> Any:
    """Return the value of a JSON text.

    An integer of more than DIGITS_MAX digits is infinite, and a value that is nested too deeply for Python is None.
    PostgreSQL stores both, and an error would break a whole list for one damaged row.
    """
    try:
        return json.loads(content)
    except ValueError:
        return json.loads(content, parse_int=_to_number)
    except RecursionError:
        return None


def _to_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= DIGITS_MAX else float(digits)
