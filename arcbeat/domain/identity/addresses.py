"""What identifies a client by its IP address."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

HOP_CHARACTERS_MAX = 64
"""Longer than any address with brackets and a port."""
IPV6_PREFIX = 64
"""A client with one IPv6 address usually has the whole /64 network."""


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address without its zone, or None if the text is not an address.

    An IPv4 address that is written as an IPv6 address (``::ffff:10.0.0.1``) is returned as an IPv4 address.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def parse_hop(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address of a hop of X-Forwarded-For, which may have a port: ``1.2.3.4:80``, ``[2001:db8::1]:80``."""
    hop = text.strip()
    if len(hop) > HOP_CHARACTERS_MAX:
        return None
    if hop.startswith("["):
        return parse_address(hop[1:].partition("]")[0])
    if hop.count(":") == 1:
        return parse_address(hop.partition(":")[0])
    return parse_address(hop)


def client_network(text: str) -> str:
    """Return what limits per client count: the IPv4 address, or the /64 network of an IPv6 address.

    Any other text, such as the name of a Unix socket or no address at all, is returned unchanged.
    """
    address = parse_address(text)
    if address is None:
        return text
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)
