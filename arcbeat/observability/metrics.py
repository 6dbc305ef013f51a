"""What an operator sees from outside: metrics of requests and store calls, and traces where they are wanted."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from arcbeat.domain.errors import ArcbeatError
from arcbeat.domain.readings.latest import Source

BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

Gauges = Callable[[], dict[str, float]]
Span = Callable[[str], AbstractContextManager[None]]
"""Something that can be traced: ``with span("name"):``."""


def no_span(_: str) -> AbstractContextManager[None]:
    """Where nobody traces."""
    return nullcontext()


class _Gauges(Collector):
    """Figures that are asked for when somebody looks."""

    def __init__(self, name: str, documentation: str, ask: Gauges) -> None:
        self._name = name
        self._documentation = documentation
        self._ask = ask

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(self._name, self._documentation, labels=["what"])
        for what, value in self._ask().items():
            family.add_metric([what], value)
        yield family


class Metrics:
    """All metrics of one application."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, span: Span = no_span) -> None:
        self._registry = CollectorRegistry()
        self._span = span
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self._requests = self._histogram(
            "arcbeat_request_seconds", "How long requests took, by operation and status", "operation", "status"
        )
        self._calls = self._histogram(
            "arcbeat_store_call_seconds", "How long calls to stores took, by store and outcome", "store", "outcome"
        )
        self._readings = self._counter("arcbeat_readings", "Readings that were sent, by what became of them", "outcome")
        self._samplings = self._histogram(
            "arcbeat_sampling_seconds",
            "How long it took to read a whole device type, by type and outcome",
            "type_code",
            "outcome",
        )
        self._ticks = self._counter(
            "arcbeat_ticks", "Ticks, by type and by where the readings were from", "type_code", "source"
        )
        self._skipped = self._counter(
            "arcbeat_skipped_ticks", "Ticks that passed while the one before was not done", "type_code"
        )
        self._sockets = self._counter(
            "arcbeat_socket_events", "What became of sockets, and why", "transport", "event", "reason"
        )
        self._frames = self._counter("arcbeat_frames", "Frames that were sent over sockets", "transport", "event")
        self._frame_bytes = self._counter("arcbeat_frame_bytes", "Bytes of the frames", "transport", "event")
        # found once: every client is told at every tick
        self._sent = cache(lambda *labels: (self._frames.labels(*labels), self._frame_bytes.labels(*labels)))
        self._roles = self._counter(
            "arcbeat_role_changes",
            "How often this process became something for the sampling, by what; leader is a takeover",
            "role",
        )
        self._followed = self._counter(
            "arcbeat_followed_frames",
            "Frames of another process: taken in, or found missing, so that the whole was read",
            "outcome",
        )
        self._pruned = self._counter("arcbeat_pruned_readings", "Readings that were deleted because they were old")

    def _counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Counter(name, documentation, labels, registry=self._registry)

    def _histogram(self, name: str, documentation: str, *labels: str) -> Histogram:
        """Of seconds."""
        return Histogram(name, documentation, labels, buckets=BUCKETS_SECONDS, registry=self._registry)

    def request(self, operation: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(operation, str(status)).observe(seconds)

    def count_readings(self, *, accepted: int, rejected: int) -> None:
        """Count the readings of a batch."""
        self._readings.labels("accepted").inc(accepted)
        self._readings.labels("rejected").inc(rejected)

    def count_pruned(self, deleted: int) -> None:
        """Count readings deleted because of their age."""
        self._pruned.inc(deleted)

    def socket_opened(self, transport: str) -> None:
        """A client was let in."""
        self._sockets.labels(transport, "opened", "").inc()

    def socket_rejected(self, transport: str, problem: str) -> None:
        """A client was not."""
        self._sockets.labels(transport, "refused", problem).inc()

    def socket_closed(self, transport: str, reason: str) -> None:
        """A client has gone, or was sent away."""
        self._sockets.labels(transport, "closed", reason).inc()

    def frame_sent(self, transport: str, event: str, size_bytes: int) -> None:
        """A client was told something."""
        frames, frame_bytes = self._sent(transport, event)
        frames.inc()
        frame_bytes.inc(size_bytes)

    @contextmanager
    def call(self, store: str) -> Iterator[None]:
        """Around one call to a store; the error that leaves it is its outcome."""
        with _timed(self._calls, store), self._span(store):
            yield

    def measure_sampling(self, type_code: str) -> AbstractContextManager[None]:
        """Around one sampling; the error that leaves it is its outcome."""
        return _timed(self._samplings, type_code)

    def count_tick(self, type_code: str, source: Source | None, *, skipped: int) -> None:
        """A tick of a type is done; there is no source as long as nothing is known."""
        self._ticks.labels(type_code, source or "none").inc()
        self._skipped.labels(type_code).inc(skipped)

    def count_role_change(self, role: str) -> None:
        """This process has another role in the sampling."""
        self._roles.labels(role).inc()

    def count_followed_frame(self) -> None:
        """A frame of another process was taken in."""
        self._followed.labels("taken").inc()

    def count_gap(self) -> None:
        """Frames of another process were missing."""
        self._followed.labels("gap").inc()

    def gauges(self, name: str, documentation: str, ask: Gauges) -> None:
        """Figures under a name, asked for at every look."""
        self._registry.register(_Gauges(name, documentation, ask))

    def exposition(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)


@contextmanager
def _timed(histogram: Histogram, label: str) -> Iterator[None]:
    """How long it takes, by the label and by the error that leaves it."""
    started, outcome = time.perf_counter(), "ok"
    try:
        yield
    except ArcbeatError as error:
        outcome = type(error).__name__
        raise
    except BaseException:
        outcome = "abandoned"
        raise
    finally:
        histogram.labels(label, outcome).observe(time.perf_counter() - started)
