"""Traces contain a request and its store calls."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from arcbeat.api.logged_paths import LoggedPaths
from arcbeat.api.requests import RequestContext
from arcbeat.domain.errors import StoreTimeout
from arcbeat.observability import tracing
from arcbeat.observability.metrics import Metrics, no_span
from arcbeat.observability.spans import Tracing

PARENT = "0af7651916cd43dd8448eb211c80319c"


class TracedApplication:
    """An application that calls a store at each request."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        traces = Tracing(provider)
        self.metrics = Metrics(tracing.store_span(traces, no_span))
        self.app = RequestContext(self._answer, LoggedPaths({"get_x": "/x"}), self.metrics, traces)
        self.failure: Exception | None = None
        self.bound: dict[str, object] = {}

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.bound = structlog.contextvars.get_contextvars()
        with self.metrics.call("tdengine"):
            if self.failure:
                raise self.failure
        await PlainTextResponse("done")(scope, receive, send)

    async def request(self, headers: tuple[tuple[bytes, bytes], ...] = ()) -> dict[str, ReadableSpan]:
        async def silence() -> Message:
            return {"type": "http.disconnect"}

        async def nowhere(message: Message) -> None:
            pass

        scope = {"type": "http", "method": "GET", "path": "/x", "headers": list(headers)}
        await self.app(scope, silence, nowhere)
        return {span.name: span for span in self.exporter.get_finished_spans()}


def context_of(span: ReadableSpan) -> SpanContext:
    context = span.get_span_context()
    assert context is not None
    return context


async def test_a_store_call_is_part_of_the_trace_of_its_request() -> None:
    spans = await TracedApplication().request()

    request, call = spans["GET /x"], spans["tdengine"]
    assert call.parent is not None
    assert call.parent.span_id == context_of(request).span_id


async def test_a_request_continues_the_trace_of_its_caller() -> None:
    spans = await TracedApplication().request(((b"traceparent", f"00-{PARENT}-b7ad6b7169203331-01".encode()),))

    assert {f"{context_of(span).trace_id:032x}" for span in spans.values()} == {PARENT}


async def test_log_lines_carry_the_ids_of_the_trace() -> None:
    traced = TracedApplication()
    spans = await traced.request()

    context = context_of(spans["GET /x"])
    assert traced.bound["trace_id"] == f"{context.trace_id:032x}"
    assert traced.bound["span_id"] == f"{context.span_id:016x}"
    assert "request_id" in traced.bound


async def test_a_failed_call_is_a_failed_span() -> None:
    traced = TracedApplication()
    traced.failure = StoreTimeout()
    with pytest.raises(StoreTimeout):
        await traced.request()

    spans = {span.name: span for span in traced.exporter.get_finished_spans()}
    assert not spans["tdengine"].status.is_ok


def test_without_an_endpoint_nothing_is_traced() -> None:
    assert tracing.configured({}) is None


class Collector(BaseHTTPRequestHandler):
    """An OTLP endpoint that records the paths and bodies that it receives."""

    received: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        self.received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_with_an_endpoint_spans_are_exported_at_the_latest_at_shutdown(monkeypatch: pytest.MonkeyPatch) -> None:
    Collector.received = []
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = {tracing.ENDPOINT: f"http://127.0.0.1:{server.server_port}"}
        monkeypatch.setenv(tracing.ENDPOINT, environment[tracing.ENDPOINT])
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        traces = tracing.configured(environment)
        assert traces is not None
        with traces.request(lambda: "GET /x", {}), traces.call("postgresql"):
            pass
        traces.shutdown()
        server.shutdown()

    [(path, body)] = Collector.received
    assert path == "/v1/traces"
    assert b"GET /x" in body
    assert b"postgresql" in body
