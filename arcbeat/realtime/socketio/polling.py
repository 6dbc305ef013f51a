"""What clients post that poll: read and checked before Engine.IO sees it.

What is too long or no packet it answers only when the client has taken all that it was sent, which may be never.
"""

from starlette.types import Message, Receive, Scope

from arcbeat.api.body import read_body
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.realtime.rooms.limits import MESSAGE_BYTES_MAX

SEPARATOR = "\x1e"
PACKETS_MAX = 16
"""As many as Engine.IO takes at once."""
PACKET_TYPES = tuple("134")
"""Close, pong and message; all else has another way, or is no client's to say."""


async def read_packets(scope: Scope, receive: Receive) -> Receive:
    """The request again, once its body is known to hold packets.

    Raises:
        InvalidInput: it does not, or did not arrive in time.
        PayloadTooLarge: it is too long.
        ClientDisconnected: there is nobody left to answer.
    """
    body = await read_body(scope, receive, MESSAGE_BYTES_MAX)
    if not _are_packets(body):
        raise InvalidInput((InputError("body", "", "no packets"),))

    async def again() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _are_packets(body: bytes) -> bool:
    try:
        packets = body.decode().split(SEPARATOR)
    except UnicodeDecodeError:
        return False
    return len(packets) <= PACKETS_MAX and all(packet.startswith(PACKET_TYPES) for packet in packets)
