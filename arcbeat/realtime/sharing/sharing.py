"""Feeds of which one process samples for all: who samples at a tick, and what becomes of it."""

import time

import structlog

from arcbeat.domain.errors import StoreError
from arcbeat.domain.readings.sharing import WHOLE_EVERY, FrameExchange, Move, Outcome, Pace, Shared, Whole
from arcbeat.realtime.sampling.sampler import Feed
from arcbeat.realtime.sharing.follower import Following, Monotonic
from arcbeat.realtime.sharing.lease_state import Role, Standing

logger = structlog.get_logger(__name__)


class SharedFeeds:
    """The Sharing over an exchange.

    What is sampled for all counts only when the exchange has taken it: so nobody was told what a process that takes
    over would say otherwise. A process that goes on by itself, or cannot be sure, begins streams of its own.

    Attributes:
        standing: what this process knows of the lease.
    """

    def __init__(
        self, exchange: FrameExchange, following: Following, pace: Pace, monotonic: Monotonic = time.monotonic
    ) -> None:
        self._exchange = exchange
        self._following = following
        self._monotonic = monotonic
        self._is_failing = False
        self.standing = Standing(pace.lease_seconds)

    @property
    def role(self) -> Role:
        """At this moment."""
        return self.standing.role(self._monotonic())

    def figures(self) -> dict[str, float]:
        """1 for the role, 0 for the others."""
        return {role: float(role is self.role) for role in Role}

    async def follows(self, feed: Feed) -> bool:
        role = self.role
        if role is Role.FOLLOWER and not self._following.is_silent(feed):
            if feed.snapshot is None:
                await self._following.begin(feed)
            return True
        if role is not Role.LEADER and self._following.is_shared(feed):
            self._following.leave(feed)
        return False

    async def share(self, feed: Feed, whole: Whole, move: Move) -> bool:
        is_shared = self._following.is_shared(feed)
        if self.role is not Role.LEADER:
            return not is_shared
        is_new = move.delta.since == 0 or not is_shared
        try:
            shared = await self._give(feed.type_code, whole, move, is_new=is_new)
        except StoreError as error:
            self._fail(error)
            self._following.leave(feed)
            feed.leave(move.delta.stream_id)
            return is_new
        self._is_failing = False
        return self._counts(feed, shared)

    async def _give(self, type_code: str, whole: Whole, move: Move, *, is_new: bool) -> Shared:
        fence = self.standing.fence
        if is_new:
            return await self._exchange.begin(type_code, fence, whole)
        is_due = move.delta.seq % WHOLE_EVERY == 0
        return await self._exchange.advance(type_code, fence, move, whole if is_due else None)

    def _counts(self, feed: Feed, shared: Shared) -> bool:
        if shared.outcome is Outcome.SHARED:
            self._following.put(feed, shared.place)
            return True
        if shared.outcome is Outcome.ELSEWHERE:
            # it has lost what was shared, or somebody else had the lease in between
            self._following.leave(feed)
        return False

    def _fail(self, error: StoreError) -> None:
        """Told once, until it works again."""
        if not self._is_failing:
            logger.warning("frames_not_shared", detail=error.detail)
        self._is_failing = True
