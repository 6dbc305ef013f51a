"""How the application is served: the settings of uvicorn that every server of it needs."""

from collections.abc import Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.protocol import State
from websockets.server import ServerProtocol

from arcbeat.realtime.rooms.frames import PreframedUtf8
from arcbeat.realtime.rooms.limits import MESSAGE_BYTES_MAX, WAITING_SECONDS_MAX
from arcbeat.realtime.socketio.transport import WRITE_NOWAIT

PING_SECONDS = 20.0
FLUSH_SECONDS = 5.0


class Framing(ServerProtocol):
    """Of one connection, without extensions: what is framed already is sent as it is, the same bytes to everybody."""

    def send_frame(self, frame: Frame) -> None:
        if isinstance(frame.data, PreframedUtf8) and frame.fin:
            self.writes.append(frame.data.framed)
        else:
            super().send_frame(frame)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, which lets a client keep what it was sent: ``close`` waits until all of it is taken, for ever.

    One that takes nothing any more is cut off, or its connection and the frames on it would stay in memory.
    """

    def __init__(self, config: Config, *args: Any, **options: Any) -> None:
        super().__init__(config, *args, **options)
        self.conn = Framing(max_size=config.ws_max_size, logger=self.logger)

    def write_nowait(self, make: Callable[[], str]) -> bool:
        """See WRITE_NOWAIT."""
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


def uvicorn_options() -> dict[str, Any]:
    """Of uvicorn.Config and uvicorn.run.

    Nothing is compressed on sockets: a frame would be compressed once for every client.
    """
    return {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "ws": WebSocketProtocol,
        "ws_max_size": MESSAGE_BYTES_MAX,
        "ws_ping_interval": PING_SECONDS,
        # a client has to take what was sent before the ping first, and one on a slow line needs its time
        "ws_ping_timeout": WAITING_SECONDS_MAX,
        "ws_per_message_deflate": False,
    }
