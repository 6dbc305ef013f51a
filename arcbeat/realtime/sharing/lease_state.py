"""The role of a process in sampling, decided by the last response of the exchange and its age."""

from dataclasses import dataclass, replace
from enum import StrEnum

from arcbeat.domain.readings.sharing import Lease


class LeaseRole(StrEnum):
    """What a process does.

    LEADER: samples for all processes. FOLLOWER: publishes what the leader has sampled. ALONE: samples for itself,
    because the exchange does not respond.
    """

    LEADER = "leader"
    FOLLOWER = "follower"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class LeaseState:
    """What a process knows about the lease.

    Attributes:
        valid_seconds: how long a response of the exchange is valid. It is the lifetime of the lease: after that another
            process may hold it.
        renewed_at: the time of the last response by a monotonic clock; None if there was none yet.
        is_ours: whether this process held the lease then.
        fence: the fencing token of the lease then.
    """

    valid_seconds: float
    renewed_at: float | None = None
    is_ours: bool = False
    fence: int = 0

    def renewed(self, lease: Lease, at: float) -> "LeaseState":
        """Return the state after a response to a call that started ``at``."""
        return replace(self, renewed_at=at, is_ours=lease.is_ours, fence=lease.fence)

    def role(self, now: float) -> LeaseRole:
        """Return the role at this time."""
        if self.renewed_at is None or now - self.renewed_at > self.valid_seconds:
            return LeaseRole.ALONE
        return LeaseRole.LEADER if self.is_ours else LeaseRole.FOLLOWER
