"""The client's address behind proxies: from X-Forwarded-For, if a trusted proxy sent it."""

from collections.abc import Awaitable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from starlette.types import ASGIApp, Receive, Scope, Send

from arcbeat.domain.identity.addresses import parse_address, parse_hop

HOPS_MAX = 20
"""The addresses of X-Forwarded-For that are read, from the right."""
CACHED_ADDRESSES_MAX = 10_000
"""The size limit of the cache of peers; whether one is a trusted proxy never changes."""
SCHEMES = frozenset({"http", "https"})

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


class TrustedProxies:
    """The proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = tuple(networks)
        self._trusts_cached = lru_cache(CACHED_ADDRESSES_MAX)(self._trusts)

    def trusts(self, address: str) -> bool:
        """Return whether this is the address of a trusted proxy."""
        return self._trusts_cached(address)

    def _trusts(self, address: str) -> bool:
        parsed = parse_address(address)
        return parsed is not None and self._contains(parsed)

    def client_of(self, peer: str, forwarded_for: str) -> str:
        """Return the address of the client of a connection from a trusted proxy.

        Each proxy appends the address that it was connected from, so only the right-most addresses are known to be
        true: the client is the first one from the right that is not a trusted proxy. If a text stands there that is not
        an address, or all addresses are proxies, ``peer`` is returned, or the left-most proxy.
        """
        client = peer
        for hop in reversed(forwarded_for.rsplit(",", HOPS_MAX)[-HOPS_MAX:]):
            address = parse_hop(hop)
            if address is None:
                return peer
            client = str(address)
            if not self._contains(address):
                break
        return client

    def _contains(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


class ForwardedClient:
    """Replaces the peer's address and scheme in the scope by those of the client, if the peer is a trusted proxy.

    It surrounds everything else, sockets included, so that the audit log and all limits use the same address. The
    headers of all other peers are ignored: anyone could claim any address.
    """

    def __init__(self, app: ASGIApp, proxies: TrustedProxies) -> None:
        self._app = app
        self._proxies = proxies

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        client = scope.get("client")
        if client and self._proxies.trusts(client[0]):
            self._apply_headers(scope, client[0])
        return self._app(scope, receive, send)

    def _apply_headers(self, scope: Scope, peer: str) -> None:
        forwarded_for = _values(scope, b"x-forwarded-for")
        if forwarded_for:
            scope["client"] = (self._proxies.client_of(peer, ",".join(forwarded_for)), 0)
        # The last one, which the nearest proxy wrote.
        scheme = ",".join(_values(scope, b"x-forwarded-proto")).rpartition(",")[2].strip()
        if scheme in SCHEMES:
            scope["scheme"] = scheme.replace("http", "ws") if scope["type"] == "websocket" else scheme


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]
