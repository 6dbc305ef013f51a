"""Write the head of a response together with the first part of its body.

uvicorn writes the head by itself. Two writes cost a second system call, and wake the client twice.
"""

import asyncio

from arcbeat.runtime.uvicorn_internals import RequestResponseCycle


class JoinedWrites(asyncio.Transport):
    """The transport of one response, which holds the head back until the first part of the body is written.

    Not for HEAD requests, whose responses have no body.
    """

    def __init__(self, response: RequestResponseCycle) -> None:
        super().__init__()
        self._transport = response.transport
        self._response = response
        self._head: bytes | None = None
        self._has_head = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write data. The first data since the response has started is its head."""
        if self._head is not None:
            head, self._head = self._head, None
            self._transport.writelines((head, data))
        elif self._has_head or not self._response.response_started:  # what precedes the head is «100 Continue»
            self._transport.write(data)
        else:
            self._head, self._has_head = bytes(data), True

    def close(self) -> None:
        """Write what was held back, and close the connection."""
        if self._head is not None:
            self.write(b"")
        self._transport.close()

    def is_closing(self) -> bool:
        """Return whether the connection is closing or closed."""
        return self._transport.is_closing()
