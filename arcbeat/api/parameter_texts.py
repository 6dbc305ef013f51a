"""Reads the texts of parameters: numbers, booleans and date-times, in the spellings that clients send."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from arcbeat.domain.errors import InputError, InvalidInput

MOMENT_FORM = "must be a date-time with an offset, for example 2026-03-02T08:00:00+08:00, in a URL %2B08:00 or Z"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_INTEGER = re.compile(r"-?[0-9]{1,19}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?\Z")
_BOOLEANS = {"true": True, "false": False}
_MILLISECONDS = re.compile(r"[0-9]{12,14}\Z")
"""Milliseconds since 1970: from 1973 to 5138."""
_SECONDS = re.compile(r"[0-9]{9,11}\Z")
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:([Zz])|([+ -])(\d\d):?(\d\d)?)\Z", re.ASCII
)
"""Besides RFC 3339: a space instead of T, no seconds, an offset without its colon or its minutes, and a space instead
of the ``+``, which is what a ``+`` in a URL means unless it is written as %2B."""


class Unreadable(ValueError):
    """A text does not have the form of its type; the message completes the sentence «the parameter …»."""


def read_integer(text: str) -> int:
    if not _INTEGER.match(text):
        raise Unreadable("is not an integer, for example 20")
    return int(text)


def read_number(text: str) -> float:
    if not _NUMBER.match(text) or not math.isfinite(number := float(text)):
        raise Unreadable("is not a number, for example 2.5")
    return number


def read_boolean(text: str) -> bool:
    """Return a boolean in any case: Python's ``str(True)`` is ``True``."""
    value = _BOOLEANS.get(text.lower())
    if value is None:
        raise Unreadable("must be true or false")
    return value


def read_moment(text: str) -> str:
    """Return a date-time in the form of RFC 3339, from one of its other spellings or from milliseconds since 1970."""
    if _MILLISECONDS.match(text):
        return (EPOCH + timedelta(milliseconds=int(text))).isoformat()
    if _SECONDS.match(text):
        raise Unreadable(f"{MOMENT_FORM}; a number must be milliseconds since 1970, for example {text}000")
    match = _MOMENT.match(text)
    if match is None:
        raise Unreadable(MOMENT_FORM)
    day, time, zulu, sign, hours, minutes = match.groups()
    seconds = ":00" if len(time) == len("08:00") else ""
    offset = "Z" if zulu else f"{'-' if sign == '-' else '+'}{hours}:{minutes or '00'}"
    return f"{day}T{time}{seconds}{offset}"


_BY_TYPE: Mapping[str, Callable[[str], Any]] = {
    "integer": read_integer,
    "number": read_number,
    "boolean": read_boolean,
    "string": str,
}


def reader_of(schema: Mapping[str, Any]) -> Callable[[str], Any]:
    """Return the function that reads the texts of a parameter with this schema. It raises `Unreadable`."""
    return read_moment if schema.get("format") == "date-time" else _BY_TYPE[schema["type"]]


def parse_pairs(raw: bytes, location: str, charset: str, detail: str, fields_max: int) -> list[tuple[str, str]]:
    """Return the pairs of a query string or of a form.

    Raises:
        InvalidInput: it has more than ``fields_max`` pairs, or does not have the form that ``detail`` describes.
    """
    if raw.count(b"&") >= fields_max:
        raise InvalidInput((InputError(location, "", f"has more than {fields_max} parameters"),))
    try:
        return parse_qsl(raw.decode(charset), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise InvalidInput((InputError(location, "", detail),)) from error
