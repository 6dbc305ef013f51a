"""One response of uvicorn on a transport that records what is written."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, cast

from uvicorn.protocols.http.flow_control import FlowControl

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


def cycle_on(transport: Recorder, *, keep_alive: bool = True, expects_continue: bool = False) -> RequestResponseCycle:
    return RequestResponseCycle(
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


def start(headers: list[tuple[bytes, bytes]] = HEADERS, status: int = 200) -> Any:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(part: bytes, *, more: bool = False) -> Any:
    return {"type": "http.response.body", "body": part, "more_body": more}
