"""Decodes JSON that clients send, within limits on what the decoded value costs."""

from typing import Any

import orjson

CONTAINERS_MAX = 100_000
"""The arrays and objects of one JSON text; an empty one takes 30 times the memory of its text."""
VALUES_MAX = 300_000
"""The values of one JSON text."""


def decode_json(text: bytes) -> Any:
    """Return the decoded value. Of equal names in an object, the last one counts.

    Brackets and commas are counted without a look at quotes, so those within texts count too.

    Raises:
        ValueError: the text is not JSON, or exceeds a limit; the message completes the sentence «the body …».
    """
    if text.count(b"[") + text.count(b"{") > CONTAINERS_MAX:
        raise ValueError(f"has more than {CONTAINERS_MAX} arrays and objects")
    if text.count(b",") >= VALUES_MAX:
        raise ValueError(f"has more than {VALUES_MAX} values")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error}") from error
