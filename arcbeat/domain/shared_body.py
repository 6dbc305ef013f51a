"""The body of a response that several clients get."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class SharedBody:
    """A body that is kept for later requests, together with its compressed forms, each of which is made once.

    Attributes:
        content: the body, not compressed.
        compressed: the compressed forms that were requested so far, by content coding.
    """

    content: bytes
    compressed: dict[str, bytes] = field(default_factory=dict)
