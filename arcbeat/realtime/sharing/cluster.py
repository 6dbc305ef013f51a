"""The processes that share an exchange: one samples for all, when it is lost another does, or each for itself."""

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
    """Is told how it goes."""

    def became(self, role: str) -> None:
        """This process has another role."""
        ...


class Cluster:
    """One process's part in it: it keeps the lease or waits for it, and reads what others sample.

    Args:
        samplers: what asks ``sharing``, and is written to by ``follower``.
    """

    def __init__(
        self,
        exchange: FrameExchange,
        samplers: Samplers,
        sharing: LeasedSharing,
        follower: Follower,
        *,
        pace: SharingTimes,
        observer: ClusterObserver,
        monotonic: Monotonic = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._exchange = exchange
        self._samplers = samplers
        self._sharing = sharing
        self._follower = follower
        self._pace = pace
        self._observer = observer
        self._monotonic = monotonic
        self._known_role: LeaseRole | None = None
        self._sleep = sleep
        self._taking_in = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take part for as long as this lasts."""
        await self.beat()
        try:
            async with background(self._repeat(self._beat_later), self._repeat(self.read)):
                yield
        finally:
            await self._release()

    async def beat(self) -> None:
        """Say that this process is there and what it watches, and hear who samples."""
        asked_at = self._monotonic()
        try:
            lease = await self._exchange.renew(self._samplers.wanted())
        except StoreError as error:
            self._notice(error.detail)
            return
        known = self._sharing.lease_state
        lease_state = known.heard(lease, asked_at)
        if lease.is_ours and (lease.fence != known.fence or not known.is_ours):
            await self._take_over(lease_state, known.fence)
        self._sharing.lease_state = lease_state
        self._notice()
        self._heed(lease)

    async def read(self) -> None:
        """What others said since the last time; where there is nothing it is waited for."""
        samplers = tuple(self._samplers)
        if self._sharing.role is not LeaseRole.FOLLOWER or not samplers:
            await self._sleep(self._pace.renew_seconds)
            return
        try:
            frames = await self._follower.frames(samplers, wait_seconds=self._pace.renew_seconds)
            async with self._taking_in:
                if self._sharing.role is LeaseRole.FOLLOWER:
                    await self._follower.take_in(samplers, frames, self._sharing.lease_state.fence)
        except StoreError:  # the beat tells
            await self._sleep(self._pace.renew_seconds)

    async def _take_over(self, lease_state: LeaseState, fence: int) -> None:
        """Go on where whoever had the lease before has stopped: nobody else adds to it any more."""
        samplers = tuple(self._samplers)
        async with self._taking_in:
            try:
                while frames := await self._follower.frames(samplers, wait_seconds=0):
                    await self._follower.take_in(samplers, frames, fence)
            except StoreError as error:
                logger.warning("frames_not_read", detail=error.detail)
                for sampler in samplers:
                    self._follower.leave(sampler)
            self._sharing.lease_state = lease_state

    def _heed(self, lease: Lease) -> None:
        """Sample for others only where nobody else does."""
        self._samplers.want(lease.wanted_types if self._sharing.role is LeaseRole.LEADER else ())

    def _notice(self, detail: str | None = None) -> None:
        role = self._sharing.role
        if role is self._known_role:
            return
        if role is LeaseRole.FOLLOWER:
            self._follower.listen_anew()
        if role is LeaseRole.ALONE:
            self._samplers.want(())
        logger.log(
            logging.WARNING if role is LeaseRole.ALONE else logging.INFO, "role_changed", role=role, detail=detail
        )
        self._observer.became(role)
        self._known_role = role

    async def _beat_later(self) -> None:
        await self._sleep(self._pace.renew_seconds)
        await self.beat()

    async def _repeat(self, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
            except Exception:
                # a fault of ours; without this the process would never sample, or never follow, again
                logger.exception("sharing_failed")
                await self._sleep(self._pace.renew_seconds)

    async def _release(self) -> None:
        if self._sharing.role is not LeaseRole.LEADER:
            return
        try:
            await self._exchange.release()
        except StoreError as error:  # it runs out by itself
            logger.info("lease_not_released", detail=error.detail)
