"""The socket that the demo listens on, opened before anything else."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from arcbeat.demo.errors import DemoFailed
from arcbeat.settings import read_setting

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
PORT_MAX = 65535
BACKLOG = 2048
ALL_INTERFACES = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- only if HOST says so
"""Hosts that mean all interfaces of this machine, and the address to open for them."""


@dataclass(frozen=True, slots=True)
class Address:
    """The address to listen on; port 0 means any free port."""

    host: str
    port: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Address":
        """Return the address that HOST and PORT give.

        Raises:
            DemoFailed: PORT is not a port.
        """
        port = read_setting(environment, "PORT") or str(DEFAULT_PORT)
        if not (port.isdecimal() and int(port) <= PORT_MAX):
            raise DemoFailed(f"PORT must be a number from 0 to {PORT_MAX}, for example {DEFAULT_PORT}: {port}")
        return cls(read_setting(environment, "HOST") or DEFAULT_HOST, int(port))

    @property
    def url(self) -> str:
        """The URL under which programs on this machine reach the address."""
        host = ALL_INTERFACES.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def listen(address: Address) -> tuple[socket.socket, Address]:
    """Return a listening socket, and its address with the real port.

    The connections that it accepts inherit TCP_NODELAY. asyncio sets that option only for listeners that it opens
    itself, as in `arcbeat serve`. Without it, the second write of a response waits about 40 ms for the client's delayed
    acknowledgement.

    Raises:
        DemoFailed: the port is in use, or this machine does not have the host.
    """
    try:
        family, *_, sockaddr = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server((str(sockaddr[0]), address.port), family=family, backlog=BACKLOG)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
    except OSError as error:
        raise DemoFailed(_explain(address, error)) from error
    return listener, Address(address.host, listener.getsockname()[1])


def _explain(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {address.port} of {address.host} is in use; set PORT to another one"
    return f"cannot listen on port {address.port} of {address.host}: {error.strerror}"
