"""The private parts of uvicorn and of websockets, on which uvicorn's WebSockets are built.

uvicorn documents no way to cut off a client that does not read, none to limit the head of a request, and none to send
bytes that are framed already. `PRIVATE_NAMES` lists each name; it is checked at start. `http_protocol` extends
HttpToolsProtocol.
"""

import logging
from collections.abc import Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import MAX_LINE_LENGTH, MAX_NUM_HEADERS
from websockets.protocol import State
from websockets.server import ServerProtocol

from arcbeat.private_names import PrivateNames
from arcbeat.realtime.rooms.frames import PreframedUtf8
from arcbeat.realtime.socketio.transport import WRITE_NOWAIT

__all__ = [
    "PRIVATE_NAMES",
    "WEBSOCKET_HEADERS_MAX",
    "WEBSOCKET_LINE_BYTES_MAX",
    "HttpToolsProtocol",
    "RequestResponseCycle",
    "WebSocketProtocol",
    "status_line",
]

PRIVATE_NAMES = (
    PrivateNames(
        "uvicorn",
        "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol",
        (
            "_start_asgi_task",
            "app",
            "connection_lost",
            "connection_made",
            "cycle",
            "data_received",
            "handle_websocket_upgrade",
            "headers",
            "loop",
            "on_body",
            "on_header",
            "on_headers_complete",
            "on_message_begin",
            "on_message_complete",
            "on_response_complete",
            "on_url",
            "pause_writing",
            "resume_writing",
            "send_400_response",
            "server_state",
            "timeout_keep_alive_handler",
            "transport",
            "url",
        ),
    ),
    PrivateNames("uvicorn", "uvicorn.protocols.http.httptools_impl", ("STATUS_LINE",)),
    PrivateNames(
        "uvicorn",
        "uvicorn.protocols.http.httptools_impl:RequestResponseCycle",
        (
            "default_headers",
            "disconnected",
            "flow",
            "keep_alive",
            "message_event",
            "on_response",
            "response_complete",
            "response_started",
            "scope",
            "send",
            "transport",
            "waiting_for_100_continue",
        ),
    ),
    PrivateNames("uvicorn", "uvicorn.protocols.http.flow_control:FlowControl", ("write_paused",)),
    PrivateNames(
        "uvicorn",
        "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol",
        ("conn", "keepalive_timeout", "logger", "loop", "run_asgi", "scope", "transport", "writable"),
    ),
    PrivateNames("uvicorn", "uvicorn.config:Config", ("ws_max_size",)),
    PrivateNames(
        "websockets", "websockets.server:ServerProtocol", ("data_to_send", "send_frame", "send_text", "state", "writes")
    ),
    PrivateNames("websockets", "websockets.frames:Frame", ("serialize",)),
    PrivateNames("websockets", "websockets.http11", ("MAX_LINE_LENGTH", "MAX_NUM_HEADERS")),
    PrivateNames("websockets", "websockets.protocol:State", ("OPEN",)),
)

WEBSOCKET_LOGGER = "uvicorn.websocket"
FLUSH_SECONDS = 5.0
"""Time that a client has to read the rest after the application is done with its connection."""
WEBSOCKET_LINE_BYTES_MAX = MAX_LINE_LENGTH - len("\r\n")
"""The size of a line of the request for a WebSocket. A longer one, or more headers, would never be answered."""
WEBSOCKET_HEADERS_MAX = MAX_NUM_HEADERS


def status_line(status: int) -> bytes:
    """Return the first line of a response."""
    return STATUS_LINE[status]


class PreframingProtocol(ServerProtocol):
    """The WebSocket protocol of one connection, without extensions, which does not frame what is framed already.

    All clients are then sent the same bytes; otherwise each frame would be copied once per client.
    """

    def send_frame(self, frame: Frame) -> None:
        if isinstance(frame.data, PreframedUtf8) and frame.fin:
            self.writes.append(frame.data.framed)
        else:
            super().send_frame(frame)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which also aborts connections of clients that do not read.

    uvicorn closes a connection only after the client has read everything that was sent. A client that does not read
    would keep the connection and the frames on it in memory for ever.
    """

    def __init__(self, config: Config, *args: Any, **options: Any) -> None:
        super().__init__(config, *args, **options)
        # uvicorn and websockets log URLs and headers of connections, in which tokens may be. This logger logs warnings.
        self.logger = logging.getLogger(WEBSOCKET_LOGGER)
        self.conn = PreframingProtocol(max_size=config.ws_max_size, logger=self.logger)

    def write_nowait(self, make: Callable[[], str]) -> bool:
        """Implement the ASGI extension WRITE_NOWAIT, which see."""
        if self.conn.state is not State.OPEN or self.transport.is_closing() or not self.writable.is_set():
            return False
        self.conn.send_text(make().encode())
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    async def run_asgi(self) -> None:
        self.scope["extensions"][WRITE_NOWAIT] = {"write": self.write_nowait}
        try:
            await super().run_asgi()
        finally:
            self.loop.call_later(FLUSH_SECONDS, self.transport.abort)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()
