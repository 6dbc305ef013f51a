"""Move a polling session of Engine.IO to a WebSocket.

Engine.IO sends nothing over polling from the moment the WebSocket of an upgrade opens. A WebSocket that then stays
silent, because a proxy loses its frames, would leave the session without a transport. Here the session goes on polling
until the client has completed the upgrade; an upgrade that fails changes nothing.

    client                  server
    2probe  ─────────────▶
            ◀─────────────  3probe, and a no-op packet to the pending poll, so that the client can stop polling
    5       ─────────────▶          the session uses the WebSocket from now on
"""

import asyncio
from collections.abc import Callable

from arcbeat.concurrency import background
from arcbeat.realtime.socketio.transport import WebSocketTransport

UPGRADE_SECONDS_MAX = 10.0
"""Time that a client has to complete an upgrade after it has opened the WebSocket."""
END_POLL_SECONDS_RANGE = (0.1, 2.0)
"""Pauses between ending the polls of a client that prepares to upgrade; each is twice as long as the one before.

A client that does not receive the answer to its probe goes on polling, and would otherwise poll without a pause.
"""
PROBE, PROBE_ANSWER, UPGRADE = "2probe", "3probe", "5"


async def complete_handshake(transport: WebSocketTransport, end_poll: Callable[[], None]) -> bool:
    """Carry out the handshake of an upgrade; return whether the client has completed it.

    Args:
        end_poll: ends the pending poll of the session, if there is one.

    Raises:
        OSError: the connection was lost, or the server has aborted it.
    """
    await transport.receive()
    await transport.send({"type": "websocket.accept"})
    if await transport.receive_packet() != PROBE:
        return False
    await transport.send_packet(PROBE_ANSWER)
    async with background(_end_polls(end_poll)):
        return await transport.receive_packet() == UPGRADE


async def _end_polls(end_poll: Callable[[], None]) -> None:
    seconds, seconds_max = END_POLL_SECONDS_RANGE
    while True:
        end_poll()
        await asyncio.sleep(seconds)
        seconds = min(2 * seconds, seconds_max)
