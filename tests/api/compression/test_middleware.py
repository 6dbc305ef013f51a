"""Compressed responses: which are compressed, with which coding, under which ETag, and when they are made."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arcbeat.api.compression.codings import CODINGS, REPEATED_BYTES_MAX, Coding
from arcbeat.api.compression.middleware import COMPRESSED_BYTES_MIN, THREAD_BYTES_MIN, CompressedResponses
from arcbeat.api.compression.negotiation import preferred_coding
from arcbeat.api.operations import to_response
from arcbeat.domain.shared_body import SharedBody

DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
LARGE = b'{"device_status":"live"}' * 10_000
SMALL = b"x" * (COMPRESSED_BYTES_MIN - 1)

each_coding = pytest.mark.parametrize("coding", CODINGS, ids=lambda coding: coding.name)


async def request(app: ASGIApp, path: str = "/", **headers: str) -> tuple[int, dict[str, str], list[bytes]]:
    """Return status, headers and the parts of the body."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    await app({"type": "http", "method": "GET", "path": path, "headers": raw, "state": {}}, receive, send)
    start, *parts = sent
    received = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], received, [part.get("body", b"") for part in parts]


def answering(result: Any) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await to_response(result)(scope, receive, send)

    return CompressedResponses(app)


@each_coding
@pytest.mark.parametrize("size", [COMPRESSED_BYTES_MIN, THREAD_BYTES_MIN - 1, THREAD_BYTES_MIN, 10 * THREAD_BYTES_MIN])
@pytest.mark.parametrize("wrap", [bytes, SharedBody])
async def test_a_body_is_compressed_with_the_accepted_coding(
    coding: Coding, size: int, wrap: Callable[[bytes], Any]
) -> None:
    body = (LARGE * 3)[:size]
    app = answering((wrap(body), 200, {"ETag": '"v1"', "Vary": "Accept-Language"}))

    status, headers, parts = await request(app, accept_encoding=coding.name)

    assert (status, headers["content-encoding"], headers["etag"]) == (200, coding.name, f'"v1-{coding.name}"')
    assert headers["vary"] == "Accept-Language, Accept-Encoding"
    assert int(headers["content-length"]) == len(b"".join(parts)) < size
    assert DECOMPRESS[coding.name](b"".join(parts)) == body


@pytest.mark.parametrize(
    ("result", "path"),
    [
        (SMALL, "/"),
        ((LARGE, 206, {}), "/"),
        ((LARGE, 200, {"Content-Type": "image/png"}), "/"),
        ((LARGE, 200, {"Content-Encoding": "gzip"}), "/"),
        (LARGE, "/api/v1/auth/token"),
        (LARGE, "/api/v1/auth/me"),
        (LARGE, "/api/v1/api-keys"),
        ((None, 204, {}), "/"),
    ],
)
async def test_what_is_small_compressed_already_or_secret_is_sent_as_it_is(result: Any, path: str) -> None:
    _, headers, parts = await request(answering(result), path, accept_encoding="gzip, br, zstd")
    _, plain_headers, plain = await request(answering(result), path)

    assert headers == plain_headers
    assert "Accept-Encoding" not in headers.get("vary", "")
    assert parts == plain


async def test_a_body_that_could_be_compressed_varies_even_if_it_is_not() -> None:
    _, headers, parts = await request(answering((LARGE, 200, {"ETag": '"v1"'})))

    assert (headers["vary"], headers["etag"], parts) == ("Accept-Encoding", '"v1"', [LARGE])


@each_coding
async def test_a_shared_body_is_compressed_once(coding: Coding) -> None:
    for shared in (SharedBody(LARGE), SharedBody(LARGE[:2000])):
        app = answering((shared, 200, {}))
        first = await request(app, accept_encoding=coding.name)
        second = await request(app, accept_encoding=coding.name)

        assert first[2][0] is second[2][0] is shared.compressed[coding.name]


@each_coding
async def test_a_small_body_that_is_made_again_is_compressed_once(coding: Coding) -> None:
    forms = []
    for content in (LARGE[:REPEATED_BYTES_MAX], LARGE[:REPEATED_BYTES_MAX], LARGE[1:REPEATED_BYTES_MAX]):
        _, _, [form] = await request(answering(bytes(bytearray(content))), accept_encoding=coding.name)
        assert DECOMPRESS[coding.name](form) == content
        forms.append(form)

    assert forms[0] is forms[1]
    assert forms[2] is not forms[1]


async def test_concurrent_requests_wait_for_one_compression() -> None:
    app = answering((SharedBody(LARGE), 200, {}))

    answers = await asyncio.gather(*(request(app, accept_encoding="br") for _ in range(8)))

    assert len({id(parts[0]) for _, _, parts in answers}) == 1


