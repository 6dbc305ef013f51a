"""How processes share what one of them samples: the lease, what anybody wants, and the snapshots and deltas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from arcbeat.domain.catalogue.device_types import DeviceType
from arcbeat.domain.readings.snapshots import Delta, Snapshot

WHOLE_EVERY = 12
"""Ticks after which the whole of a stream is shared anew, so that whoever begins to follow has little to catch up."""
FRAMES_KEPT = 2 * WHOLE_EVERY
"""Of each device type; who is further behind begins again from the whole."""
LEASE_SHARE = 0.6
"""Of a tick the lease lives: wherever in a tick its holder dies, somebody else has it at the tick after the next."""
LEASE_SECONDS_MIN = 0.6
BEATS = 4
"""Times the lease is renewed in its life."""
BEAT_SECONDS_MAX = 1.0
TIMEOUT_SECONDS_MIN = 0.3
SILENT_TICKS = 3
"""Ticks without a frame of a device type after which a process helps itself, although somebody holds the lease."""
KEPT_SECONDS_MIN = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long everything about sharing takes at most.

    Attributes:
        lease_seconds: the life of the lease, and how long the exchange may be silent before a process helps itself.
        beat_seconds: between two renewals.
        timeout_seconds: of a call.
        silent_seconds: without a frame.
        kept_seconds: for so long after its last frame a stream is there to be followed.
    """

    lease_seconds: float
    beat_seconds: float
    timeout_seconds: float
    silent_seconds: float
    kept_seconds: float

    @classmethod
    def of(cls, period_seconds: float) -> "Pace":
        """For ticks of so many seconds."""
        lease = max(LEASE_SHARE * period_seconds, LEASE_SECONDS_MIN)
        beat = min(lease / BEATS, BEAT_SECONDS_MAX)
        return cls(
            lease_seconds=lease,
            beat_seconds=beat,
            timeout_seconds=max(beat, TIMEOUT_SECONDS_MIN),
            silent_seconds=SILENT_TICKS * max(period_seconds, lease),
            kept_seconds=max(FRAMES_KEPT * period_seconds, KEPT_SECONDS_MIN),
        )


@dataclass(frozen=True, slots=True)
class Lease:
    """Who samples for all.

    Attributes:
        is_ours: this process does.
        fence: goes up whenever somebody else gets the lease; what comes under a lower one is of the past.
        wanted: the device types that any process watches.
    """

    is_ours: bool
    fence: int
    wanted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Whole:
    """All that is known of a device type at one moment."""

    device_type: DeviceType
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Move:
    """What leads from one moment of a stream to the next.

    Attributes:
        device_type: where it is another one than at the moment before.
    """

    delta: Delta
    device_type: DeviceType | None = None


@dataclass(frozen=True, slots=True)
class PlacedWhole:
    """A whole and its place among the frames."""

    place: str
    whole: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the process that samples said at one tick.

    Attributes:
        place: where the frames that come later are to be asked for from.
        fence: of the lease under which it was said.
        stream_id, seq: where it leads.
        move: None where a stream begins, whose whole is to be read.
    """

    type_code: str
    place: str
    fence: int
    stream_id: str
    seq: int
    move: Move | None


class Outcome(StrEnum):
    """What became of something to be shared.

    NOT_OURS: the lease is somebody else's by now. ELSEWHERE: what is shared is at another moment than it starts from.
    """

    SHARED = "shared"
    NOT_OURS = "not ours"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Shared:
    """An outcome and, where it is SHARED, its place."""

    outcome: Outcome
    place: str = ""


class FrameExchange(Protocol):
    """What all processes reach.

    Only who holds the lease adds to it, and only what follows on what is there or begins anew: so a number of a stream
    means one and the same thing on every process, whoever told it. Every operation may raise any StoreError, and has
    a timeout; after an error of ``begin`` or ``advance`` nobody knows whether it was shared. A type_code is any that
    processes ask for, an alias too.
    """

    async def hold(self, wanted: Sequence[str]) -> Lease:
        """Keep the lease, or get it where nobody has it, and say which device types this process watches."""
        ...

    async def release(self) -> None:
        """Let somebody else have the lease at once."""
        ...

    async def begin(self, type_code: str, fence: int, whole: Whole) -> Shared:
        """A stream, whatever there was before."""
        ...

    async def advance(self, type_code: str, fence: int, move: Move, whole: Whole | None) -> Shared:
        """The next moment of a stream; with the whole of it for those who begin to follow."""
        ...

    async def whole(self, type_code: str) -> PlacedWhole | None:
        """From where one begins to follow; None where nothing is shared."""
        ...

    async def end(self, type_code: str) -> str:
        """The place after which comes what is shared from now on."""
        ...

    async def after(self, places: Mapping[str, str], *, wait_seconds: float) -> Sequence[Frame]:
        """The frames of each device type after a place, in the order in which they were shared.

        Where there are none yet the first is waited for. There may be more than are answered at once.
        """
        ...
