"""What is too large to be held at once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamedBody:
    """The body of a request as it comes in; it can be read once."""

    media_type: str
    chunks: AsyncIterator[bytes]