@each_coding
async def test_each_chunk_of_a_streamed_body_can_be_decompressed_when_it_arrives(coding: Coding) -> None:
    chunks = [b"a,b\r\n", b"1,2\r\n" * 40_000, b"3,4\r\n"]

    async def produced() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/csv"), (b"etag", b'"v1"'), (b"content-length", b"100010")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for chunk in produced():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    _, headers, parts = await request(CompressedResponses(app), accept_encoding=coding.name)

    decompress = _incremental(coding.name)
    assert [decompress(part) for part in parts[:3]] == chunks
    assert (headers["content-encoding"], headers["etag"]) == (coding.name, f'"v1-{coding.name}"')
    assert "content-length" not in headers
    assert sum(map(len, parts)) < 2000


def _incremental(name: str) -> Callable[[bytes], bytes]:
    if name == "gzip":
        return zlib.decompressobj(31).decompress
    if name == "br":
        decoder = brotli.Decompressor()
        # It returns at most some KiB at a time.
        return lambda part: decoder.process(part) + b"".join(iter(lambda: decoder.process(b""), b""))
    return zstandard.ZstdDecompressor().decompressobj().decompress


def conditional(version: str) -> ASGIApp:
    """Return an application that responds as handlers do to a known version."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        known = dict(scope["headers"]).get(b"if-none-match", b"")
        status = 304 if f'"{version}"'.encode() in known else 200
        headers = {"ETag": f'"{version}"', "Vary": "Accept-Language"}
        await to_response((LARGE, status, headers))(scope, receive, send)

    return CompressedResponses(app)


@each_coding
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"v0-br", {} , "v2"'])
async def test_the_etag_of_each_coding_leads_to_304(coding: Coding, form: str) -> None:
    app = conditional("v1")
    etag = (await request(app, accept_encoding=coding.name))[1]["etag"]

    status, headers, parts = await request(app, accept_encoding=coding.name, if_none_match=form.format(etag))

    assert (status, headers["etag"], parts) == (304, etag, [b""])
    assert headers["vary"] == "Accept-Language, Accept-Encoding"


async def test_a_version_that_was_received_without_a_coding_leads_to_304_with_any() -> None:
    status, headers, _ = await request(conditional("v1"), accept_encoding="br", if_none_match='"v1"')

    assert (status, headers["etag"]) == (304, '"v1"')


async def test_the_etag_of_another_coding_or_version_leads_to_the_response() -> None:
    for tag in ('"v1-br"', '"v0-gzip"', '"v1-gzip-gzip"', '"v1-gz"'):
        assert (await request(conditional("v1"), accept_encoding="gzip", if_none_match=tag))[0] == 200
    assert (await request(conditional("v1"), if_none_match='"v1-gzip"'))[0] == 200


@pytest.mark.parametrize("etag", ['"v1-br"', '"v1"', '"v0", "v1-zstd"'])
async def test_handlers_read_versions_in_if_match(etag: str) -> None:
    found: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(dict(scope["headers"])[b"if-match"])
        await to_response((None, 204, {}))(scope, receive, send)

    await request(CompressedResponses(app), if_match=etag)

    assert found[0].endswith(b'"v1"')


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("br;q=0.4, gzip;q=0.8, zstd;q=0.1", "gzip"),
        ("gzip;q=0.5, br;q=0.5", "br"),
        ("zstd;q=0, br;q=0, gzip", "gzip"),
        ("*", "gzip"),
        ("*;q=0", None),
        ("*;q=0, br", "br"),
        ("gzip;q=0, *", None),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("identity;q=0", None),
        ("compress, deflate", None),
        ("", None),
        (" , ;q=1, gzip ; q=0.3", "gzip"),
    ],
)
def test_the_coding_with_the_highest_quality_is_chosen(header: str, name: str | None) -> None:
    coding = preferred_coding(header.encode())

    assert (coding.name if coding else None) == name


@given(
    st.lists(st.sampled_from(["gzip", "br", "zstd", "*", "identity", ";q=0", ";q=0.5", ";q=", ",", " ", "=", '"', "é"]))
)
def test_any_header_leads_to_a_coding_that_it_allows_or_to_none(parts: list[str]) -> None:
    header = "".join(parts)

    coding = preferred_coding(header.encode("latin-1"))

    assert coding is None or coding.name in header or "*" in header


@given(st.binary(max_size=3000), st.sampled_from(CODINGS), st.lists(st.binary(max_size=200), max_size=5))
def test_every_coding_keeps_the_content(body: bytes, coding: Coding, chunks: list[bytes]) -> None:
    encoder = coding.stream()
    streamed = b"".join(map(encoder.chunk, chunks)) + encoder.last(body)

    assert DECOMPRESS[coding.name](coding.compress(body)) == body
    assert DECOMPRESS[coding.name](streamed) == b"".join(chunks) + body
