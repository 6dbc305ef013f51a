"""The socket that the demo listens on, taken before anything else is done."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from arcbeat.demo.errors import DemoFailed

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
PORT_MAX = 65535
BACKLOG = 2048
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (asked for by whoever sets HOST)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 is any free one."""

    host: str
    port: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Address":
        """From HOST and PORT.

        Raises:
            DemoFailed: PORT is no port.
        """
        port = environment.get("PORT") or str(DEFAULT_PORT)
        if not (port.isdecimal() and int(port) <= PORT_MAX):
            raise DemoFailed(f"PORT is not a number from 0 to {PORT_MAX}: {port}")
        return cls(environment.get("HOST") or DEFAULT_HOST, int(port))

    @property
    def url(self) -> str:
        """How programs on this machine get there."""
        host = EVERYWHERE.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def listen(address: Address) -> tuple[socket.socket, Address]:
    """The listening socket, and the address with the port that it got.

    Raises:
        DemoFailed: the port is in use, or cannot be had.
    """
    try:
        family, *_, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server((str(place[0]), address.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise DemoFailed(_explain(address, error)) from error
    return listener, Address(address.host, listener.getsockname()[1])


def _explain(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {address.port} of {address.host} is in use; set PORT to another one"
    return f"cannot listen on port {address.port} of {address.host}: {error.strerror}"
