"""Limit the connections that have not shown valid credentials yet, per address and in all."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from arcbeat.api.access.rates import RateLimits
from arcbeat.domain.identity.addresses import client_network
from arcbeat.realtime.rooms.limits import CONNECTIONS_MAX

PENDING_MAX = CONNECTIONS_MAX
"""Connections without credentials over all addresses. They do not reduce the number of admitted connections."""

Abort = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Pending:
    address: str
    abort: Abort


class PendingConnections:
    """The connections that are open and have not shown valid credentials yet.

    If there are too many, the oldest one is aborted instead of rejecting the new one. Legitimate clients show their
    credentials at once, so an attacker who opens many connections aborts mostly its own, and cannot shut others out.

    Args:
        rates: counts each new connection for its address, until it shows valid credentials.
        per_address_max: connections of one address (for IPv6 of one /64 network). Trusted proxies are exempt.
    """

    def __init__(self, rates: RateLimits, *, per_address_max: int) -> None:
        self._rates = rates
        self._per_address_max = per_address_max
        # Dictionaries, because they keep the order in which the connections were opened.
        self._all: dict[Hashable, _Pending] = {}
        self._by_address: dict[str, dict[Hashable, None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def count(self, address: str) -> None:
        """Count an attempt to connect.

        Raises:
            TooManyRequests: the address exceeds the rate limit for requests without valid credentials.
        """
        self._rates.count_address(address)

    async def add(self, key: Hashable, address: str, abort: Abort) -> None:
        """Add a new connection; abort the oldest one of its address, or of all, if there are too many.

        Args:
            abort: ends the connection.
        """
        self._all[key] = _Pending(address, abort)
        of_address = self._by_address.setdefault(client_network(address), {})
        of_address[key] = None
        if len(of_address) > self._per_address_max and not self._rates.is_exempt(address):
            await self._abort(next(iter(of_address)))
        elif len(self._all) > PENDING_MAX:
            await self._abort(next(iter(self._all)))

    def admit(self, key: Hashable) -> None:
        """Remove a connection that has shown valid credentials; it does not count for its address any more."""
        pending = self._remove(key)
        if pending is not None:
            self._rates.refund_address(pending.address)

    def remove(self, key: Hashable) -> None:
        """Remove a connection that was closed. One that was removed before is ignored."""
        self._remove(key)

    async def _abort(self, key: Hashable) -> None:
        pending = self._remove(key)
        if pending is not None:
            await pending.abort()

    def _remove(self, key: Hashable) -> _Pending | None:
        pending = self._all.pop(key, None)
        if pending is None:
            return None
        network = client_network(pending.address)
        of_address = self._by_address[network]
        del of_address[key]
        if not of_address:
            del self._by_address[network]
        return pending
