"""Request bodies that an operation parses itself, if it can do so faster than the contract's validator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class UnparsedBody:
    """A JSON body within the limits of size, not parsed yet.

    Attributes:
        text: the JSON text, decompressed. It may be anything.
        parse: returns the value, validated against the contract; raises InvalidInput if it is not valid.
    """

    text: bytes
    parse: Callable[[], Any]
