"""A Socket.IO client that uses very little CPU: it counts the bytes of events and never joins or parses them."""

import asyncio
import time
from dataclasses import dataclass
from typing import cast

from arcbeat.realtime.socketio.packets import NAMESPACE
from bench.support.load import LoadFailed

HEAD_BYTES = 128
TEXT, PING, PONG = 0x1, 0x9, 0xA
HEADER_BYTES = {126: 4, 127: 10}
"""By the length in the second byte; 2 for all other lengths."""
HANDSHAKE_END = b"\r\n\r\n"
READ_BYTES = 1024 * 1024
BUFFER = bytearray(READ_BYTES)
"""Shared by all clients: each processes its bytes before the next one reads."""
UPGRADE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The arrival of the last byte of a frame.

    Attributes:
        at: seconds since 1970.
    """

    at: float
    size_bytes: int


class WebSocketClient(asyncio.BufferedProtocol):
    """Connects, sends one packet, and records when events of one name arrive; nothing is compressed.

    Args:
        request_packet: the packet to send.

    Attributes:
        acknowledged: done when the packet is acknowledged; fails with LoadFailed.
    """

    def __init__(self, host: str, request_packet: str, event: str) -> None:
        self._host = host
        self._request_packet = request_packet
        self._event = f'42{NAMESPACE},["{event}"'.encode()
        self._is_upgraded = False
        self._partial_header = self._header = self._head = b""
        self._left = self._size = 0
        self.acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.arrivals: list[Arrival] = []
        self.failure: LoadFailed | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(UPGRADE % self._host.encode())

    def get_buffer(self, _: int) -> bytearray:
        return BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        index = 0 if self._is_upgraded else self._upgrade(nbytes)
        while index < nbytes:
            if self._left:
                index += self._take(index, nbytes)
            else:
                index += self._take_header(index, nbytes)
            if self._header and not self._left:
                self._finish()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"the server closed the connection: {exc}")

    def close(self) -> None:
        """Close the connection without a close frame."""
        self._transport.abort()

    def _upgrade(self, nbytes: int) -> int:
        self._head += BUFFER[:nbytes]
        end = self._head.find(HANDSHAKE_END)
        if end < 0:
            return nbytes
        if not self._head.startswith(b"HTTP/1.1 101 "):
            self._fail(self._head.decode(errors="replace"))
            return nbytes
        self._is_upgraded = True
        after = len(self._head) - end - len(HANDSHAKE_END)
        self._head = b""
        return nbytes - after

    def _take(self, index: int, nbytes: int) -> int:
        taken = min(self._left, nbytes - index)
        if len(self._head) < HEAD_BYTES:
            self._head += BUFFER[index : index + min(taken, HEAD_BYTES - len(self._head))]
        self._left -= taken
        return taken

    def _take_header(self, index: int, nbytes: int) -> int:
        """Take the available part of a frame's header, whose own length is known only from its second byte."""
        partial = self._partial_header + bytes(BUFFER[index : min(nbytes, index + max(HEADER_BYTES.values()))])
        needed = HEADER_BYTES.get(partial[1], 2) if len(partial) > 1 else 2
        taken = min(needed, len(partial)) - len(self._partial_header)
        if len(partial) < needed:
            self._partial_header = partial
            return taken
        self._partial_header = b""
        self._header = partial[:needed]
        self._head = b""
        self._size = self._left = int.from_bytes(partial[2:needed], "big") if needed > 2 else partial[1]
        return taken

    def _finish(self) -> None:
        kind = self._header[0] & 0xF
        self._header = b""
        if kind == PING:
            self._send(PONG, self._head)
        elif kind == TEXT:
            self._answer(self._head)
        else:
            self._fail(f"unexpected frame with opcode {kind}: {self._head!r}")

    def _answer(self, packet: bytes) -> None:
        if packet.startswith(self._event):
            self.arrivals.append(Arrival(time.time(), self._size))
        elif packet.startswith(b"0"):
            self._send(TEXT, f'40{NAMESPACE},{{"token":"bench"}}'.encode())
        elif packet.startswith(b"40"):
            self._send(TEXT, self._request_packet.encode())
        elif packet.startswith(b"43") and b'"problem"' not in packet:
            self.acknowledged.set_result(None)
        elif packet == b"2":
            self._send(TEXT, b"3")
        elif packet != b"6":
            self._fail(packet.decode(errors="replace"))

    def _send(self, kind: int, payload: bytes) -> None:
        """Send a frame masked with zeros: clients must mask."""
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2, "big")
        self._transport.write(bytes([0x80 | kind]) + length + bytes(4) + payload)

    def _fail(self, why: str) -> None:
        self.failure = LoadFailed(why)
        if not self.acknowledged.done():
            self.acknowledged.set_exception(self.failure)
        self._transport.abort()
