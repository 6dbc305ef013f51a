"""Cursors: a position within a list as opaque text, which a client passes back unchanged."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from arcbeat.domain.errors import InputError, InvalidInput

_DIGEST_DIGITS = 16


def encode_cursor(content: Mapping[str, Any], parameters: tuple[object, ...]) -> str:
    """Return the text of a cursor, which is valid only for a request with the same parameters."""
    # "asked" is the key of earlier versions, so that a client that is between two pages during an update can go on.
    named = {"asked": _digest(parameters), **content}
    return base64.urlsafe_b64encode(orjson.dumps(named)).decode().rstrip("=")


def decode_cursor(text: str, parameters: tuple[object, ...]) -> Any:
    """Return the content of a cursor. It may be any JSON, because a client may have made it.

    Raises:
        InvalidInput: ``cursor`` is not a cursor, or is one of a request with other parameters.
    """
    try:
        content = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        is_same_request = content["asked"] == _digest(parameters)
    except (ValueError, LookupError, TypeError) as error:
        raise malformed_cursor() from error
    if not is_same_request:
        raise _invalid("from a request with other parameters; only page_size may change from page to page")
    return content


def malformed_cursor() -> InvalidInput:
    """Return the error of a text that is not a cursor."""
    return _invalid("not a cursor; pass the next_cursor of an answer unchanged")


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput((InputError("query", "cursor", detail),))


def _digest(parameters: tuple[object, ...]) -> str:
    return hashlib.sha256(orjson.dumps(parameters)).hexdigest()[:_DIGEST_DIGITS]
