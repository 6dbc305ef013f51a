"""Compresses responses above a size, and gives each compressed form an ETag of its own."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arcbeat.api.compression.codings import REPEATED_BYTES_MAX, Coding, StreamEncoder, compress_repeated
from arcbeat.api.compression.entity_tags import coded_tag, expected_versions, known_versions
from arcbeat.api.compression.negotiation import preferred_coding
from arcbeat.concurrency import SingleFlight
from arcbeat.domain.shared_body import SharedBody

COMPRESSED_BYTES_MIN = 1024
"""Smaller bodies are not compressed: they fit into one packet anyway."""
THREAD_BYTES_MIN = 128 * 1024
"""Larger bodies and chunks are compressed in a thread, so that other requests go on."""
UNCOMPRESSED_PATHS = ("/api/v1/auth/", "/api/v1/api-keys")
"""Responses with secrets. Their compressed length could tell something about a secret beside what the client sent."""
COMPRESSIBLE_TYPES = (
    b"application/json",
    b"application/problem+json",
    b"application/x-ndjson",
    b"application/yaml",
    b"text/",
    b"image/svg",
)
STATUSES_AS_THEY_ARE = frozenset({204, 206, 304})
CACHED_HEADERS_MAX = 1_000
"""Until the next tick, all responses with the same shared body have the same headers."""
SHARED_BODY = "shared_body"
"""The key of the response's `SharedBody` in the state of the scope."""

Headers = list[tuple[bytes, bytes]]


