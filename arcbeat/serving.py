"""How the application is served: the settings of uvicorn that every server of it needs."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from arcbeat.realtime.limits import MAX_MESSAGE_BYTES, MAX_WAITING_SECONDS

PING_SECONDS = 20.0
FLUSH_SECONDS = 5.0


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, which lets a client keep what it was sent: ``close`` waits until all of it is taken, for ever.

    One that takes nothing any more is cut off, or its connection and the frames on it would stay in memory.
    """

    async def run_asgi(self) -> None:
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
        "ws_max_size": MAX_MESSAGE_BYTES,
        "ws_ping_interval": PING_SECONDS,
        # a client has to take what was sent before the ping first, and one on a slow line needs its time
        "ws_ping_timeout": MAX_WAITING_SECONDS,
        "ws_per_message_deflate": False,
    }
