"""The options of uvicorn with which the application must be served."""

from typing import Any

from arcbeat.realtime.rooms.limits import MESSAGE_BYTES_MAX, WAITING_SECONDS_MAX
from arcbeat.runtime.http_protocol import KEEP_ALIVE_SECONDS, CountedWebSocketProtocol, HttpProtocol

PING_SECONDS = 20.0


def uvicorn_options() -> dict[str, Any]:
    """Return keyword arguments for ``uvicorn.Config`` and ``uvicorn.run``."""
    return {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        # uvicorn trusts X-Forwarded-For from loopback by default; arcbeat.api.access.forwarded reads it instead.
        "proxy_headers": False,
        "http": HttpProtocol,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "ws": CountedWebSocketProtocol,
        "ws_max_size": MESSAGE_BYTES_MAX,
        "ws_ping_interval": PING_SECONDS,
        # A client answers a ping only after it has read what was sent before, which takes time on a slow network.
        "ws_ping_timeout": WAITING_SECONDS_MAX,
        # Compression would be done once per client, for the same frame.
        "ws_per_message_deflate": False,
    }
