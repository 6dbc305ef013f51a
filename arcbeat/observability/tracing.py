"""Traces by OpenTelemetry, an optional extra: one trace from a request to its store calls.

Where the extra is installed and OTEL_EXPORTER_OTLP_ENDPOINT is set, spans are exported there; the SDK's own variables
(OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER …) apply. Everywhere else nothing is traced and nothing is imported.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec

import structlog

from arcbeat.observability.metrics import Span

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def configured(environment: Mapping[str, str]) -> "Tracing | None":
    """Tracing, if it is wanted and can be had."""
    if not environment.get(ENDPOINT):
        return None
    if find_spec("opentelemetry.sdk") is None:
        structlog.get_logger(__name__).warning("tracing_extra_missing", hint="pip install arcbeat[tracing]")
        return None
    return Tracing.exporting()


class Tracing:
    """Spans of requests and store calls."""

    def __init__(self, tracer_provider: object) -> None:
        from opentelemetry.sdk.trace import TracerProvider

        assert isinstance(tracer_provider, TracerProvider)  # noqa: S101 -- narrows what the optional package gives
        self._provider = tracer_provider
        self._tracer = tracer_provider.get_tracer("arcbeat")

    @classmethod
    def exporting(cls) -> "Tracing":
        """Spans go in batches, in a thread of the SDK, to the endpoint of the environment."""
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "arcbeat"}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        return cls(provider)

    @contextmanager
    def request(self, name: str, headers: Mapping[str, str]) -> Iterator[None]:
        """Around a request; its log lines carry the ids of the trace."""
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind, format_span_id, format_trace_id

        with self._tracer.start_as_current_span(name, context=extract(headers), kind=SpanKind.SERVER) as span:
            context = span.get_span_context()
            ids = {"trace_id": format_trace_id(context.trace_id), "span_id": format_span_id(context.span_id)}
            with structlog.contextvars.bound_contextvars(**ids):
                yield

    @contextmanager
    def call(self, store: str) -> Iterator[None]:
        """Around one call to a store."""
        from opentelemetry.trace import SpanKind

        with self._tracer.start_as_current_span(store, kind=SpanKind.CLIENT):
            yield

    def shutdown(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def store_span(tracing: Tracing | None, otherwise: Span) -> Span:
    """What store calls are traced by."""
    return tracing.call if tracing is not None else otherwise
