"""The part of one process in a cluster: it renews or acquires the lease, and follows the leader."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

import structlog

from arcbeat.concurrency import background
from arcbeat.domain.errors import StoreError
from arcbeat.domain.readings.sharing import FrameExchange, Lease, SharingTimes
from arcbeat.realtime.sampling.samplers import Samplers
from arcbeat.realtime.sampling.ticks import Sleep
from arcbeat.realtime.sharing.follower import Follower, Monotonic
from arcbeat.realtime.sharing.lease_state import LeaseRole, LeaseState
from arcbeat.realtime.sharing.sharing import LeasedSharing

logger = structlog.get_logger(__name__)


class ClusterObserver(Protocol):
    """Receives cluster metrics."""

    def count_role_change(self, role: str) -> None:
        """Count that this process has changed to a role."""
        ...


class Cluster:
    """Renews the lease and reads the frames of the leader, in two background tasks.

    Args:
        samplers: the samplers that use ``sharing``; as a follower, ``follower`` publishes through them.
    """

    def __init__(
        self,
        exchange: FrameExchange,
        samplers: Samplers,
        sharing: LeasedSharing,
        follower: Follower,
        *,
        times: SharingTimes,
        observer: ClusterObserver,
        monotonic: Monotonic = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._exchange = exchange
        self._samplers = samplers
        self._sharing = sharing
        self._follower = follower
        self._times = times
        self._observer = observer
        self._monotonic = monotonic
        self._sleep = sleep
        self._noticed_role: LeaseRole | None = None
        # Frames are applied by both tasks: in order, and none of them after this process has taken over.
        self._applying = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take part in the cluster while the context is entered; release the lease when it is left."""
        await self.renew_lease()
        try:
            async with background(self._repeat(self._renew_after_pause), self._repeat(self.follow)):
                yield
        finally:
            await self._release()

    async def renew_lease(self) -> None:
        """Renew or acquire the lease, announce the types that this process needs, and adopt the resulting role."""
        started_at = self._monotonic()
        try:
            lease = await self._exchange.renew(self._samplers.local_types())
        except StoreError as error:
            self._notice_role(error.detail)
            return
        before = self._sharing.lease_state
        state = before.renewed(lease, started_at)
        if lease.is_ours and (lease.fence != before.fence or not before.is_ours):
            await self._take_over(state, before.fence)
        self._sharing.lease_state = state
        self._notice_role()
        self._set_remote_types(lease)

    async def follow(self) -> None:
        """As a follower, wait for frames of the leader and publish them; otherwise wait for a moment."""
        samplers = tuple(self._samplers)
        if self._sharing.role is not LeaseRole.FOLLOWER or not samplers:
            await self._sleep(self._times.renew_seconds)
            return
        try:
            frames = await self._follower.read_frames(samplers, wait_seconds=self._times.renew_seconds)
            async with self._applying:
                if self._sharing.role is LeaseRole.FOLLOWER:
                    await self._follower.apply(samplers, frames, self._sharing.lease_state.fence)
        except StoreError:  # renew_lease logs that the exchange is unavailable
            await self._sleep(self._times.renew_seconds)

    async def _take_over(self, state: LeaseState, fence: int) -> None:
        """Apply the remaining frames of the former leader, and become leader.

        No process can add to the streams meanwhile: the former leader has lost the lease, and this one does not sample
        before the role is set. If the frames cannot be read, this process begins new streams.
        """
        samplers = tuple(self._samplers)
        async with self._applying:
            try:
                while frames := await self._follower.read_frames(samplers, wait_seconds=0):
                    await self._follower.apply(samplers, frames, fence)
            except StoreError as error:
                logger.warning("frames_not_read", detail=error.detail)
                for sampler in samplers:
                    self._follower.abandon(sampler)
            self._sharing.lease_state = state

    def _set_remote_types(self, lease: Lease) -> None:
        """Sample the types of all processes as the leader, otherwise only those of this process."""
        self._samplers.set_remote_types(lease.wanted_types if self._sharing.role is LeaseRole.LEADER else ())

    def _notice_role(self, detail: str | None = None) -> None:
        role = self._sharing.role
        if role is self._noticed_role:
            return
        if role is LeaseRole.FOLLOWER:
            self._follower.reset_silence()
        if role is LeaseRole.ALONE:
            self._samplers.set_remote_types(())
        level = logging.WARNING if role is LeaseRole.ALONE else logging.INFO
        logger.log(level, "role_changed", role=role, detail=detail)
        self._observer.count_role_change(role)
        self._noticed_role = role

    async def _renew_after_pause(self) -> None:
        await self._sleep(self._times.renew_seconds)
        await self.renew_lease()

    async def _repeat(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
            except Exception:
                # A bug. If the task ended, this process would never sample, or never follow, again.
                logger.exception("sharing_failed")
                await self._sleep(self._times.renew_seconds)

    async def _release(self) -> None:
        if self._sharing.role is not LeaseRole.LEADER:
            return
        try:
            await self._exchange.release()
        except StoreError as error:  # the lease expires by itself
            logger.info("lease_not_released", detail=error.detail)
