"""Decodes JSON that clients send, within limits on what the decoded value costs."""

from typing import Any

import orjson

CONTAINERS_MAX = 100_000
"""The arrays and objects of one JSON text; an empty one takes 30 times the memory of its text."""
VALUES_MAX = 300_000
"""The values of one JSON text."""


def decode_json(text: bytes) -> Any:
    """Return the decoded value. Of equal names in an object, the last one counts.

    Raises:
        ValueError: the text is not JSON, or exceeds a limit; the message completes the sentence «the body …».
    """
    check_limits(text)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error}") from error


def check_limits(text: bytes) -> None:
    """Check what the decoded value would cost.

    Brackets and commas are counted without a look at quotes, so those within texts count too.

    Raises:
        ValueError: the text exceeds a limit; the message is as in :func:`decode_json`.
    """
    # Few bodies are so long, and few of those have so many in total; deleting all three kinds is faster than counting.
    if len(text) <= CONTAINERS_MAX or len(text) - len(text.translate(None, b"[{,")) <= CONTAINERS_MAX:
        return
    if text.count(b"[") + text.count(b"{") > CONTAINERS_MAX:
        raise ValueError(f"has more than {CONTAINERS_MAX} arrays and objects")
    if text.count(b",") >= VALUES_MAX:
        raise ValueError(f"has more than {VALUES_MAX} values")
