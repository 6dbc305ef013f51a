"""Who samples, by what is known of the lease."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcbeat.domain.readings.sharing import TIMEOUT_SECONDS_MIN, Lease, SharingTimes
from arcbeat.realtime.sharing.lease_state import LeaseRole, LeaseState

VALID_SECONDS = 3.0
OURS = Lease(is_ours=True, fence=7, wanted_types=frozenset())
THEIRS = Lease(is_ours=False, fence=8, wanted_types=frozenset())


def test_one_that_has_heard_nothing_yet_is_alone() -> None:
    assert LeaseState(VALID_SECONDS).role(0) is LeaseRole.ALONE


@pytest.mark.parametrize(("lease", "role"), [(OURS, LeaseRole.LEADER), (THEIRS, LeaseRole.FOLLOWER)])
def test_whoever_has_the_lease_samples_for_all(lease: Lease, role: LeaseRole) -> None:
    lease_state = LeaseState(VALID_SECONDS).renewed(lease, at=10)

    assert lease_state.role(10) is role
    assert lease_state.role(10 + VALID_SECONDS) is role
    assert lease_state.fence == lease.fence


@pytest.mark.parametrize("lease", [OURS, THEIRS])
def test_what_was_heard_is_not_believed_for_ever(lease: Lease) -> None:
    assert LeaseState(VALID_SECONDS).renewed(lease, at=10).role(10.1 + VALID_SECONDS) is LeaseRole.ALONE


def test_what_is_heard_later_counts() -> None:
    lease_state = LeaseState(VALID_SECONDS).renewed(OURS, at=10).renewed(THEIRS, at=20)

    assert (lease_state.role(20), lease_state.fence) == (LeaseRole.FOLLOWER, THEIRS.fence)


@given(st.floats(1, 3600))
def test_at_most_one_tick_is_missed_wherever_in_a_tick_the_one_that_samples_dies(period_seconds: float) -> None:
    pace = SharingTimes.of(period_seconds)

    assert pace.lease_seconds + pace.renew_seconds < period_seconds


@given(st.floats(0.01, 3600))
def test_one_call_that_fails_does_not_lose_the_lease(period_seconds: float) -> None:
    pace = SharingTimes.of(period_seconds)

    assert pace.timeout_seconds + pace.renew_seconds < pace.lease_seconds
    assert pace.timeout_seconds >= TIMEOUT_SECONDS_MIN
    assert pace.silence_seconds_max > period_seconds + pace.lease_seconds
