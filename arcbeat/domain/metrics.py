"""Ports of the metrics: what is counted, and the text that a monitoring system scrapes."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class ReadingCounter(Protocol):
    """Counts accepted and rejected readings."""

    def count_readings(self, *, accepted: int, rejected: int) -> None: ...


class PrunedReadingCounter(Protocol):
    """Counts readings that were deleted because of their age."""

    def count_pruned(self, deleted: int) -> None: ...


class StoreObserver(Protocol):
    """Measures calls to stores."""

    def call(self, store: str) -> AbstractContextManager[None]:
        """Return a context for one call to a store; an error that leaves it is recorded as the outcome of the call."""
        ...


class ConnectObserver(Protocol):
    """Measures how long it takes to connect to stores."""

    def connected(self, store: str, seconds: float) -> None:
        """Note a connection that was established."""
        ...


class MetricsExposition(Protocol):
    """The metrics as text.

    Attributes:
        content_type: the media type of the text.
    """

    @property
    def content_type(self) -> str: ...

    def exposition(self) -> bytes: ...


class _Unobserved:
    def call(self, store: str) -> AbstractContextManager[None]:  # noqa: ARG002 -- the signature of the port
        return nullcontext()

    def connected(self, store: str, seconds: float) -> None:
        """Do nothing."""


UNOBSERVED = _Unobserved()
"""A StoreObserver and ConnectObserver that measures nothing."""
