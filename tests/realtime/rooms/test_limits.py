"""What one client may have, and all of them."""

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


def test_a_bucket_says_how_long_there_will_be_nothing_in_it() -> None:
    clock = Clock()
    bucket = TokenBucket(per_second=2, size=2, monotonic=clock.monotonic)

    taken = [bucket.take() for _ in range(3)]
    clock.pass_seconds(0.25)
    later = bucket.take()
    clock.pass_seconds(0.25)

    assert (taken, later, bucket.take()) == ([0.0, 0.0, 0.5], 0.25, 0.0)


def test_a_bucket_holds_no_more_than_its_size() -> None:
    clock = Clock()
    bucket = TokenBucket(per_second=1, size=2, monotonic=clock.monotonic)
    clock.pass_seconds(1000)

    assert [bucket.take() for _ in range(3)] == [0.0, 0.0, 1.0]


def test_an_allowance_is_abused_by_many_messages_too_many_one_after_another() -> None:
    clock = Clock()
    allowance = MessageRateLimit(clock.monotonic)
    for _ in range(MESSAGES_PER_SECOND_MAX + REJECTED_MESSAGES_MAX):
        allowance.count()
    before = allowance.is_abused
    allowance.count()

    assert (before, allowance.is_abused) == (False, True)
    with pytest.raises(TooManyRequests):
        allowance.check()
    clock.pass_seconds(1)
    allowance.count()
    allowance.check()
    assert not allowance.is_abused


def test_when_the_server_is_full_nobody_else_is_let_in() -> None:
    admission = AdmissionLimits(Clock().monotonic)
    admission.check(CONNECTIONS_MAX - 1)

    with pytest.raises(TooManyRequests) as refused:
        admission.check(CONNECTIONS_MAX)

    assert RETRY_AFTER_SECONDS_RANGE[0] <= refused.value.retry_after_seconds <= RETRY_AFTER_SECONDS_RANGE[1]


def test_after_a_restart_clients_are_let_in_one_after_another() -> None:
    clock = Clock()
    admission = AdmissionLimits(clock.monotonic)
    for number in range(CONNECTIONS_PER_SECOND_MAX):
        admission.check(number)
    with pytest.raises(TooManyRequests):
        admission.check(CONNECTIONS_PER_SECOND_MAX)

    clock.pass_seconds(1)

    admission.check(CONNECTIONS_PER_SECOND_MAX)


def test_one_connection_has_its_share_and_no_more() -> None:
    check_connection_limits(SUBSCRIPTIONS_MAX, WATCHED_DEVICES_MAX)
    for subscriptions, devices in ((SUBSCRIPTIONS_MAX + 1, 0), (0, WATCHED_DEVICES_MAX + 1)):
        with pytest.raises(Conflict):
            check_connection_limits(subscriptions, devices)
