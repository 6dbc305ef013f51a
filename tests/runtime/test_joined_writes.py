"""The head of a response and the first part of its body are written together."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, cast

from uvicorn.protocols.http.flow_control import FlowControl

from arcbeat.runtime.joined_writes import JoinedWrites
from arcbeat.runtime.uvicorn_internals import RequestResponseCycle

HEADERS = [(b"content-length", b"4")]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"


class Recorder(asyncio.Transport):
    """A transport that records each write."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))

    def writelines(self, list_of_data: Iterable[Any]) -> None:
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


def response(transport: Recorder, *, keep_alive: bool = True, expects_continue: bool = False) -> RequestResponseCycle:
    made = RequestResponseCycle(
        scope=cast("Any", {"type": "http", "method": "GET"}),
        transport=transport,
        flow=FlowControl(transport),
        logger=logging.getLogger(__name__),
        access_logger=logging.getLogger(__name__),
        access_log=False,
        default_headers=[],
        message_event=asyncio.Event(),
        expect_100_continue=expects_continue,
        keep_alive=keep_alive,
        on_response=lambda: None,
    )
    made.transport = JoinedWrites(made)
    return made


def start(headers: list[tuple[bytes, bytes]] = HEADERS, status: int = 200) -> Any:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(part: bytes, *, more: bool = False) -> Any:
    return {"type": "http.response.body", "body": part, "more_body": more}


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
