"""The only module that uses private parts of uvicorn and of websockets, on which uvicorn's WebSockets are built.

uvicorn documents no way to cut off a client that does not read, and none to send bytes that are framed already.
`PRIVATE_NAMES` lists each name; it is checked at start.
"""

import logging
from collections.abc import Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.protocol import State
from websockets.server import ServerProtocol

from arcbeat.private_names import PrivateNames
from arcbeat.realtime.rooms.frames import PreframedUtf8
from arcbeat.realtime.socketio.transport import WRITE_NOWAIT

PRIVATE_NAMES = (
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
    PrivateNames("websockets", "websockets.protocol:State", ("OPEN",)),
)

WEBSOCKET_LOGGER = "uvicorn.websocket"
FLUSH_SECONDS = 5.0
"""Time that a client has to read the rest after the application is done with its connection."""


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
