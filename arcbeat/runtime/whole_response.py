"""Send a response whose body is one part in one write, with its head; all other responses as uvicorn does.

uvicorn searches each header twice, and takes a second call for the body. Most responses of the API are of this kind.
"""

from collections.abc import Sequence

from starlette.types import Message

from arcbeat.runtime.joined_writes import JoinedWrites
from arcbeat.runtime.uvicorn_internals import RequestResponseCycle, status_line

NAME_CHARACTERS = b"abcdefghijklmnopqrstuvwxyz0123456789-"
CONTROL_CHARACTERS = bytes({*range(0x20), 0x7F} - {0x09})
"""They are not allowed in values: a line break would start another header."""
JOINED_BYTES_MAX = 16 * 1024
"""A larger body is not copied behind its head; both are still passed to the kernel at once."""

Headers = Sequence[tuple[bytes, bytes]]


class WholeResponse:
    """The `send` of one response, which holds the start back until the first part of the body is known.

    Not for HEAD requests, whose responses have no body.
    """

    __slots__ = ("_cycle", "_send", "_start")

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle
        self._send = cycle.send
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        """Send a message of ASGI."""
        cycle, start = self._cycle, self._start
        if start is not None:
            self._start = None
            if not self._is_written(start, message):
                await self._pass_on(start, message)
        elif cycle.response_started or message["type"] != "http.response.start":
            await self._send(message)  # type: ignore[arg-type] # as uvicorn types messages
        else:
            self._start = message
            cycle.response_started = True
            cycle.waiting_for_100_continue = False

    def _is_written(self, start: Message, message: Message) -> bool:
        """Write the whole response, if this is the whole body and the client waits for it; return whether it is."""
        cycle = self._cycle
        is_whole = message["type"] == "http.response.body" and not message.get("more_body")
        if not is_whole or not cycle.keep_alive or cycle.disconnected or cycle.flow.write_paused:
            return False
        body = message.get("body", b"")
        head = head_of(start["status"], [*cycle.default_headers, *start.get("headers", ())], len(body))
        if head is None:
            return False
        if len(body) > JOINED_BYTES_MAX:
            cycle.transport.writelines((head, body))
        else:
            cycle.transport.write(head + body)
        # Without this reference to itself, the cycle is freed at once instead of by a collection of garbage.
        del cycle.send
        cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()
        return True

    async def _pass_on(self, start: Message, message: Message) -> None:
        self._cycle.response_started = False
        self._cycle.transport = JoinedWrites(self._cycle)
        await self._send(start)  # type: ignore[arg-type] # as uvicorn types messages
        await self._send(message)  # type: ignore[arg-type]


def head_of(status: int, headers: Headers, length: int) -> bytes | None:
    """Return the head of a response; None if it needs more than its headers, or if a header may not be sent.

    It needs more without a Content-Length that is the length of the body.
    """
    lines, names, values = [status_line(status)], [], []
    for each in headers:
        lines.append(b"%b: %b\r\n" % each)
        names.append(each[0])
        values.append(each[1])
    if b"connection" in names or b"transfer-encoding" in names or names.count(b"content-length") != 1:
        return None
    if values[names.index(b"content-length")] != b"%d" % length:
        return None
    if b"".join(names).translate(None, NAME_CHARACTERS):
        return None
    text = b"".join(values)
    if len(text.translate(None, CONTROL_CHARACTERS)) != len(text):
        return None
    lines.append(b"\r\n")
    return b"".join(lines)
