"""The spans of OpenTelemetry, which :mod:`arcbeat.observability.tracing` makes if a trace is exported."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, format_span_id, format_trace_id


class Tracing:
    """Makes the spans of requests and store calls."""

    def __init__(self, tracer_provider: TracerProvider) -> None:
        self._provider = tracer_provider
        self._tracer = tracer_provider.get_tracer("arcbeat")

    @classmethod
    def exporting(cls) -> "Tracing":
        """Export spans in batches, in a thread of the SDK, to the endpoint of the environment."""
        provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "arcbeat"}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return cls(provider)

    @contextmanager
    def request(self, name: Callable[[], str], headers: Mapping[str, str]) -> Iterator[None]:
        """Trace a request, as part of the caller's trace if the headers name one; bind the ids to its log lines.

        ``name`` is called at the end, when the operation of the request is known.
        """
        with self._tracer.start_as_current_span("request", context=extract(headers), kind=SpanKind.SERVER) as span:
            context = span.get_span_context()
            ids = {"trace_id": format_trace_id(context.trace_id), "span_id": format_span_id(context.span_id)}
            with structlog.contextvars.bound_contextvars(**ids):
                try:
                    yield
                finally:
                    span.update_name(name())

    @contextmanager
    def call(self, store: str) -> Iterator[None]:
        """Trace one call to a store."""
        with self._tracer.start_as_current_span(store, kind=SpanKind.CLIENT):
            yield

    def shutdown(self) -> None:
        """Export the spans that are left."""
        self._provider.shutdown()
