"""Settings that are lists: text whose items are separated by commas."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network


def split(text: str) -> Sequence[str]:
    """Return the items without the white space around them; empty ones are ignored."""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def parse_networks(text: str) -> Sequence[IPv4Network | IPv6Network]:
    """Return the items, which are addresses or networks.

    Raises:
        ValueError: an item is neither.
    """
    return tuple(ip_network(item) for item in split(text))
