"""Which state of a thing somebody has seen, so that nobody overwrites what they have not, or is told it again.

RFC 9110, 13.1.1 and 13.1.2.
"""

import hashlib
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson

from arcbeat.domain.errors import InputError, InvalidInput, PreconditionFailed

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

DIGITS = 32
_ENTITY_TAGS = re.compile(r'\s*(?:W/)?"[^"]*"\s*(?:,\s*(?:W/)?"[^"]*"\s*)*\Z')
_ENTITY_TAG = re.compile(r'(W/)?"([^"]*)"')


def version_of(thing: "DataclassInstance") -> str:
    """A text that is another one when anything of it is."""
    said = orjson.dumps(asdict(thing), option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(said).hexdigest()[:DIGITS]


def etag(version: str) -> dict[str, str]:
    """The header that tells it."""
    return {"ETag": f'"{version}"'}


def expected_versions(if_match: str | None) -> frozenset[str] | None:
    """What an If-Match header lets through; None is everything, as is ``*``.

    Raises:
        InvalidInput: it is no such header.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    if not _ENTITY_TAGS.match(if_match):
        raise InvalidInput((InputError("header", "If-Match", "not a list of entity tags"),))
    # a weak tag never matches here
    return frozenset(version for weak, version in _ENTITY_TAG.findall(if_match) if not weak)


def check_expected(expected: frozenset[str] | None, version: str) -> None:
    """Whether the one who changes a thing has seen this version of it.

    Raises:
        PreconditionFailed: they have seen another one.
    """
    if expected is not None and version not in expected:
        raise PreconditionFailed


def has_seen(if_none_match: str | None, version: str) -> bool:
    """Whether an If-None-Match header names this version; one that is no list of entity tags names none."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    # what a proxy has compressed bears a weak tag, and is the same
    return any(known == version for _, known in _ENTITY_TAG.findall(if_none_match))
