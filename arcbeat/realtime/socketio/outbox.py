"""The outgoing packets of one client of Engine.IO."""

import asyncio
from collections.abc import Callable
from typing import Any

from arcbeat.realtime.socketio.internals import MESSAGE, is_close
from arcbeat.realtime.socketio.transport import WebSocketTransport


class Outbox(asyncio.Queue[Any]):
    """Engine.IO's queue of one client, with a shortcut for clients that keep up.

    Engine.IO has a task per client that takes packets from the queue and writes them. Waking thousands of tasks at
    each tick costs more than the writing itself. A message is therefore written directly when the client has read
    everything before it: the queue is empty and the task is waiting for it. All other packets go through the queue, so
    the order is kept.

    Pings always go through the queue: Engine.IO's task ends the connection if it receives nothing for longer than the
    ping interval and timeout together, and on a fast client only the pings would reach it.

    Attributes:
        transport: returns the client's WebSocket, or None while the client polls.
    """

    def __init__(self) -> None:
        super().__init__()
        self.transport: Callable[[], WebSocketTransport | None] = lambda: None
        self._is_awaited = False
        self._is_closed = False

    @property
    def is_awaited(self) -> bool:
        """Whether a task waits for the next packet: the one that writes to the WebSocket, or a pending poll."""
        return self._is_awaited

    async def get(self) -> Any:
        self._is_awaited = True
        try:
            return await super().get()
        finally:
            self._is_awaited = False

    def put_nowait(self, packet: Any) -> None:
        """Queue a packet, unless a close packet was the last one; then only None, which ends the task, is queued."""
        if packet is None or not self._is_closed:
            super().put_nowait(packet)
        if packet is not None and is_close(packet):
            self._is_closed = True

    async def put(self, packet: Any) -> None:
        """Write or queue a packet; None ends Engine.IO's task."""
        if packet is None or packet.packet_type != MESSAGE or not self._write_nowait(packet.encode):
            await super().put(packet)

    def _write_nowait(self, encode: Callable[[], str]) -> bool:
        transport = self.transport() if self._is_awaited and self.empty() and not self._is_closed else None
        return transport is not None and transport.write_nowait(encode)
