"""Connections without credentials, without sockets."""

import pytest

from arcbeat.api.access.rates import RateLimits
from arcbeat.domain.errors import TooManyRequests
from arcbeat.realtime.rooms.pending import PENDING_MAX, PendingConnections
from tests.support.clocks import Clock

PROXY = "10.0.0.9"


class Opened:
    """Connections by number; those that were aborted are recorded."""

    def __init__(self, *, per_address_max: int = 3, per_second: float = 0) -> None:
        self.rates = RateLimits(per_second, lambda address: address == PROXY, Clock().monotonic)
        self.pending = PendingConnections(self.rates, per_address_max=per_address_max)
        self.aborted: list[int] = []

    async def open(self, *numbers: int, address: str = "192.0.2.1") -> None:
        for number in numbers:

            async def abort(number: int = number) -> None:
                self.aborted.append(number)

            await self.pending.add(number, address, abort)


async def test_the_oldest_connection_of_an_address_is_aborted_for_a_new_one() -> None:
    opened = Opened()

    await opened.open(1, 2, 3, 4, 5)

    assert opened.aborted == [1, 2]
    assert len(opened.pending) == 3


async def test_addresses_and_admitted_and_closed_connections_do_not_count() -> None:
    opened = Opened()
    await opened.open(1, 2, 3)
    opened.pending.admit(1)
    opened.pending.remove(2)

    await opened.open(4, 5)
    await opened.open(6, 7, 8, address="192.0.2.2")

    assert opened.aborted == []


async def test_an_ipv6_network_counts_as_one_address() -> None:
    opened = Opened(per_address_max=1)

    await opened.open(1, address="2001:db8::1")
    await opened.open(2, address="2001:db8::2")

    assert opened.aborted == [1]


async def test_a_trusted_proxy_is_exempt_but_not_from_the_limit_in_all() -> None:
    opened = Opened()

    await opened.open(*range(PENDING_MAX + 2), address=PROXY)

    assert opened.aborted == [0, 1]


async def test_attempts_count_for_the_rate_of_the_address_unless_they_show_credentials() -> None:
    opened = Opened(per_second=1)
    for number in range(5):
        opened.pending.count("192.0.2.1")
        await opened.open(number)
        opened.pending.admit(number)
    opened.pending.count("192.0.2.1")

    with pytest.raises(TooManyRequests):
        opened.pending.count("192.0.2.1")
