"""Samplers of which one process samples for all: who samples at a tick, and what becomes of it."""

import time

import structlog

from arcbeat.domain.errors import StoreError
from arcbeat.domain.readings.sharing import (
    CHECKPOINT_TICKS,
    FrameExchange,
    SharedState,
    SharedUpdate,
    ShareOutcome,
    ShareResult,
    SharingTimes,
)
from arcbeat.realtime.sampling.sampler import Sampler
from arcbeat.realtime.sharing.follower import Follower, Monotonic
from arcbeat.realtime.sharing.lease_state import LeaseRole, LeaseState

logger = structlog.get_logger(__name__)


class LeasedSharing:
    """The Sharing over an exchange.

    What is sampled for all counts only when the exchange has taken it: so nobody was told what a process that takes
    over would say otherwise. A process that goes on by itself, or cannot be sure, begins streams of its own.

    Attributes:
        lease_state: what this process knows of the lease.
    """

    def __init__(
        self, exchange: FrameExchange, follower: Follower, pace: SharingTimes, monotonic: Monotonic = time.monotonic
    ) -> None:
        self._exchange = exchange
        self._follower = follower
        self._monotonic = monotonic
        self._is_failing = False
        self.lease_state = LeaseState(pace.lease_seconds)

    @property
    def role(self) -> LeaseRole:
        """At this moment."""
        return self.lease_state.role(self._monotonic())

    def figures(self) -> dict[str, float]:
        """1 for the role, 0 for the others."""
        return {role: float(role is self.role) for role in LeaseRole}

    async def follows(self, sampler: Sampler) -> bool:
        role = self.role
        if role is LeaseRole.FOLLOWER and not self._follower.is_silent(sampler):
            if sampler.snapshot is None:
                await self._follower.begin(sampler)
            return True
        if role is not LeaseRole.LEADER and self._follower.is_shared(sampler):
            self._follower.leave(sampler)
        return False

    async def share(self, sampler: Sampler, whole: SharedState, move: SharedUpdate) -> bool:
        is_shared = self._follower.is_shared(sampler)
        if self.role is not LeaseRole.LEADER:
            return not is_shared
        is_new = move.delta.since == 0 or not is_shared
        try:
            shared = await self._give(sampler.type_code, whole, move, is_new=is_new)
        except StoreError as error:
            self._fail(error)
            self._follower.leave(sampler)
            sampler.abandon_stream(move.delta.stream_id)
            return is_new
        self._is_failing = False
        return self._counts(sampler, shared)

    async def _give(self, type_code: str, whole: SharedState, move: SharedUpdate, *, is_new: bool) -> ShareResult:
        fence = self.lease_state.fence
        if is_new:
            return await self._exchange.begin(type_code, fence, whole)
        is_due = move.delta.seq % CHECKPOINT_TICKS == 0
        return await self._exchange.advance(type_code, fence, move, whole if is_due else None)

    def _counts(self, sampler: Sampler, shared: ShareResult) -> bool:
        if shared.outcome is ShareOutcome.SHARED:
            self._follower.put(sampler, shared.position)
            return True
        if shared.outcome is ShareOutcome.OUT_OF_SEQUENCE:
            # it has lost what was shared, or somebody else had the lease in between
            self._follower.leave(sampler)
        return False

    def _fail(self, error: StoreError) -> None:
        """Told once, until it works again."""
        if not self._is_failing:
            logger.warning("frames_not_shared", detail=error.detail)
        self._is_failing = True
