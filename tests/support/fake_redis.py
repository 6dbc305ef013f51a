"""A Redis on a socket, in memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fakeredis import TcpFakeServer


@contextmanager
def served() -> Iterator[str]:
    """Its URL; with an end it forgets everything."""
    server = TcpFakeServer(("127.0.0.1", 0), bind_and_activate=False)
    server.request_queue_size = 256  # the default of 5 delays a burst of new connections by a second
    server.server_bind()
    server.server_activate()
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
