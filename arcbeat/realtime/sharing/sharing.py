"""Sharing between processes by a lease: who samples at a tick, and whether a sample may be published."""

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
    """Implements the Sharing protocol of samplers with an exchange.

    The leader publishes a sample only after the exchange has accepted it. So no client of the leader sees a snapshot
    that a process which takes over later would contradict. A process that samples alone, or does not know whether the
    exchange has accepted its last sample, continues in a new stream.

    Attributes:
        lease_state: what this process knows about the lease; set by :class:`Cluster`.
    """

    def __init__(
        self, exchange: FrameExchange, follower: Follower, times: SharingTimes, monotonic: Monotonic = time.monotonic
    ) -> None:
        self._exchange = exchange
        self._follower = follower
        self._monotonic = monotonic
        self._is_failing = False
        self.lease_state = LeaseState(times.lease_seconds)

    @property
    def role(self) -> LeaseRole:
        """The role of this process now."""
        return self.lease_state.role(self._monotonic())

    def role_gauges(self) -> dict[str, float]:
        """Return 1 for the role of this process and 0 for the others."""
        return {role: float(role is self.role) for role in LeaseRole}

    async def follows(self, sampler: Sampler) -> bool:
        role = self.role
        if role is LeaseRole.FOLLOWER and not self._follower.is_silent(sampler):
            if sampler.snapshot is None:
                await self._follower.start(sampler)
            return True
        if role is not LeaseRole.LEADER and self._follower.is_shared(sampler):
            # This process goes on without the leader, which may continue the stream.
            self._follower.abandon(sampler)
        return False

    async def share(self, sampler: Sampler, state: SharedState, update: SharedUpdate) -> bool:
        is_shared = self._follower.is_shared(sampler)
        if self.role is not LeaseRole.LEADER:
            # The lease was lost while the sample was read. A shared stream belongs to the new leader now.
            return not is_shared
        begins = update.delta.since == 0 or not is_shared
        try:
            result = await self._send(sampler.type_code, state, update, begins=begins)
        except StoreError as error:
            # Whether the exchange has the frame is unknown, so the stream is not continued here. A stream that begins
            # with this frame may still be published: no other process has another snapshot under the same seq.
            self._log_failure(error)
            self._follower.abandon(sampler)
            sampler.abandon_stream(update.delta.stream_id)
            return begins
        self._is_failing = False
        return self._is_accepted(sampler, result)

    async def _send(self, type_code: str, state: SharedState, update: SharedUpdate, *, begins: bool) -> ShareResult:
        fence = self.lease_state.fence
        if begins:
            return await self._exchange.begin(type_code, fence, state)
        needs_checkpoint = update.delta.seq % CHECKPOINT_TICKS == 0
        return await self._exchange.advance(type_code, fence, update, state if needs_checkpoint else None)

    def _is_accepted(self, sampler: Sampler, result: ShareResult) -> bool:
        if result.outcome is ShareOutcome.SHARED:
            self._follower.set_position(sampler, result.position)
            return True
        if result.outcome is ShareOutcome.OUT_OF_SEQUENCE:
            # The exchange has lost the stream, or another process held the lease in between and continued it.
            self._follower.abandon(sampler)
        return False

    def _log_failure(self, error: StoreError) -> None:
        """Log only the first of consecutive failures."""
        if not self._is_failing:
            logger.warning("frames_not_shared", detail=error.detail)
        self._is_failing = True
