"""Frames that are published to many clients: serialized, encoded and framed once, then sent as the same bytes to all.

A tick with 5 000 clients would otherwise spend its time on encoding and copying one text 5 000 times.
"""

from collections.abc import Callable
from functools import cached_property

from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode


class PreframedUtf8(bytes):
    """UTF-8 bytes that cache their WebSocket frame.

    A server frames a message per client, which copies it; ``runtime/uvicorn_internals.py`` sends `framed` instead.
    """

    @cached_property
    def framed(self) -> bytes:
        """The text frame of RFC 6455, as a server sends it when compression is off."""
        return WebSocketFrame(Opcode.TEXT, self).serialize(mask=False)


class PreencodedText(str):
    """Text that caches its UTF-8.

    ASGI passes text as ``str`` and the server calls `encode` per client; this class returns the same bytes each time.
    """

    __slots__ = ("_utf8",)
    _utf8: PreframedUtf8

    @classmethod
    def of(cls, utf8: bytes) -> "PreencodedText":
        """Return the text of these UTF-8 bytes."""
        text = cls(utf8, "utf-8")
        text._utf8 = PreframedUtf8(utf8)
        return text

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """As ``str.encode``; UTF-8 is cached."""
        return self._utf8 if encoding == "utf-8" else super().encode(encoding, errors)


Serialize = Callable[[str, bytes], bytes]
"""Turn an event name and its JSON object into the UTF-8 text that a transport sends."""


class Frame:
    """One event that is published to clients.

    Args:
        event: the name of the event, as in openapi/asyncapi.yaml.
        body: the payload: a JSON object with at least one member, encoded.
    """

    __slots__ = ("_texts", "body", "event")

    def __init__(self, event: str, body: bytes) -> None:
        self.event = event
        self.body = body
        self._texts: dict[Serialize, PreencodedText] = {}

    def text(self, serialize: Serialize) -> PreencodedText:
        """Return the frame as a transport sends it; made once per transport, for all of its clients."""
        if serialize not in self._texts:
            self._texts[serialize] = PreencodedText.of(serialize(self.event, self.body))
        return self._texts[serialize]
