"""Free ports, for servers whose port must be chosen before they start."""

import socket


def free_port() -> int:
    """Return a port that is not in use at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
