"""A Redis on a socket, in memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fakeredis import TcpFakeServer


@contextmanager
def served() -> Iterator[str]:
    """Its URL; with an end it forgets everything."""
    server = TcpFakeServer(("127.0.0.1", 0))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """All tests share it: each uses keys of its own."""
    with served() as url:
        yield url
