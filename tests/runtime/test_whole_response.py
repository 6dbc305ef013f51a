"""A response with a known length is written at once, with the same bytes that uvicorn would write."""

import gc
import weakref
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.runtime.uvicorn_internals import RequestResponseCycle
from arcbeat.runtime.whole_response import JOINED_BYTES_MAX, WholeResponse
from tests.runtime.responses import HEAD, Recorder, body, cycle_on, start

LENGTH = b"content-length"
NAMES = st.sampled_from(
    [b"etag", b"ETag", b"x-a", b"connection", b"transfer-encoding", LENGTH, b"Content-Length", b"a b"]
)
VALUES = st.one_of(
    st.sampled_from(
        [b"", b"close", b"keep-alive", b"chunked", b"0", b"4", b"a\r\nb: c", b"a\tb", b"\x00", b"\x7f\xff"]
    ),
    st.binary(max_size=8),
)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=5)
BODIES = st.lists(st.sampled_from([b"", b"a", b"body"]), min_size=1, max_size=3)


def whole(transport: Recorder, **options: Any) -> RequestResponseCycle:
    made = cycle_on(transport, **options)
    made.send = WholeResponse(made).send  # type: ignore[method-assign,assignment] # as uvicorn types it
    return made


async def sent(cycle: RequestResponseCycle, status: int, headers: list[tuple[bytes, bytes]], parts: list[bytes]) -> str:
    """Send a response; return the error that ended it."""
    send = cycle.send
    try:
        await send(start(headers, status))
        for number, part in enumerate(parts, 1):
            await send(body(part, more=number < len(parts)))
    except (RuntimeError, ValueError) as error:
        return str(error)
    return ""


@given(status=st.sampled_from([200, 204, 304, 404, 503]), headers=HEADERS, parts=BODIES, keep_alive=st.booleans())
async def test_the_bytes_are_those_of_uvicorn(
    status: int, headers: list[tuple[bytes, bytes]], parts: list[bytes], keep_alive: bool
) -> None:
    expected, actual = Recorder(), Recorder()
    by_uvicorn, by_us = cycle_on(expected, keep_alive=keep_alive), whole(actual, keep_alive=keep_alive)

    error = await sent(by_uvicorn, status, headers, parts)

    assert await sent(by_us, status, headers, parts) == error
    assert by_us.response_complete == by_uvicorn.response_complete
    assert actual.is_closed == expected.is_closed
    if not error:
        assert b"".join(actual.writes) == b"".join(expected.writes)


@given(headers=st.lists(st.tuples(st.sampled_from([b"etag", b"x-a", b"vary"]), VALUES), max_size=5))
async def test_a_value_with_a_control_character_is_never_sent(headers: list[tuple[bytes, bytes]]) -> None:
    transport = Recorder()

    error = await sent(whole(transport), 200, [*headers, (LENGTH, b"4")], [b"body"])

    is_valid = not any(set(value) & ({*range(0x20), 0x7F} - {0x09}) for _, value in headers)
    assert (error == "") is is_valid
    assert bool(transport.writes) is is_valid


async def test_the_head_and_the_body_are_one_write() -> None:
    transport = Recorder()

    await sent(whole(transport), 200, [(LENGTH, b"4")], [b"body"])

    assert transport.writes == [HEAD + b"body"]


async def test_a_large_body_is_written_with_its_head() -> None:
    transport, large = Recorder(), b"x" * (JOINED_BYTES_MAX + 1)

    await sent(whole(transport), 200, [(LENGTH, b"%d" % len(large))], [large])

    assert transport.writes == [HEAD.replace(b"4", b"%d" % len(large)) + large]


async def test_the_first_part_of_a_stream_is_written_with_the_head() -> None:
    transport = Recorder()

    await sent(whole(transport), 200, [(LENGTH, b"4")], [b"bo", b"dy"])

    assert transport.writes == [HEAD + b"bo", b"dy"]


async def test_a_client_that_does_not_read_is_waited_for() -> None:
    transport = Recorder()
    cycle = whole(transport)
    cycle.flow.pause_writing()
    coroutine = sent(cycle, 200, [(LENGTH, b"4")], [b"body"])

    coroutine.send(None)
    assert transport.writes == []

    cycle.flow.resume_writing()
    with pytest.raises(StopIteration):
        coroutine.send(None)
    assert transport.writes == [HEAD + b"body"]


async def test_nothing_is_written_to_a_client_that_has_disconnected() -> None:
    transport = Recorder()
    cycle = whole(transport)
    cycle.disconnected = True

    await sent(cycle, 200, [(LENGTH, b"4")], [b"body"])

    assert transport.writes == []


async def test_a_response_that_was_sent_leaves_no_garbage() -> None:
    cycle = whole(Recorder())
    await sent(cycle, 200, [(LENGTH, b"4")], [b"body"])
    left = weakref.ref(cycle)

    gc.disable()
    try:
        del cycle
        assert left() is None
    finally:
        gc.enable()
