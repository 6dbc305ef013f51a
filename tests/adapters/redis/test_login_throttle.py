"""The limit of login attempts."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from fakeredis import TcpFakeServer
from limits import RateLimitItemPerHour

from adapters.redis.login_throttle import REDIS_RETRY_SECONDS, LimitsLoginThrottle
from arcbeat.domain.errors import TooManyRequests
from arcbeat.domain.identity.addresses import client_network
from tests.support import fake_redis
from tests.support.clocks import Clock

# Windows of an hour, so that almost no test run crosses the border between two windows.
PER_CLIENT, PER_USER_AND_CLIENT = RateLimitItemPerHour(6), RateLimitItemPerHour(3)
HERE, THERE = "192.0.2.1", "192.0.2.2"


def throttling(redis_url: str | None = None, clock: Clock | None = None) -> LimitsLoginThrottle:
    return LimitsLoginThrottle(
        redis_url,
        redis_timeout_seconds=30,  # a busy machine does not make a process count alone
        per_client=PER_CLIENT,
        per_user_and_client=PER_USER_AND_CLIENT,
        monotonic=(clock or Clock()).monotonic,
    )


async def attempt(throttle: LimitsLoginThrottle, times: int, address: str = HERE, username: str | None = "vera") -> int:
    """Return how many of these attempts are admitted."""
    admitted = 0
    for _ in range(times):
        try:
            await throttle.admit(address, username)
        except TooManyRequests:
            continue
        admitted += 1
    return admitted


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A fake Redis server that ends with the test."""
    with fake_redis.served() as url:
        yield url


async def test_attempts_on_one_user_from_one_address_are_limited() -> None:
    throttle = throttling()

    assert await attempt(throttle, 5) == 3


async def test_the_limit_does_not_affect_other_users_or_addresses() -> None:
    throttle = throttling()
    await attempt(throttle, 3)

    assert await attempt(throttle, 1, username="otto") == 1
    assert await attempt(throttle, 1, address=THERE) == 1


async def test_attempts_of_one_address_on_all_users_are_limited() -> None:
    throttle = throttling()

    assert sum([await attempt(throttle, 1, username=f"user {number}") for number in range(9)]) == 6


async def test_attempts_without_a_user_count_for_the_address() -> None:
    assert await attempt(throttling(), 9, username=None) == 6


async def test_a_successful_login_resets_the_count() -> None:
    throttle = throttling()
    await attempt(throttle, 2)

    await throttle.reset(HERE, "vera")

    assert await attempt(throttle, 5) == 3


async def test_a_rejected_attempt_has_a_retry_after() -> None:
    throttle = throttling()
    await attempt(throttle, 3)

    with pytest.raises(TooManyRequests) as caught:
        await throttle.admit(HERE, "vera")

    assert 1 <= caught.value.retry_after_seconds <= 2 * 3600


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("/run/proxy.sock", "/run/proxy.sock"),
    ],
)
def test_an_ipv6_network_is_one_client(address: str, client: str) -> None:
    assert client_network(address) == client


async def test_processes_share_their_counts_in_redis(redis_url: str) -> None:
    processes = [throttling(redis_url) for _ in range(2)]

    admitted = [await attempt(each, 2) for each in processes]
    await processes[0].reset(HERE, "vera")
    after = await attempt(processes[1], 1)

    assert (admitted, after) == ([2, 1], 1)
    for each in processes:
        await each.aclose()


async def test_each_process_counts_alone_while_redis_is_unavailable(unused_redis_url: str) -> None:
    throttle = throttling(unused_redis_url)

    assert await attempt(throttle, 5) == 3
    await throttle.aclose()


async def test_after_a_burst_of_attempts_the_processes_still_share_their_counts(redis_url: str) -> None:
    processes = [throttling(redis_url) for _ in range(2)]

    await asyncio.gather(*(attempt(processes[0], 1, username=f"user {number}") for number in range(100)))
    admitted = [await attempt(each, 3, address=THERE) for each in processes]

    assert admitted == [3, 0]
    for each in processes:
        await each.aclose()


async def test_redis_is_tried_again_after_a_pause() -> None:
    clock = Clock()
    server = TcpFakeServer(("127.0.0.1", 0), bind_and_activate=False)
    server.server_bind()
    url = f"redis://127.0.0.1:{server.server_address[1]}/0"
    throttle = throttling(url, clock)
    alone = await attempt(throttle, 5)
    server.server_activate()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()

    still_alone = await attempt(throttle, 1)
    clock.pass_seconds(REDIS_RETRY_SECONDS)
    shared = await attempt(throttle, 5)

    assert (alone, still_alone, shared) == (3, 0, 3)
    await throttle.aclose()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def unused_redis_url() -> Iterator[str]:
    """A port on which no server listens."""
    server = TcpFakeServer(("127.0.0.1", 0), bind_and_activate=False)
    server.server_bind()
    yield f"redis://127.0.0.1:{server.server_address[1]}/0"
    server.server_close()
