"""Packets of Engine.IO on their way to one client."""

import asyncio
from collections.abc import Callable
from typing import Any

from engineio.packet import MESSAGE

from arcbeat.realtime.socketio.transport import WebSocketTransport


class Outbox(asyncio.Queue[Any]):
    """Engine.IO's queue of one client. A message is written at once where the client has taken all that came before.

    Else it waits for a task of Engine.IO's, which it has for each client; waking that costs more than it does to write.
    Pings always do: the task ends the connection where nothing comes to it for longer than they take.

    Attributes:
        line: the client's WebSocket; None as long as it polls.
    """

    def __init__(self) -> None:
        super().__init__()
        self.line: Callable[[], WebSocketTransport | None] = lambda: None
        self._is_awaited = False

    async def get(self) -> Any:
        self._is_awaited = True
        try:
            return await super().get()
        finally:
            self._is_awaited = False

    async def put(self, packet: Any) -> None:
        """None ends Engine.IO's task."""
        if packet is None or packet.packet_type != MESSAGE or not self._is_written(packet.encode):
            await super().put(packet)

    def _is_written(self, write: Callable[[], str]) -> bool:
        line = self.line() if self._is_awaited and self.empty() else None
        return line is not None and line.write_nowait(write)
