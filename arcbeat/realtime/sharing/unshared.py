"""Whose turn it is to sample: this process's, where each samples for itself, or one process's for all."""

from typing import TYPE_CHECKING, Protocol

from arcbeat.domain.readings.sharing import Move, Whole

if TYPE_CHECKING:
    from arcbeat.realtime.sampling.sampler import Feed


class Sharing(Protocol):
    """What a feed asks at every tick; nothing raises StoreError."""

    async def follows(self, feed: "Feed") -> bool:
        """Whether another process samples the type at this tick."""
        ...

    async def share(self, feed: "Feed", whole: Whole, move: Move) -> bool:
        """Give other processes what was sampled here; answers whether it counts, and may be told."""
        ...


class _Unshared:
    async def follows(self, feed: "Feed") -> bool:  # noqa: ARG002 -- the shape of the protocol
        return False

    async def share(self, feed: "Feed", whole: Whole, move: Move) -> bool:  # noqa: ARG002 -- the shape of the protocol
        return True


UNSHARED: Sharing = _Unshared()
"""Where each process samples for itself."""
