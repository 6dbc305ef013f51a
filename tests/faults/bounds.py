"""How much a service may take while things go wrong."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

MIB = 2**20
MEMORY_GROWTH_MAX = 64 * MIB
DESCRIPTORS_BESIDES_CLIENTS_MAX = 64
"""Connections to stores, those on which statements are cancelled, and what a process has anyway."""
STORE_CONNECTIONS_MAX = 10
"""To TDengine no more than there are statements under way, to PostgreSQL no more than the pool holds."""
WATCH_SECONDS = 0.05


@dataclass
class Taken:
    """The most that a process took while it was watched.

    Attributes:
        memory_growth: bytes of resident memory, beyond what it had at first.
        descriptors: sockets, files and all else that is open.
        connections: to the store whose port was given.
    """

    memory_growth: int = 0
    descriptors: int = 0
    connections: int = 0

    def note(self, process: psutil.Process, memory_at_first: int, port: int) -> None:
        """What it takes now."""
        to_store = [each for each in process.net_connections("tcp") if each.raddr and each.raddr.port == port]
        connected = [each for each in to_store if each.status == psutil.CONN_ESTABLISHED]
        self.memory_growth = max(self.memory_growth, process.memory_info().rss - memory_at_first)
        self.descriptors = max(self.descriptors, process.num_fds())
        self.connections = max(self.connections, len(connected))


@contextmanager
def watched(process: psutil.Process, store_port: int = 0) -> Iterator[Taken]:
    """Watch a process until the end."""
    taken = Taken()
    memory_at_first = process.memory_info().rss
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(WATCH_SECONDS):
            taken.note(process, memory_at_first, store_port)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield taken
    finally:
        ended.set()
        watching.join()


def check(taken: Taken, clients: int) -> str:
    """Assert that it stayed within bounds; answers the fact for the table."""
    assert taken.memory_growth <= MEMORY_GROWTH_MAX, taken
    assert taken.descriptors <= clients + DESCRIPTORS_BESIDES_CLIENTS_MAX, taken
    assert taken.connections <= STORE_CONNECTIONS_MAX, taken
    return (
        f"memory grew by less than {MEMORY_GROWTH_MAX // MIB} MiB, at most {STORE_CONNECTIONS_MAX} connections to the "
        f"store and {DESCRIPTORS_BESIDES_CLIENTS_MAX} descriptors besides the clients'"
    )
