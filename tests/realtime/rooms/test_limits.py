"""Limits per connection and per process."""

import pytest

from arcbeat.domain.errors import Conflict, TooManyRequests
from arcbeat.realtime.rooms.limits import (
    CONNECTIONS_MAX,
    CONNECTIONS_PER_SECOND_MAX,
    MESSAGES_PER_SECOND_MAX,
    REJECTED_MESSAGES_MAX,
    RETRY_AFTER_SECONDS_RANGE,
    SUBSCRIPTIONS_MAX,
    WATCHED_DEVICES_MAX,
    AdmissionLimits,
    MessageRateLimit,
    TokenBucket,
    check_connection_limits,
)
from tests.support.clocks import Clock


def test_an_empty_bucket_returns_the_seconds_until_the_next_token() -> None:
    clock = Clock()
    bucket = TokenBucket(per_second=2, size=2, monotonic=clock.monotonic)

    taken = [bucket.take() for _ in range(3)]
    clock.pass_seconds(0.25)
    later = bucket.take()
    clock.pass_seconds(0.25)

    assert (taken, later, bucket.take()) == ([0.0, 0.0, 0.5], 0.25, 0.0)


def test_a_bucket_never_holds_more_tokens_than_its_size() -> None:
    clock = Clock()
    bucket = TokenBucket(per_second=1, size=2, monotonic=clock.monotonic)
    clock.pass_seconds(1000)

    assert [bucket.take() for _ in range(3)] == [0.0, 0.0, 1.0]


def test_a_rate_limit_is_abused_by_many_rejected_messages_in_a_row() -> None:
    clock = Clock()
    rate_limit = MessageRateLimit(clock.monotonic)
    for _ in range(MESSAGES_PER_SECOND_MAX + REJECTED_MESSAGES_MAX):
        rate_limit.count()
    before = rate_limit.is_abused
    rate_limit.count()

    assert (before, rate_limit.is_abused) == (False, True)
    with pytest.raises(TooManyRequests):
        rate_limit.check()
    clock.pass_seconds(1)
    rate_limit.count()
    rate_limit.check()
    assert not rate_limit.is_abused


def test_no_client_is_admitted_when_the_limit_of_connections_is_reached() -> None:
    limits = AdmissionLimits(Clock().monotonic, sockets_per_user_max=100)
    limits.check(CONNECTIONS_MAX - 1, 0)

    with pytest.raises(TooManyRequests) as rejected:
        limits.check(CONNECTIONS_MAX, 0)

    assert RETRY_AFTER_SECONDS_RANGE[0] <= rejected.value.retry_after_seconds <= RETRY_AFTER_SECONDS_RANGE[1]


def test_a_user_is_not_admitted_when_the_limit_of_connections_per_user_is_reached() -> None:
    limits = AdmissionLimits(Clock().monotonic, sockets_per_user_max=3)
    limits.check(connections=10, of_user=2)

    with pytest.raises(TooManyRequests, match="has 3 open connections"):
        limits.check(connections=10, of_user=3)


def test_the_rate_of_new_connections_is_limited() -> None:
    clock = Clock()
    limits = AdmissionLimits(clock.monotonic, sockets_per_user_max=100)
    for number in range(CONNECTIONS_PER_SECOND_MAX):
        limits.check(number, 0)
    with pytest.raises(TooManyRequests):
        limits.check(CONNECTIONS_PER_SECOND_MAX, 0)

    clock.pass_seconds(1)

    limits.check(CONNECTIONS_PER_SECOND_MAX, 0)


def test_subscriptions_and_watched_devices_are_limited_per_connection() -> None:
    check_connection_limits(SUBSCRIPTIONS_MAX, WATCHED_DEVICES_MAX)
    for subscriptions, devices in ((SUBSCRIPTIONS_MAX + 1, 0), (0, WATCHED_DEVICES_MAX + 1)):
        with pytest.raises(Conflict):
            check_connection_limits(subscriptions, devices)
