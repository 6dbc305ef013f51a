"""Request bodies that are read as a stream."""

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamedBody:
    """A request body that is read in chunks while it arrives; it can be read once.

    Attributes:
        content_type: The media type with its parameters, for example ``text/csv; charset=gb18030``.
    """

    content_type: str
    chunks: AsyncIterator[bytes]
