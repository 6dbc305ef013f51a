"""The role of a process, by the last response of the exchange."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.readings.sharing import TIMEOUT_SECONDS_MIN, Lease, SharingTimes
from arcbeat.realtime.sharing.lease_state import LeaseRole, LeaseState

VALID_SECONDS = 3.0
OURS = Lease(is_ours=True, fence=7, wanted_types=frozenset())
THEIRS = Lease(is_ours=False, fence=8, wanted_types=frozenset())


def test_without_an_answer_a_process_is_alone() -> None:
    assert LeaseState(VALID_SECONDS).role(0) is LeaseRole.ALONE


@pytest.mark.parametrize(("lease", "role"), [(OURS, LeaseRole.LEADER), (THEIRS, LeaseRole.FOLLOWER)])
def test_the_holder_of_the_lease_is_leader_and_others_follow(lease: Lease, role: LeaseRole) -> None:
    lease_state = LeaseState(VALID_SECONDS).renewed(lease, at=10)

    assert lease_state.role(10) is role
    assert lease_state.role(10 + VALID_SECONDS) is role
    assert lease_state.fence == lease.fence


@pytest.mark.parametrize("lease", [OURS, THEIRS])
def test_an_answer_is_valid_for_a_limited_time(lease: Lease) -> None:
    assert LeaseState(VALID_SECONDS).renewed(lease, at=10).role(10.1 + VALID_SECONDS) is LeaseRole.ALONE


def test_a_later_answer_replaces_an_earlier_one() -> None:
    lease_state = LeaseState(VALID_SECONDS).renewed(OURS, at=10).renewed(THEIRS, at=20)

    assert (lease_state.role(20), lease_state.fence) == (LeaseRole.FOLLOWER, THEIRS.fence)


@given(st.floats(1, 3600))
def test_at_most_one_tick_is_missed_whenever_the_leader_dies(period_seconds: float) -> None:
    times = SharingTimes.of(period_seconds)

    assert times.lease_seconds + times.renew_seconds < period_seconds


@given(st.floats(0.01, 3600))
def test_one_failed_renewal_does_not_lose_the_lease(period_seconds: float) -> None:
    times = SharingTimes.of(period_seconds)

    assert times.timeout_seconds + times.renew_seconds < times.lease_seconds
    assert times.timeout_seconds >= TIMEOUT_SECONDS_MIN
    assert times.silence_seconds_max > period_seconds + times.lease_seconds
