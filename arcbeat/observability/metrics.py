"""Prometheus metrics of requests, store calls, sampling and sockets. If tracing is on, store calls are traced too."""

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
LAG_BUCKETS_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)

Gauges = Callable[[], dict[str, float]]
Span = Callable[[str], AbstractContextManager[None]]
"""Returns a context whose duration is traced under a name: ``with span("tdengine"):``."""


def no_span(_: str) -> AbstractContextManager[None]:
    """Return a context that is not traced."""
    return nullcontext()


class _Gauges(Collector):
    """A gauge whose values are computed at each scrape."""

    def __init__(self, name: str, documentation: str, read: Gauges) -> None:
        self._name = name
        self._documentation = documentation
        self._read = read

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(self._name, self._documentation, labels=["what"])
        for what, value in self._read().items():
            family.add_metric([what], value)
        yield family


class Metrics:
    """All metrics of one application, in a registry of its own.

    Label values are bounded: operations, device types, stores and reasons, never ids of devices or clients.
    """

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, span: Span = no_span) -> None:
        self._registry = CollectorRegistry()
        self._span = span
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self._requests = self._histogram(
            "arcbeat_request_seconds", "How long requests took, by operation and status", "operation", "status"
        )
        # Cached, because labels() is slow.
        self._observe_request = cache(lambda name, status: self._requests.labels(name, str(status)).observe)
        self._calls = self._histogram(
            "arcbeat_store_call_seconds", "How long calls to stores took, by store and outcome", "store", "outcome"
        )
        self._call_labels = cache(lambda store, outcome: self._calls.labels(store, outcome))
        self._readings = self._counter("arcbeat_readings", "Readings received by the ingest API, by outcome", "outcome")
        self._samplings = self._histogram(
            "arcbeat_sampling_seconds",
            "How long reading one sample of a device type took, by type and outcome",
            "type_code",
            "outcome",
        )
        self._ticks = self._counter(
            "arcbeat_ticks", "Ticks, by device type and source of the readings", "type_code", "source"
        )
        self._skipped = self._counter(
            "arcbeat_skipped_ticks",
            "Ticks that were skipped because the one before took too long, by device type",
            "type_code",
        )
        self._sockets = self._counter(
            "arcbeat_socket_events",
            "Sockets opened, refused and closed, by transport and reason",
            "transport",
            "event",
            "reason",
        )
        self._frames = self._counter(
            "arcbeat_frames", "Frames sent to clients, by transport and event", "transport", "event"
        )
        self._frame_bytes = self._counter(
            "arcbeat_frame_bytes", "Bytes of the frames sent to clients, by transport and event", "transport", "event"
        )
        # Cached, because labels() is slow and a frame is sent to each client at each tick.
        self._sent = cache(lambda *labels: (self._frames.labels(*labels), self._frame_bytes.labels(*labels)))
        self._roles = self._counter(
            "arcbeat_role_changes",
            "How often this process took a role in sampling, by role; leader counts takeovers",
            "role",
        )
        self._followed = self._counter(
            "arcbeat_followed_frames",
            "Frames of the leader that were applied (taken), and gaps after which a stream was read again (gap)",
            "outcome",
        )
        self._lag = Histogram(
            "arcbeat_event_loop_lag_seconds",
            "How late timers of the event loop fired, because other code ran meanwhile",
            buckets=LAG_BUCKETS_SECONDS,
            registry=self._registry,
        )
        self._pruned = self._counter("arcbeat_pruned_readings", "Readings deleted because of their age")

    def _counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Counter(name, documentation, labels, registry=self._registry)

    def _histogram(self, name: str, documentation: str, *labels: str) -> Histogram:
        return Histogram(name, documentation, labels, buckets=BUCKETS_SECONDS, registry=self._registry)

    def request(self, operation: str, status: int, seconds: float) -> None:
        """Measure a request that was answered."""
        self._observe_request(operation, status)(seconds)

    def count_readings(self, *, accepted: int, rejected: int) -> None:
        """Count the readings of a batch."""
        self._readings.labels("accepted").inc(accepted)
        self._readings.labels("rejected").inc(rejected)

    def count_pruned(self, deleted: int) -> None:
        """Count readings deleted because of their age."""
        self._pruned.inc(deleted)

    def observe_lag(self, seconds: float) -> None:
        """Measure how late a timer of the event loop fired."""
        self._lag.observe(seconds)

    def socket_opened(self, transport: str) -> None:
        """Count a client that was admitted."""
        self._sockets.labels(transport, "opened", "").inc()

    def socket_rejected(self, transport: str, problem: str) -> None:
        """Count a client that was rejected, by the problem type."""
        self._sockets.labels(transport, "refused", problem).inc()

    def socket_closed(self, transport: str, reason: str) -> None:
        """Count a connection that was closed, by the reason."""
        self._sockets.labels(transport, "closed", reason).inc()

    def frame_sent(self, transport: str, event: str, size_bytes: int) -> None:
        """Count a frame that was sent to one client."""
        frames, frame_bytes = self._sent(transport, event)
        frames.inc()
        frame_bytes.inc(size_bytes)

    @contextmanager
    def call(self, store: str) -> Iterator[None]:
        """Measure and trace one call to a store; an error that leaves the context is recorded as the outcome."""
        with _timed(self._call_labels, store), self._span(store):
            yield

    def measure_sampling(self, type_code: str) -> AbstractContextManager[None]:
        """Return a context for reading one sample; an error that leaves it is recorded as the outcome."""
        return _timed(self._samplings.labels, type_code)

    def count_tick(self, type_code: str, source: Source | None, *, skipped: int) -> None:
        """Count a tick and the ticks skipped before it; ``source`` is None while there is no snapshot."""
        self._ticks.labels(type_code, source or "none").inc()
        self._skipped.labels(type_code).inc(skipped)

    def count_role_change(self, role: str) -> None:
        """Count that this process has changed to a role."""
        self._roles.labels(role).inc()

    def count_followed_frame(self) -> None:
        """Count a frame of the leader that was applied."""
        self._followed.labels("taken").inc()

    def count_gap(self) -> None:
        """Count that frames of the leader were missing."""
        self._followed.labels("gap").inc()

    def register_gauges(self, name: str, documentation: str, read: Gauges) -> None:
        """Add a gauge; ``read`` is called at each scrape, and returns one value per value of the label ``what``."""
        self._registry.register(_Gauges(name, documentation, read))

    def exposition(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._registry)


@contextmanager
def _timed(labels: Callable[[str, str], Histogram], label: str) -> Iterator[None]:
    """Observe the duration of the body; the outcome is ok, the class of an error of ours, or abandoned."""
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
        labels(label, outcome).observe(time.perf_counter() - started)
