"""Traces by OpenTelemetry: one trace from a request to its store calls.

If OTEL_EXPORTER_OTLP_ENDPOINT is set, spans are exported to it, and the SDK's own variables (OTEL_SERVICE_NAME,
OTEL_TRACES_SAMPLER …) apply. If it is not set, nothing is traced.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from arcbeat.observability.metrics import Span

if TYPE_CHECKING:
    from arcbeat.observability.spans import Tracing

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def configured(environment: Mapping[str, str]) -> "Tracing | None":
    """Return the tracing that the environment asks for; None if it names no endpoint."""
    if not environment.get(ENDPOINT):
        return None
    # Here, because a process that exports no traces starts faster without OpenTelemetry.
    from arcbeat.observability.spans import Tracing

    return Tracing.exporting()


def store_span(tracing: "Tracing | None", otherwise: Span) -> Span:
    """Return what traces store calls: ``otherwise`` if nothing is traced."""
    return tracing.call if tracing is not None else otherwise
