"""How processes share the samples that one of them takes: a lease, and per device type a stream of frames.

The process that holds the lease, the leader, samples for all processes. For each device type that any process wants it
appends one frame per tick to a stream, and stores a checkpoint now and then. The other processes, the followers, start
from the checkpoint and apply the frames that come after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.snapshots import Delta, Snapshot

CHECKPOINT_TICKS = 12
"""Ticks between two checkpoints of a stream, and so the maximum number of frames that a new follower has to apply."""
STREAM_FRAMES_MAX = 2 * CHECKPOINT_TICKS
"""Frames stored per device type; a follower that is further behind starts again from the checkpoint."""
LEASE_PERIODS = 0.6
"""Lifetime of the lease in sampling periods. Whenever the leader dies within a tick, another process is leader at the
tick after the next."""
LEASE_SECONDS_MIN = 0.6
RENEWALS_PER_LEASE = 4
RENEW_SECONDS_MAX = 1.0
TIMEOUT_SECONDS_MIN = 0.3
SILENT_TICKS_MAX = 3
"""Ticks without a frame of a device type after which a process samples the type itself, although there is a leader."""
RETENTION_SECONDS_MIN = 60.0


@dataclass(frozen=True, slots=True)
class SharingTimes:
    """The durations that govern sharing.

    Attributes:
        lease_seconds: lifetime of the lease. Without a response of the exchange for longer, a process samples alone.
        renew_seconds: time between two renewals of the lease.
        timeout_seconds: limit of each call of the exchange.
        silence_seconds_max: how long a follower waits for a frame before it samples the device type itself.
        retention_seconds: how long a stream is stored after its last frame.
    """

    lease_seconds: float
    renew_seconds: float
    timeout_seconds: float
    silence_seconds_max: float
    retention_seconds: float

    @classmethod
    def of(cls, period_seconds: float) -> "SharingTimes":
        """Return the durations that suit a sampling period."""
        lease = max(LEASE_PERIODS * period_seconds, LEASE_SECONDS_MIN)
        renew = min(lease / RENEWALS_PER_LEASE, RENEW_SECONDS_MAX)
        return cls(
            lease_seconds=lease,
            renew_seconds=renew,
            timeout_seconds=max(renew, TIMEOUT_SECONDS_MIN),
            silence_seconds_max=SILENT_TICKS_MAX * max(period_seconds, lease),
            retention_seconds=max(STREAM_FRAMES_MAX * period_seconds, RETENTION_SECONDS_MIN),
        )


@dataclass(frozen=True, slots=True)
class Lease:
    """The permission to sample for all processes, which one process holds at a time.

    Attributes:
        is_ours: whether this process holds it.
        fence: fencing token; it increases each time the lease changes hands. Frames with a lower one are obsolete.
        wanted_types: the device types that any process watches.
    """

    is_ours: bool
    fence: int
    wanted_types: frozenset[str]


@dataclass(frozen=True, slots=True)
class SharedState:
    """The state of a stream at one tick: the device type, and the newest readings of its devices."""

    device_type: DeviceType
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class SharedUpdate:
    """The change from one state of a stream to the next.

    Attributes:
        device_type: the new device type; None when it has not changed.
    """

    delta: Delta
    device_type: DeviceType | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A stored state of a stream, and the position of the frame that led to it."""

    position: str
    state: SharedState


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFrame:
    """One entry of a stream: what the leader published at one tick.

    Attributes:
        position: position in the stream; pass it on to get the frames after this one.
        fence: fencing token of the lease under which the frame was published.
        stream_id, seq: the snapshot that the frame leads to.
        update: None where a stream begins; the state is in the checkpoint then.
    """

    type_code: str
    position: str
    fence: int
    stream_id: str
    seq: int
    update: SharedUpdate | None


class ShareOutcome(StrEnum):
    """The outcome of publishing a frame.

    LEASE_LOST: another process holds the lease now. OUT_OF_SEQUENCE: the stream's newest state is not the one that the
    update starts from.
    """

    SHARED = "shared"
    LEASE_LOST = "lease lost"
    OUT_OF_SEQUENCE = "out of sequence"


@dataclass(frozen=True, slots=True)
class ShareResult:
    """The outcome of publishing a frame and, when it is SHARED, the position of the frame."""

    outcome: ShareOutcome
    position: str = ""


class FrameExchange(Protocol):
    """The streams and the lease, in a place that all processes reach.

    Only the holder of the lease may publish, and only an update of a stream's newest state or the beginning of a new
    stream. So a seq of a stream names the same snapshot on every process. Every operation may raise any StoreError and
    has a timeout; after an error of ``begin`` or ``advance`` it is unknown whether the frame was published. A type_code
    is the text that processes subscribe with, which may be an alias.
    """

    async def renew(self, wanted_types: Sequence[str]) -> Lease:
        """Renew the lease, or acquire it if no process holds it, and announce the device types this process watches."""
        ...

    async def release(self) -> None:
        """Give up the lease, so that another process can acquire it at once."""
        ...

    async def begin(self, type_code: str, fence: int, state: SharedState) -> ShareResult:
        """Start a new stream with this state; replaces an existing stream."""
        ...

    async def advance(self, type_code: str, fence: int, update: SharedUpdate, state: SharedState | None) -> ShareResult:
        """Append an update to a stream; with ``state``, the state that it leads to, also store a checkpoint."""
        ...

    async def checkpoint(self, type_code: str) -> Checkpoint | None:
        """Return the state from which to start following; None when there is no stream."""
        ...

    async def end_position(self, type_code: str) -> str:
        """Return the position after which new frames will be published."""
        ...

    async def frames_after(self, positions: Mapping[str, str], *, wait_seconds: float) -> Sequence[SharedFrame]:
        """Return the frames after a position per device type, in the order in which they were published.

        Waits for the first one when there are none. A call may return only some of them.
        """
        ...
