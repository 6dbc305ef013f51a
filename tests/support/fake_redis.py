"""An in-memory Redis on a socket."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fakeredis import TcpFakeServer


@contextmanager
def served() -> Iterator[str]:
    """Run a Redis and yield its URL; its data is lost at the end."""
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
    """The URL of a Redis that all tests share; each test uses different keys."""
    with served() as url:
        yield url
