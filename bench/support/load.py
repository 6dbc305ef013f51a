"""A load generator that uses little CPU: keep-alive connections that send prepared requests and count responses.

Each connection sends its next request when the last response is complete (a closed loop), within the callback of the
event loop. It uses no tasks, and parses only the status and the length.
"""

import asyncio
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import cast
from urllib.parse import urlsplit

Next = Callable[[], bytes | None]
Check = Callable[[bytearray], None]

TIMEOUT_SECONDS = 60
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of one load.

    Attributes:
        latencies_ms: one per response.
        cpu_share: the share of the time in which the generator itself was busy; near 1, the generator was the limit.
    """

    seconds: float
    latencies_ms: Sequence[float]
    cpu_share: float

    @property
    def requests_s(self) -> float:
        return len(self.latencies_ms) / self.seconds

    @property
    def p50_ms(self) -> float:
        return statistics.median(self.latencies_ms)

    @property
    def p99_ms(self) -> float:
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


class LoadFailed(Exception):
    """A response is not the one that was to be measured."""


class _Connection(asyncio.Protocol):
    def __init__(self, next_request: Next, check: Check) -> None:
        self.latencies_ms: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._next = next_request
        self._check = check
        self._answer = bytearray()
        self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not self._size and (head := self._answer.find(_HEAD_END)) >= 0:
            length = _LENGTH.search(self._answer, 0, head)
            self._size = head + len(_HEAD_END) + int(length[1] if length else 0)
        if self._size and len(self._answer) >= self._size:
            self.latencies_ms.append((time.perf_counter() - self._sent) * 1000)
            self._finish()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(LoadFailed(f"the server closed the connection: {exc}"))

    def _send(self) -> None:
        request = self._next()
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._answer.clear()
        self._size = 0
        self._sent = time.perf_counter()
        self._transport.write(request)

    def _finish(self) -> None:
        try:
            self._check(self._answer)
        except LoadFailed as error:
            self._fail(error)
        else:
            self._send()

    def _fail(self, error: LoadFailed) -> None:
        if not self.done.done():
            self.done.set_exception(error)
            self._transport.abort()


def check_status(answer: bytearray) -> None:
    """Raise LoadFailed unless the status is 200."""
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise LoadFailed(answer[:1000].decode(errors="replace"))


def request(url: str, headers: Mapping[str, str], body: bytes | None = None) -> bytes:
    """Return the bytes of a GET request, or of a POST request if there is a body."""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [f"{'GET' if body is None else 'POST'} {target} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + _HEAD_END + (body or b"")


async def drive(url: str, requests: Sequence[bytes], *, connections: int, seconds: float) -> Measured:
    """Repeat these requests for some seconds.

    Raises:
        LoadFailed: a response has another status than 200.
    """
    until = time.perf_counter() + seconds
    endless = cycle(requests)
    return await _run(url, lambda: next(endless) if time.perf_counter() < until else None, check_status, connections)


async def send_all(url: str, requests: Sequence[bytes], check: Check, *, connections: int) -> Measured:
    """Send each request once; ``check`` raises LoadFailed for an unexpected response.

    Raises:
        LoadFailed: a response is unexpected.
    """
    remaining: Iterator[bytes] = iter(requests)
    return await _run(url, lambda: next(remaining, None), check, connections)


async def _run(url: str, next_request: Next, check: Check, connections: int) -> Measured:
    parts, loop = urlsplit(url), asyncio.get_running_loop()
    started, busy = time.perf_counter(), time.process_time()
    made = []
    for _ in range(connections):
        pair = await loop.create_connection(
            lambda: _Connection(next_request, check), parts.hostname or "", parts.port or 80
        )
        made.append(pair[1])
    async with asyncio.timeout(TIMEOUT_SECONDS):
        await asyncio.gather(*(each.done for each in made))
    seconds = time.perf_counter() - started
    latencies_ms = [latency for each in made for latency in each.latencies_ms]
    return Measured(seconds, latencies_ms, (time.process_time() - busy) / seconds)
