"""How often passwords may be tried."""

import threading
from collections.abc import Iterator

import pytest
from fakeredis import TcpFakeServer
from limits import RateLimitItemPerHour

from adapters.redis.login_throttle import REDIS_REST_SECONDS, LimitsLoginThrottle, client_network
from arcbeat.domain.errors import TooManyRequests
from tests.support import fake_redis
from tests.support.clocks import Clock

# Hours, so that no test begins in one window and ends in the next but for one in many thousands.
PER_CLIENT, PER_USER_AND_CLIENT = RateLimitItemPerHour(6), RateLimitItemPerHour(3)
HERE, THERE = "192.0.2.1", "192.0.2.2"


def throttling(redis_url: str | None = None, clock: Clock | None = None) -> LimitsLoginThrottle:
    return LimitsLoginThrottle(
        redis_url,
        per_client=PER_CLIENT,
        per_user_and_client=PER_USER_AND_CLIENT,
        monotonic=(clock or Clock()).monotonic,
    )


async def tries(throttle: LimitsLoginThrottle, times: int, address: str = HERE, username: str | None = "vera") -> int:
    """How many of so many attempts are let through."""
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
    """A Redis on a socket, that ends with the test."""
    with fake_redis.served() as url:
        yield url


async def test_a_user_is_tried_so_often_from_one_address_and_no_more() -> None:
    throttle = throttling()

    assert await tries(throttle, 5) == 3


async def test_others_are_not_held_up_by_it() -> None:
    throttle = throttling()
    await tries(throttle, 3)

    assert await tries(throttle, 1, username="otto") == 1
    assert await tries(throttle, 1, address=THERE) == 1


async def test_an_address_tries_so_many_users_and_no_more() -> None:
    throttle = throttling()

    assert sum([await tries(throttle, 1, username=f"user {number}") for number in range(9)]) == 6


async def test_attempts_without_a_user_count_for_the_address() -> None:
    assert await tries(throttling(), 9, username=None) == 6


async def test_who_was_right_starts_afresh() -> None:
    throttle = throttling()
    await tries(throttle, 2)

    await throttle.forgive(HERE, "vera")

    assert await tries(throttle, 5) == 3


async def test_a_refusal_says_when_to_come_again() -> None:
    throttle = throttling()
    await tries(throttle, 3)

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
def test_a_whole_network_of_ipv6_is_one_client(address: str, client: str) -> None:
    assert client_network(address) == client


async def test_with_redis_all_processes_count_together(redis_url: str) -> None:
    processes = [throttling(redis_url) for _ in range(2)]

    admitted = [await tries(each, 2) for each in processes]
    await processes[0].forgive(HERE, "vera")
    after = await tries(processes[1], 1)

    assert (admitted, after) == ([2, 1], 1)
    for each in processes:
        await each.aclose()


async def test_when_redis_is_away_each_process_counts_for_itself(unused_redis_url: str) -> None:
    throttle = throttling(unused_redis_url)

    assert await tries(throttle, 5) == 3
    await throttle.aclose()


async def test_redis_is_left_alone_for_a_moment_after_it_failed_and_then_counts_again() -> None:
    clock = Clock()
    server = TcpFakeServer(("127.0.0.1", 0), bind_and_activate=False)
    server.server_bind()
    url = f"redis://127.0.0.1:{server.server_address[1]}/0"
    throttle = throttling(url, clock)
    alone = await tries(throttle, 5)
    server.server_activate()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()

    still_alone = await tries(throttle, 1)
    clock.pass_seconds(REDIS_REST_SECONDS)
    shared = await tries(throttle, 5)

    assert (alone, still_alone, shared) == (3, 0, 3)
    await throttle.aclose()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def unused_redis_url() -> Iterator[str]:
    """Where nobody listens."""
    server = TcpFakeServer(("127.0.0.1", 0), bind_and_activate=False)
    server.server_bind()
    yield f"redis://127.0.0.1:{server.server_address[1]}/0"
    server.server_close()
