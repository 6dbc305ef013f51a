"""Read the packets that clients post over long polling, and make the responses that Engine.IO does not make."""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope

from arcbeat.api.body.reading import read_body
from arcbeat.domain.errors import InvalidInput
from arcbeat.realtime.rooms.limits import MESSAGE_BYTES_MAX

SEPARATOR = "\x1e"
PACKETS_MAX = 64
"""The most packets in one request. Clients post in one request what they have buffered."""
PACKET_TYPES = tuple("134")
"""Close, pong and message: the packets that a client may post. The other types are for the server, or for upgrades."""


async def read_packets(scope: Scope, receive: Receive) -> list[str]:
    """Return the packets in the body of a request, which may be chunked.

    Raises:
        InvalidInput: the body is not a list of packets, or did not arrive in time.
        PayloadTooLarge: the body is longer than 64 KiB.
        ClientDisconnected: the client has disconnected.
    """
    body = await read_body(scope, receive, MESSAGE_BYTES_MAX)
    try:
        packets = body.decode().split(SEPARATOR, PACKETS_MAX)
    except UnicodeDecodeError:
        packets = []
    if not 0 < len(packets) <= PACKETS_MAX or not all(packet.startswith(PACKET_TYPES) for packet in packets):
        detail = f"not Engine.IO packets: at most {PACKETS_MAX} of type close, pong or message"
        raise InvalidInput.of_body(detail)
    return packets


def text_response(scope: Scope, status: int, text: str, headers: dict[str, str] | None = None) -> PlainTextResponse:
    """Return a response to a request of an allowed origin, which the browser passes on to the page."""
    origin = Headers(scope=scope).get("origin")
    allowed = {"Access-Control-Allow-Origin": origin} if origin else {}
    return PlainTextResponse(text, status, {**allowed, **(headers or {})})