class SharedResponse:
    """A response whose compressed forms are kept with its body."""

    def __init__(self, shared: SharedBody, status: int, headers: Mapping[str, str]) -> None:
        self._shared = shared
        self._status = status
        self._headers: Headers = [_encoded_header(each) for each in headers.items()]
        self._headers.append((b"content-length", b"%d" % len(shared.content)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- the signature of ASGI
        scope["state"][SHARED_BODY] = self._shared
        await send({"type": "http.response.start", "status": self._status, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._shared.content})


@lru_cache(CACHED_HEADERS_MAX)
def _encoded_header(header: tuple[str, str]) -> tuple[bytes, bytes]:
    name, value = header
    return name.lower().encode(), value.encode("latin-1")


class CompressedResponses:
    """Compresses the responses of the inner application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._flight: SingleFlight[tuple[int, str], bytes] = SingleFlight(lambda _: None)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http" or scope["path"].startswith(UNCOMPRESSED_PATHS):
            return self._app(scope, receive, send)
        accepted, if_none_match, has_versions = b"", b"", False
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted = value
            elif name == b"if-none-match":
                if_none_match, has_versions = value, True
            elif name == b"if-match":
                has_versions = True
        coding = preferred_coding(accepted)
        if has_versions:
            scope["headers"] = [(name, _with_versions(name, value, coding)) for name, value in scope["headers"]]
        response = _CodedResponse(scope, send, coding, if_none_match, self._flight)
        return self._app(scope, receive, response.send)


def _with_versions(name: bytes, value: bytes, coding: Coding | None) -> bytes:
    if name == b"if-none-match":
        return known_versions(value, coding)
    return expected_versions(value) if name == b"if-match" else value


class _CodedResponse:
    """Sends one response. Its start is held back until the size of the body is known."""

    __slots__ = ("_coding", "_encoder", "_flight", "_if_none_match", "_scope", "_send", "_start")

    def __init__(
        self,
        scope: Scope,
        send: Send,
        coding: Coding | None,
        if_none_match: bytes,
        flight: SingleFlight[tuple[int, str], bytes],
    ) -> None:
        self._scope = scope
        self._send = send
        self._coding = coding
        self._if_none_match = if_none_match
        self._flight = flight
        self._start: Message | None = None
        self._encoder: StreamEncoder | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif self._start is not None:
            start, self._start = self._start, None
            await self._begin(start, message)
        elif self._encoder is not None:
            await self._send_chunk(message, self._encoder)
        else:
            await self._send(message)

    async def _begin(self, start: Message, first: Message) -> None:
        body, more = first.get("body", b""), first.get("more_body", False)
        if start["status"] == 304:
            start["headers"] = _of_not_modified(start["headers"], self._coding, self._if_none_match)
        elif (more or len(body) >= COMPRESSED_BYTES_MIN) and _is_compressible(start):
            if self._coding is not None and more:
                self._encoder = self._coding.stream()
                start["headers"] = _coded(start["headers"], self._coding, None)
                await self._send(start)
                await self._send_chunk(first, self._encoder)
                return
            if self._coding is not None:
                known = self._known(body, self._coding)
                body = first["body"] = known or await self._compressed(body, self._coding)
                coded = _coded_of_known if known else _coded
                start["headers"] = [*coded(tuple(start["headers"]), self._coding, len(body))]
            else:
                start["headers"] = _varying(start["headers"])
        await self._send(start)
        await self._send(first)

    async def _send_chunk(self, message: Message, encoder: StreamEncoder) -> None:
        chunk, more = message.get("body", b""), message.get("more_body", False)
        if chunk or not more:
            encode = encoder.chunk if more else encoder.last
            chunk = encode(chunk) if len(chunk) < THREAD_BYTES_MIN else await asyncio.to_thread(encode, chunk)
        await self._send({**message, "body": chunk})

    def _known(self, body: bytes, coding: Coding) -> bytes | None:
        shared: SharedBody | None = self._scope["state"].get(SHARED_BODY)
        return shared.compressed.get(coding.name) if shared is not None and shared.content is body else None

    async def _compressed(self, body: bytes, coding: Coding) -> bytes:
        shared: SharedBody | None = self._scope["state"].get(SHARED_BODY)
        if shared is None or shared.content is not body:
            if len(body) <= REPEATED_BYTES_MAX:
                return compress_repeated(coding, body)
            return coding.compress(body) if len(body) < THREAD_BYTES_MIN else await _in_thread(coding, body)
        if len(body) < THREAD_BYTES_MIN:
            compressed = shared.compressed[coding.name] = coding.compress(body)
            return compressed
        return await self._flight.run((id(shared), coding.name), lambda: _share(shared, coding))


async def _in_thread(coding: Coding, body: bytes) -> bytes:
    return await asyncio.to_thread(coding.compress, body)


async def _share(shared: SharedBody, coding: Coding) -> bytes:
    found = shared.compressed[coding.name] = await _in_thread(coding, shared.content)
    return found


def _is_compressible(start: Message) -> bool:
    is_compressible = False
    for name, value in start["headers"]:
        if name == b"content-type":
            is_compressible = value.startswith(COMPRESSIBLE_TYPES)
        elif name == b"content-encoding":
            return False
    return is_compressible and start["status"] not in STATUSES_AS_THEY_ARE


def _varying(headers: Headers) -> Headers:
    """Return the headers with Accept-Encoding in Vary."""
    others = [value for name, value in headers if name == b"vary"]
    return [*(each for each in headers if each[0] != b"vary"), (b"vary", b", ".join([*others, b"Accept-Encoding"]))]


def _coded(headers: Sequence[tuple[bytes, bytes]], coding: Coding, length: int | None) -> Headers:
    """Return the headers of the compressed form; its length is None if it is not known yet."""
    coded, varying = [], []
    for name, value in headers:
        if name == b"vary":
            varying.append(value)
        elif name == b"etag":
            coded.append((name, coded_tag(value, coding)))
        elif name != b"content-length":
            coded.append((name, value))
    coded.append((b"vary", b", ".join([*varying, b"Accept-Encoding"])))
    coded.append((b"content-encoding", coding.header))
    if length is not None:
        coded.append((b"content-length", b"%d" % length))
    return coded


_coded_of_known = lru_cache(CACHED_HEADERS_MAX)(_coded)


def _of_not_modified(headers: Headers, coding: Coding | None, if_none_match: bytes) -> Headers:
    """Return the headers of a 304: with the ETag that the client has, that of the compressed form or the version."""
    if coding is None:
        return _varying(headers)
    tags = [coded_tag(value, coding) for name, value in headers if name == b"etag"]
    held = tags and tags[0] in if_none_match
    return [(name, tags[0]) if held and name == b"etag" else (name, value) for name, value in _varying(headers)]
