"""Keep the number of open connections below the limit of descriptors, and some of them free for health checks."""

import resource
import time
from collections.abc import Callable
from typing import Protocol

import structlog

HEALTH_CONNECTIONS = 16
"""Surplus connections, which are served for ``GET /healthz`` only."""
OTHER_DESCRIPTORS_SHARE = 0.25
OTHER_DESCRIPTORS_MAX = 256
"""Descriptors that are left to stores, files and logs: a quarter of the limit, but at most this number."""
DESCRIPTORS_WANTED = 65_536
"""The limit of descriptors to which the soft limit is raised at start, if the hard limit allows it."""
LOG_SECONDS = 10.0
"""The least time between two log entries about rejected connections."""

logger = structlog.get_logger(__name__)


class Connection(Protocol):
    """A connection of a client."""

    def abort(self) -> None:
        """Close the connection now."""


class OpenConnections:
    """The open connections of one server.

    When there are too many, the connection that has waited longest for the head of a request is closed, because it is
    used for nothing at the moment. If none waits, the new connection is a surplus one, for health checks only.

    Args:
        connections_max: connections that are served for all requests.
    """

    def __init__(self, connections_max: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._connections_max = connections_max
        self._monotonic = monotonic
        self._open: set[object] = set()
        # Dictionaries, because they keep the order in which the connections began to wait.
        self._waiting: dict[Connection, None] = {}
        self._surplus_waiting: dict[Connection, None] = {}
        self._closed = 0
        self._logged_at = float("-inf")

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Connection, key: object) -> bool:
        """Add a connection that waits for its first request; return whether it is a surplus one.

        Args:
            key: what `remove` is called with. It outlives the connection, which a WebSocket may replace.
        """
        is_full = len(self._open) >= self._connections_max
        is_surplus = is_full and not self._waiting
        if is_full:
            self._close_one(connection)
            self._log()
        self._open.add(key)
        self.wait(connection, is_surplus=is_surplus)
        return is_surplus

    def remove(self, key: object) -> None:
        """Remove a connection that was closed."""
        self._open.discard(key)

    def wait(self, connection: Connection, *, is_surplus: bool) -> None:
        """Note that a connection waits for the head of a request."""
        waiting = self._surplus_waiting if is_surplus else self._waiting
        waiting.pop(connection, None)
        waiting[connection] = None

    def serve(self, connection: Connection) -> None:
        """Note that a connection does not wait any more: the head of its request is complete, or it was closed."""
        self._waiting.pop(connection, None)
        self._surplus_waiting.pop(connection, None)

    def _close_one(self, connection: Connection) -> None:
        """Close a connection that waits; if none does, the new one, but only if no surplus one may be added."""
        if self._waiting:
            to_close = next(iter(self._waiting))
        elif len(self._open) < self._connections_max + HEALTH_CONNECTIONS:
            return
        else:
            to_close = next(iter(self._surplus_waiting), connection)
        self._closed += 1
        to_close.abort()

    def _log(self) -> None:
        now = self._monotonic()
        if now - self._logged_at >= LOG_SECONDS:
            logger.warning("too_many_connections", limit=self._connections_max, closed=self._closed)
            self._logged_at = now


def raise_descriptor_limit() -> None:
    """Raise the soft limit of descriptors as far as the hard limit allows, because each client needs one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS_WANTED if hard == resource.RLIM_INFINITY else min(DESCRIPTORS_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def connections_max() -> int:
    """Return how many connections fit under the present limit of descriptors."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        soft = DESCRIPTORS_WANTED
    others = min(OTHER_DESCRIPTORS_MAX, int(soft * OTHER_DESCRIPTORS_SHARE))
    return max(1, soft - others - HEALTH_CONNECTIONS)
