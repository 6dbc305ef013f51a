"""The head of a response and the first part of its body are written together."""

from arcbeat.runtime.joined_writes import JoinedWrites
from arcbeat.runtime.uvicorn_internals import RequestResponseCycle
from tests.runtime.responses import HEAD, Recorder, body, cycle_on, start


def response(transport: Recorder, *, keep_alive: bool = True, expects_continue: bool = False) -> RequestResponseCycle:
    made = cycle_on(transport, keep_alive=keep_alive, expects_continue=expects_continue)
    made.transport = JoinedWrites(made)
    return made


async def test_the_head_and_the_body_are_one_write() -> None:
    transport = Recorder()
    cycle = response(transport)

    await cycle.send(start())
    await cycle.send(body(b"body"))

    assert transport.writes == [HEAD + b"body"]


async def test_further_parts_of_a_body_are_written_one_by_one() -> None:
    transport = Recorder()
    cycle = response(transport)

    await cycle.send(start())
    await cycle.send(body(b"bo", more=True))
    await cycle.send(body(b"dy"))

    assert transport.writes == [HEAD + b"bo", b"dy"]


async def test_a_response_without_a_body_is_written() -> None:
    transport = Recorder()
    cycle = response(transport)

    await cycle.send(start([], 204))
    await cycle.send(body(b""))

    assert transport.writes == [b"HTTP/1.1 204 No Content\r\n\r\n"]


async def test_a_head_is_written_before_the_connection_is_closed() -> None:
    transport = Recorder()
    cycle = response(transport, keep_alive=False)

    await cycle.send(start())
    cycle.transport.close()

    assert transport.writes == [HEAD.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")]
    assert transport.is_closed


async def test_the_client_is_asked_for_its_body_at_once() -> None:
    transport = Recorder()
    cycle = response(transport, expects_continue=True)
    cycle.message_event.set()

    await cycle.receive()

    assert transport.writes == [b"HTTP/1.1 100 Continue\r\n\r\n"]
