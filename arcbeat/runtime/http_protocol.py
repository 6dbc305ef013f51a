"""The protocol of HTTP connections: uvicorn's, with limits on the size and the time of what clients send.

uvicorn itself waits for ever for the head of a request, of any size, and for a client to read a response.
"""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from arcbeat.api.problems import problem_response
from arcbeat.domain.errors import ArcbeatError, HeaderTooLarge, InvalidInput, ServerUnavailable
from arcbeat.runtime.open_connections import OpenConnections, connections_max
from arcbeat.runtime.uvicorn_internals import (
    WEBSOCKET_HEADERS_MAX,
    WEBSOCKET_LINE_BYTES_MAX,
    HttpToolsProtocol,
    RequestResponseCycle,
    WebSocketProtocol,
    status_line,
)
from arcbeat.runtime.whole_response import WholeResponse

HEAD_BYTES_MAX = 64 * 1024
"""The size of a request line and its headers. Trailers, and extensions of chunks, have the same limit."""
HEAD_SECONDS_MAX = 10.0
"""Time for the head of a request, from the opening of the connection, or from the first byte of a later request."""
KEEP_ALIVE_SECONDS = 5
"""Time for which a connection stays open between two requests."""
STALL_SECONDS = 60.0
"""A client that reads nothing of a response for this long is disconnected."""
HEALTH_PATH = "/healthz"

_connections: WeakKeyDictionary[ServerState, OpenConnections] = WeakKeyDictionary()


def connections_of(state: ServerState) -> OpenConnections:
    """Return the open connections of a server."""
    if state not in _connections:
        _connections[state] = OpenConnections(connections_max())
    return _connections[state]


class HttpProtocol(HttpToolsProtocol):
    """One connection. It may become a `CountedWebSocketProtocol`, which then has its transport."""

    head_seconds_max = HEAD_SECONDS_MAX
    stall_seconds = STALL_SECONDS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._open_connections = connections_of(self.server_state)
        self._head_timer: asyncio.TimerHandle | None = None
        self._stall_timer: asyncio.TimerHandle | None = None
        self._is_in_head = True
        self._is_closed = False
        self._is_surplus = False
        self._head_bytes = 0
        """Bytes of the lines of the present head, or of the trailers."""
        self._bytes_without_progress = 0
        """Bytes since the last complete head, body data or message: of an incomplete head, a trailer or a chunk's
        extension, all of which the parser keeps in memory."""
        self._has_progressed = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn declares it
        super().connection_made(transport)
        self._is_surplus = self._open_connections.add(self, transport)
        if self._is_surplus:
            self.app = _health_only(self.app)
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closed = True
        self._stop_head_timer()
        self._stop_stall_timer()
        self._open_connections.serve(self)
        self._open_connections.remove(self.transport)
        super().connection_lost(exc)

    def abort(self) -> None:
        """Close the connection now."""
        self._is_closed = True
        self._open_connections.serve(self)
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._is_closed:
            return
        self._has_progressed = False
        super().data_received(data)
        if self._is_closed or self.transport.get_protocol() is not self:
            return
        self._bytes_without_progress = 0 if self._has_progressed else self._bytes_without_progress + len(data)
        if self._bytes_without_progress > HEAD_BYTES_MAX:
            self._reject(HeaderTooLarge())
        elif self._head_timer is None and (self.cycle is None or self.cycle.response_complete):
            self._start_head_timer()

    def on_message_begin(self) -> None:
        self._head_bytes = 0
        self._is_in_head = True
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        if self._fits(len(url)):
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        # Trailers are dropped: the application has received the headers before.
        self._head_bytes += len(name) + len(value)  # as `_fits` does, without a call per header
        if self._head_bytes <= HEAD_BYTES_MAX and self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._has_progressed = True
        self._is_in_head = False
        if self._head_bytes > HEAD_BYTES_MAX:
            self._reject(HeaderTooLarge())
        if self._is_closed:
            return
        self._stop_head_timer()
        self._open_connections.serve(self)
        super().on_headers_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if cycle.scope["method"] != "HEAD":
            cycle.send = WholeResponse(cycle).send  # type: ignore[method-assign,assignment] # as uvicorn types it
        super()._start_asgi_task(cycle, app)

    def on_body(self, body: bytes) -> None:
        self._has_progressed = True
        if not self._is_closed:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._has_progressed = True
        if not self._is_closed:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._start_stall_timer()
        elif self.cycle.response_complete:  # otherwise a pipelined request is served next
            self._open_connections.wait(self, is_surplus=self._is_surplus)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- as uvicorn calls it
        self._reject(InvalidInput((), "This is not an HTTP/1.1 request: its first line or a header is malformed."))

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._start_stall_timer()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._start_stall_timer()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_stall_timer()

    def handle_websocket_upgrade(self) -> None:
        if self._is_closed:
            return
        if self._is_surplus:
            self._reject(ServerUnavailable())
        elif not self._fits_websocket():
            self._reject(HeaderTooLarge("A request for a WebSocket may have lines of at most 8 KiB, and 128 headers."))
        else:
            self._stop_head_timer()
            self._open_connections.serve(self)
            super().handle_websocket_upgrade()

    def _fits(self, size: int) -> bool:
        self._head_bytes += size
        return self._head_bytes <= HEAD_BYTES_MAX

    def _fits_websocket(self) -> bool:
        lines = [len(self.url) + len("GET  HTTP/1.1"), *(len(name) + len(value) + 2 for name, value in self.headers)]
        return max(lines) <= WEBSOCKET_LINE_BYTES_MAX and len(self.headers) <= WEBSOCKET_HEADERS_MAX

    def _reject(self, error: ArcbeatError) -> None:
        """Answer with a problem and close the connection, whatever else the client sends."""
        self._is_closed = True
        self._stop_head_timer()
        if self.cycle is None or self.cycle.response_complete:
            response = problem_response(error)
            head = [status_line(response.status_code), *(b"%b: %b\r\n" % each for each in response.raw_headers)]
            self.transport.write(b"".join([*head, b"connection: close\r\n\r\n", bytes(response.body)]))
        self.transport.close()
        self._start_stall_timer()

    def _start_head_timer(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds_max, self._close_late)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _close_late(self) -> None:
        self._head_timer = None
        # A request that is being served may have a pipelined one behind it, for whose head the client has time.
        if self.cycle is None or self.cycle.response_complete:
            self._is_closed = True
            self.transport.close()
            self._start_stall_timer()

    def _start_stall_timer(self) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread and self._stall_timer is None:
            self._stall_timer = self.loop.call_later(self.stall_seconds, self._abort_if_stalled, unread)

    def _stop_stall_timer(self) -> None:
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None

    def _abort_if_stalled(self, unread_before: int) -> None:
        self._stall_timer = None
        if self.transport.get_write_buffer_size() >= unread_before:
            self.transport.abort()
        else:
            self._start_stall_timer()


class CountedWebSocketProtocol(WebSocketProtocol):
    """A WebSocket, which counts as an open connection."""

    def __init__(self, config: Config, server_state: ServerState, *args: Any, **options: Any) -> None:
        super().__init__(config, server_state, *args, **options)
        self._open_connections = connections_of(server_state)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open_connections.remove(self.transport)
        super().connection_lost(exc)


def _health_only(app: Any) -> ASGIApp:
    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == HEALTH_PATH:
            await app(scope, receive, send)
            return
        response = problem_response(ServerUnavailable())
        response.headers["Connection"] = "close"
        await response(scope, receive, send)

    return served
