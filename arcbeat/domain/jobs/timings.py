"""How long the calls of an attempt to stores took, gathered by the adapters through a context variable."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from arcbeat.domain.metrics import StoreObserver

DATABASE = "postgresql"
"""The store whose calls count as queries; the calls to any other one are HTTP requests."""


@dataclass(slots=True, eq=False)
class CallTimings:
    """The calls of one attempt. It is mutable, because the adapters add to it.

    Attributes:
        connect_seconds: The time of each connection that the process established meanwhile. A pool connects on behalf
            of all its users, so these are not divided between attempts.
    """

    database_seconds: float = 0.0
    database_calls: int = 0
    api_seconds: float = 0.0
    api_calls: int = 0
    connect_seconds: list[float] = field(default_factory=list)

    def add(self, inner: "CallTimings") -> None:
        """Add the calls of a measurement within this one, which has noted the same connections."""
        self.database_seconds += inner.database_seconds
        self.database_calls += inner.database_calls
        self.api_seconds += inner.api_seconds
        self.api_calls += inner.api_calls


_timings: ContextVar[CallTimings | None] = ContextVar("call_timings", default=None)


class CallTimer:
    """Implements StoreObserver and ConnectObserver; passes each call on to another StoreObserver.

    A call counts for the attempt in whose context it is made, tasks that the attempt started included.
    """

    def __init__(self, observer: StoreObserver) -> None:
        self._observer = observer
        self._measured: list[CallTimings] = []

    @contextmanager
    def measure(self) -> Iterator[CallTimings]:
        """Gather the calls that the body makes. They count for the surrounding measurement, too."""
        outer, timings = _timings.get(), CallTimings()
        token = _timings.set(timings)
        self._measured.append(timings)
        try:
            yield timings
        finally:
            self._measured.remove(timings)
            _timings.reset(token)
            if outer is not None:
                outer.add(timings)

    @contextmanager
    def call(self, store: str) -> Iterator[None]:
        """Measure one call to a store."""
        timings, started = _timings.get(), time.perf_counter()
        try:
            with self._observer.call(store):
                yield
        finally:
            if timings is not None:
                _add(timings, store, time.perf_counter() - started)

    def connected(self, store: str, seconds: float) -> None:  # noqa: ARG002 -- the signature of the port
        """Note a connection that was established."""
        for timings in self._measured:
            timings.connect_seconds.append(seconds)


def _add(timings: CallTimings, store: str, seconds: float) -> None:
    if store == DATABASE:
        timings.database_seconds += seconds
        timings.database_calls += 1
    else:
        timings.api_seconds += seconds
        timings.api_calls += 1
