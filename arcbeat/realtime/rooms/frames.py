"""Frames as they go out: encoded once, whoever is told, and however."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import orjson
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode


class PreframedUtf8(bytes):
    """UTF-8 that knows how a WebSocket sends it: a server would frame it, and so copy it, for each client anew."""

    @cached_property
    def framed(self) -> bytes:
        """One text frame of RFC 6455, as a server sends it where nothing is compressed."""
        return WebSocketFrame(Opcode.TEXT, self).serialize(mask=False)


class PreencodedText(str):
    """Text that knows its UTF-8: a server encodes what it sends for each client anew, and here is asked to."""

    __slots__ = ("_utf8",)
    _utf8: PreframedUtf8

    @classmethod
    def of(cls, utf8: bytes) -> "PreencodedText":
        text = cls(utf8, "utf-8")
        text._utf8 = PreframedUtf8(utf8)
        return text

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return self._utf8 if encoding == "utf-8" else super().encode(encoding, errors)


Serialize = Callable[[str, bytes], bytes]
"""How a transport sends an event and its JSON object."""


class Frame:
    """Something that clients are told.

    Args:
        event: what kind of thing.
        body: a JSON object with at least one member.
    """

    __slots__ = ("_texts", "body", "event")

    def __init__(self, event: str, body: bytes) -> None:
        self.event = event
        self.body = body
        self._texts: dict[Serialize, PreencodedText] = {}

    def text(self, form: Serialize) -> PreencodedText:
        """It in the form of a transport, made once for all of its clients."""
        if form not in self._texts:
            self._texts[form] = PreencodedText.of(form(self.event, self.body))
        return self._texts[form]


def serialize_message(event: str, body: bytes) -> bytes:
    """One JSON object, whose ``type`` says what it is."""
    return b'{"type":"%b",%b' % (event.encode(), body[1:])


class JsonCodec:
    """orjson in the shape of the json module, for python-socketio; fragments that are encoded stay as they are."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        return orjson.loads(text)
