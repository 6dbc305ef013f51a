"""The resources that a service may use during a fault."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

MIB = 2**20
MEMORY_GROWTH_MAX = 64 * MIB
OTHER_DESCRIPTORS_MAX = 64
"""Open descriptors except those of clients: connections to stores, cancel requests, and those of any process."""
STORE_CONNECTIONS_MAX = 13
"""TDengine: the limit of statements in flight, and one check; PostgreSQL: the sizes of both pools, 10 and 3."""
MEASURE_SECONDS = 0.05


@dataclass
class Usage:
    """The highest usage of a process while it was watched.

    Attributes:
        memory_growth: bytes of resident memory beyond the size at the start.
        descriptors: open sockets, files and others.
        connections: to the port of the store.
    """

    memory_growth: int = 0
    descriptors: int = 0
    connections: int = 0

    def update(self, process: psutil.Process, memory_at_start: int, port: int) -> None:
        """Measure the process now."""
        to_store = [each for each in process.net_connections("tcp") if each.raddr and each.raddr.port == port]
        connected = [each for each in to_store if each.status == psutil.CONN_ESTABLISHED]
        self.memory_growth = max(self.memory_growth, process.memory_info().rss - memory_at_start)
        self.descriptors = max(self.descriptors, process.num_fds())
        self.connections = max(self.connections, len(connected))


@contextmanager
def watched(process: psutil.Process, store_port: int = 0) -> Iterator[Usage]:
    """Measure a process inside the block."""
    usage = Usage()
    memory_at_start = process.memory_info().rss
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(MEASURE_SECONDS):
            usage.update(process, memory_at_start, store_port)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield usage
    finally:
        ended.set()
        thread.join()


def check(usage: Usage, clients: int) -> str:
    """Assert that the usage stayed within bounds; return the text for docs/explanation/faults.md."""
    assert usage.memory_growth <= MEMORY_GROWTH_MAX, usage
    assert usage.descriptors <= clients + OTHER_DESCRIPTORS_MAX, usage
    assert usage.connections <= STORE_CONNECTIONS_MAX, usage
    return (
        f"memory grew by less than {MEMORY_GROWTH_MAX // MIB} MiB, at most {STORE_CONNECTIONS_MAX} connections to the "
        f"store and {OTHER_DESCRIPTORS_MAX} descriptors besides those of the clients"
    )
