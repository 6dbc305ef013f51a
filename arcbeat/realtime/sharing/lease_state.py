"""Who samples: one process for all, or each for itself. Decided from what the exchange says, and from its silence."""

from dataclasses import dataclass, replace
from enum import StrEnum

from arcbeat.domain.readings.sharing import Lease


class LeaseRole(StrEnum):
    """What a process does of the sampling: for all, not at all, or for itself."""

    LEADER = "leader"
    FOLLOWER = "follower"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class LeaseState:
    """What a process knows of the lease.

    Attributes:
        patience_seconds: how long what was heard is believed; the lease does not live longer without its holder.
        heard_at: when the exchange answered last, by a monotonic clock; None where it never has.
        fence: of the lease as it was then.
    """

    patience_seconds: float
    heard_at: float | None = None
    is_ours: bool = False
    fence: int = 0

    def heard(self, lease: Lease, at: float) -> "LeaseState":
        """After an answer."""
        return replace(self, heard_at=at, is_ours=lease.is_ours, fence=lease.fence)

    def role(self, now: float) -> LeaseRole:
        """What to do now."""
        if self.heard_at is None or now - self.heard_at > self.patience_seconds:
            return LeaseRole.ALONE
        return LeaseRole.LEADER if self.is_ours else LeaseRole.FOLLOWER
