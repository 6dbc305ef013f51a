"""Validate what clients post over long polling before Engine.IO reads it.

Engine.IO answers an invalid or too long request only after the client has read everything that was sent to it, which a
client that does not poll never does.
"""

from starlette.types import Message, Receive, Scope

from arcbeat.api.body import read_body
from arcbeat.domain.errors import InputError, InvalidInput
from arcbeat.realtime.rooms.limits import MESSAGE_BYTES_MAX

SEPARATOR = "\x1e"
PACKETS_MAX = 16
"""The most packets that Engine.IO accepts in one request."""
PACKET_TYPES = tuple("134")
"""Close, pong and message: the packets that a client may post. The other types are for the server, or for upgrades."""


async def read_packets(scope: Scope, receive: Receive) -> Receive:
    """Read the body, check that it consists of packets, and return a channel from which it can be read again.

    Raises:
        InvalidInput: the body is not a list of packets, or did not arrive in time.
        PayloadTooLarge: the body is longer than 64 KiB.
        ClientDisconnected: the client has disconnected.
    """
    body = await read_body(scope, receive, MESSAGE_BYTES_MAX)
    if not _are_packets(body):
        detail = f"not Engine.IO packets: at most {PACKETS_MAX} of type close, pong or message"
        raise InvalidInput((InputError("body", "", detail),))

    async def receive_again() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _are_packets(body: bytes) -> bool:
    try:
        packets = body.decode().split(SEPARATOR)
    except UnicodeDecodeError:
        return False
    return len(packets) <= PACKETS_MAX and all(packet.startswith(PACKET_TYPES) for packet in packets)
